# SPDX-License-Identifier: MIT
"""What changes a Group: a revision, a leader, its removal (rules 3, 5, 12, 13)."""

from core import reasons
from core.group.group import row_of
from core.sharing.frames import NO_DIGEST, Revision
from core.sharing.on_demand.digest import digest


def row_here(group, revision):
    """The row that names this unit's serial, or None."""
    return row_of(revision, group.config.serial)


def own_row(group, revision):
    """The row that is this unit's own (rule 5): serial and present wiring, or None."""
    row = row_here(group, revision)
    return row if row is not None and row.wired == group.config.wired else None


# Why it offers nothing while it may take nothing.
def _outside(group):
    if group.removed:
        return reasons.REMOVED
    if group.revision is None:
        return reasons.WAITS_FOR_LEADER
    if not group.member:
        return reasons.STRANGER
    for known in (group.confirmed, group.revision):
        if row_here(group, known) is not None and own_row(group, known) is None:
            return reasons.REWIRED
    return reasons.NOT_ENABLED if row_here(group, group.revision) is not None else reasons.REMOVED


def _may_take(group):
    for revision in (group.confirmed, group.revision):
        if revision is None or not revision.enabled or own_row(group, revision) is None:
            return False
    return True


def row_ma(group):
    """Fallback that the newest revision has for this unit, mA; 0: none."""
    row = own_row(group, group.revision)
    if row is None or not group.revision.enabled:
        return 0
    return min(row.fallback_ma, group.config.rating_ma)


def follow_rows(group):
    """Work out anew what follows from the revisions held."""
    group.takes = _may_take(group)
    row = row_here(group, group.revision) or row_here(group, group.confirmed)
    group.unit = 0 if row is None else row.unit
    group.member = group.member or row is not None
    group.confirmed_number = 0 if group.confirmed is None else group.confirmed.number
    group.outside = _outside(group)
    if group.revision is not None:
        group.digest = digest(group.revision)


def raise_to(group, fallback_ma, now_ms):
    """Use that fallback, a larger one, when all that may be used elsewhere has ended (rule 12)."""
    group.raised = (now_ms + group.timing.rest_x_ms, fallback_ma)


def hear(group, revision: Revision, in_force: bool, now_ms: int) -> bool:
    """Take a revision from the leader (rule 12). True if something is new."""
    group.settle(now_ms)
    changed = False
    if revision.number > max(group.number(), group.floor - 1):
        if group.takes:  # this unit was in what it held, with no less than what it uses since
            group.counted = max(group.counted, group.number())
        group.revision = revision
        # A proposal does not show that this unit is in the one that is in force until then.
        if in_force and revision.number >= group.elsewhere:
            group.elsewhere = 0
        group.raised = None
        follow_rows(group)
        inside = group.takes and (in_force or group.elsewhere <= group.counted)
        group.fallback_ma = min(group.fallback_ma, row_ma(group)) if inside else 0
        changed = True
    elif revision != group.revision:
        return False  # older, or another one of the same number
    if in_force and group.confirmed is not group.revision:
        group.confirmed = group.revision
        if group.revision.number >= group.elsewhere:
            group.elsewhere = 0
        follow_rows(group)
        if row_ma(group) > group.fallback_ma:
            raise_to(group, row_ma(group), now_ms)
        changed = True
    return changed


def follow_leader(group, leader: int, tag, epoch: int):
    """Remember a leader with the epoch under which it was accepted (rule 13)."""
    group.leader, group.leader_tag, group.epoch = leader, tag, epoch
    group.sequence = 0


def forget_all(group):
    """This unit was removed: nothing of the group is left here."""
    group.revision = group.confirmed = group.raised = None
    group.fallback_ma = 0
    group.name = ""
    group.removed = True
    group.digest = NO_DIGEST
    follow_rows(group)
