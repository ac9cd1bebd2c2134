# SPDX-License-Identifier: MIT
"""What changes a Group: its record, a revision, a leader, its removal (rules 3, 5, 12, 13)."""

from core import reasons
from core.group.group import Group, row_of
from core.group.on_demand.record import revision_from, revision_record
from core.sharing.frames import NO_DIGEST, NO_SIGNAL, Revision
from core.sharing.on_demand.digest import digest


def new_group(config, timing, record, now_ms):
    """A Group as the unit has stored it. config: sharing.follower.UnitConfig, the unit's own;
    record: what group_to_record() gave, or None."""
    group = Group()
    group.config = config
    group._timing = timing
    group.revision = None
    group.confirmed = None  # newest revision known to be in force
    group.fallback_ma = 0
    group.raised = None  # (from_ms, fallback_ma)
    group.cap_ma = None
    group.member = group.removed = False
    group.elsewhere = 0  # number of the newest that a leader said is in force, if not held
    group.counted = 0  # of the newest of these that it is in
    group.leader = 0
    group.leader_tag = None  # None: whoever leads under that number
    group.epoch = group.sequence = group.floor = 0
    group.digest = NO_DIGEST
    group.name, group.signal = "", NO_SIGNAL
    if record is not None:
        _load(group, record)
    _follow_rows(group)
    _begin(group, record, now_ms)
    group.stored_number, group.stored_digest = group.number(), group.digest
    return group


def _load(group, record):
    group.revision = revision_from(record["revision"])
    group.confirmed = group.revision  # most often: one object is enough
    if record["confirmed"] != record["revision"]:
        group.confirmed = revision_from(record["confirmed"])
    group.leader = record["leader"]
    group.leader_tag = bytes.fromhex(record["leader_tag"]) or None
    group.member = record["member"]
    group.name = record["name"]
    group.epoch, group.sequence, group.floor = (record["epoch"], record["sequence"],
                                                record["floor"])


def _begin(group, record, now_ms):
    if group.takes:
        # A rating that is smaller now lowers what is used, a larger one changes nothing.
        group.fallback_ma = min(record["fallback_ma"], group.config.rating_ma)
    if group.in_force() and _row_ma(group) > group.fallback_ma:
        _raise_to(group, _row_ma(group), now_ms)  # the wait starts again


def group_to_record(group) -> dict:
    """Plain values for storage."""
    return {"revision": revision_record(group.revision),
            "confirmed": revision_record(group.confirmed), "fallback_ma": group.fallback_ma,
            "leader": group.leader, "leader_tag": (group.leader_tag or b"").hex(),
            "epoch": group.epoch, "sequence": group.sequence, "floor": group.floor,
            "member": group.member, "name": group.name}


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


def _row_ma(group):
    row = own_row(group, group.revision)
    if row is None or not group.revision.enabled:
        return 0
    return min(row.fallback_ma, group.config.rating_ma)


def _follow_rows(group):
    group.takes = _may_take(group)
    row = row_here(group, group.revision) or row_here(group, group.confirmed)
    group.unit = 0 if row is None else row.unit
    group.member = group.member or row is not None
    group.confirmed_number = 0 if group.confirmed is None else group.confirmed.number
    group.outside = _outside(group)
    if group.revision is not None:
        group.digest = digest(group.revision)


def _raise_to(group, fallback_ma, now_ms):
    group.raised = (now_ms + group._timing.rest_x_ms, fallback_ma)


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
        _follow_rows(group)
        inside = group.takes and (in_force or group.elsewhere <= group.counted)
        group.fallback_ma = min(group.fallback_ma, _row_ma(group)) if inside else 0
        changed = True
    elif revision != group.revision:
        return False  # older, or another one of the same number
    if in_force and group.confirmed is not group.revision:
        group.confirmed = group.revision
        if group.revision.number >= group.elsewhere:
            group.elsewhere = 0
        _follow_rows(group)
        if _row_ma(group) > group.fallback_ma:
            _raise_to(group, _row_ma(group), now_ms)
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
    _follow_rows(group)


def note_stored(group):
    """Storage holds what this object says."""
    group.stored_number, group.stored_digest = group.number(), group.digest
