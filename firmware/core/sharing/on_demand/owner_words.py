# SPDX-License-Identifier: MIT
"""What an owner says of the group, to a Member (rules 12 and 13): each gives None, or a refusal
(core/on_demand/refusal_words.py)."""

from core.group.group import row_of
from core.group.on_demand.group import own_row
from core.group.on_demand.proposal import changed, make
from core.group.on_demand.record import leading, revision_record
from core.group.on_demand.revision import pin, rows_of, waiting_for, word_no_power
from core.on_demand.serial import serial_text
from core.sharing.frames import Row
from core.sharing.member import STOPPED
from core.sharing.on_demand.keeping import become_leader, owner_asks, owner_changes
from core.sharing.on_demand.leader import start_revision, waiting_units
from core.sharing.on_demand.names import elsewhere, name_of
from core.sharing.on_demand.naming import give
from core.sharing.on_demand.proposing import begin_hand_over, next_number, propose
from core.sharing.on_demand.revising import not_leader
from core.sharing.on_demand.unsure import kept_row, newest_of, pinned_rows
from micropython import const

_OWNER_WRITES = const(2)  # proposed, and in force
_PROMOTION = const(1000)  # a restart takes one epoch: no restarts of the old leader overtake it


def replace(member, unit, new, now_ms, has_no_power=False):
    """Let another board take the number of a unit, and its name, in one revision. new: Row of it,
    its number and fallback do not matter; has_no_power: the owner's word about the old one."""
    if member.leader is None:
        return not_leader(member)
    leader = member.leader
    rows = leader.revisions.newest().members
    left = [row for row in rows if row.unit != unit]
    error = _replace_error(leader, unit, new, rows, left)
    if error:
        return error
    name = name_of(member, unit)
    row = Row(unit, new.serial, 0, new.wired, new.rating_ma, new.nameplate_ma, new.min_ma)
    error = propose(leader, now_ms, members=left + [row])
    if error:
        return error
    if name:
        give(member, new.serial, name, now_ms)
    if has_no_power is True:
        word_without_power(leader, unit, now_ms)
    return owner_changes(member, now_ms)


def _replace_error(leader, unit, new, rows, left):
    if unit == leader.unit:
        return "replace_leader", unit
    if len(left) == len(rows):
        return "not_in_group", unit, [row.unit for row in rows]
    known = [row.unit for row in rows if row.serial == new.serial]
    if known:
        return "serial_there", serial_text(new.serial), known[0]
    return None


def hand_over(member, unit, now_ms):
    """Give the leadership to another unit (rule 13)."""
    if member.leader is None:
        return not_leader(member)
    error = begin_hand_over(member.leader, unit, now_ms)
    if error is None:
        owner_asks(member, _OWNER_WRITES)
    return error


def without_power(member, unit, now_ms):
    """The owner's word that a unit that leaves has no power."""
    if member.leader is None:
        return not_leader(member)
    return word_without_power(member.leader, unit, now_ms) or owner_changes(member, now_ms)


def go_on_without(member, unit, now_ms):
    """Let a change not wait for a unit: what it may use is kept."""
    if member.leader is None:
        return not_leader(member)
    return change_without(member.leader, unit, now_ms) or owner_changes(member, now_ms)


def promote(member, now_ms, old_leader_has_no_power):
    """Make this unit the leader of a group whose leader is dead."""
    group, timing = member.group, member.timing
    dead, heard_ms = group.leader, member.follower.heard_ms
    if member.leader is not None:
        if not member.leader.retired():
            return ("is_leader",)
        # It has stepped back, and the one that it handed over to was never heard.
        dead, heard_ms = group.revision.leader, member.leader.said_ms
    error = _promotion_error(member, now_ms - heard_ms, timing.lease_ms + timing.grow_ms,
                             old_leader_has_no_power)
    if error:
        return error
    rows, old = _promoted(group, group.unit, dead)
    newest = group.revision
    in_force = revision_record(group.confirmed or newest)
    lead = leading(in_force)
    lead["known"] = [revision_record(newest)]
    lead["words"] = [serial_text(row.serial) for row in old]
    lead["returns"] = [[v.hex() if type(v) is bytes else v for v in row] for row in old]
    owner_asks(member, _OWNER_WRITES)
    become_leader(member, lead, max(member.epoch_max, group.epoch) + _PROMOTION, now_ms)
    number = max(newest.number, member.number_max) + _PROMOTION
    start_revision(member.leader, make(number, group.unit, newest.enabled, newest.fallback,
                                       newest.limit_ma, rows), now_ms)
    return None


def _promotion_error(member, silent_ms: int, least_ms: int, old_leader_has_no_power: bool):
    # silent_ms: since the leader was heard; least_ms: how long it must have been silent.
    group = member.group
    if group.revision is None or own_row(group, group.revision) is None:
        return ("in_no_group",)
    if silent_ms < least_ms:
        return ("promote_early", silent_ms, least_ms) + elsewhere(member)[1:] + (group.unit,)
    if old_leader_has_no_power is not True:
        return ("promise",) + elsewhere(member)[1:]
    return None


# (rows of the first proposal, rows that come back when they are heard): those of the newest
# revision without the leader that is dead.
def _promoted(group, unit, dead):
    old = [row for row in group.revision.members if row.unit == dead != unit]
    return [row for row in group.revision.members if row not in old], old


def lead_again(member, now_ms):
    """Start a leader again that has stopped beside another one."""
    if member.role != STOPPED:
        return ("not_stopped",)
    member.lead["stopped"] = 0
    member.moves = 0
    owner_asks(member, _OWNER_WRITES)
    become_leader(member, member.lead, member.epoch_max + 1, now_ms)
    return None


# --- units that do not answer


def word_without_power(leader, unit, now_ms):
    """The owner's word that a unit that leaves has no power, and gets none before it was reset or
    is where it hears the group. None, or a refusal: it is not needed."""
    revisions = leader.revisions
    stays = False
    for account in leader.ledger.accounts:
        if account.unit == unit and account.serial in waiting_for(revisions):
            if row_of(revisions.pending, account.serial) is not None:
                stays = True  # another one may leave under the number that it has taken
                continue
            word_no_power(revisions, account.serial, now_ms)
            leader.proposed = True
            return None
    if stays:
        return "stays", unit
    return _not_waited_for(leader, unit)


def _not_waited_for(leader, unit):
    units = waiting_units(leader)
    return ("not_waited_for", unit, sorted(set(units))) if units else ("none_waited_for", unit)


def change_without(leader, unit, now_ms):
    """Make the change that waits for a unit anew, with all that it may still use kept for it.
    None, or a refusal."""
    revisions = leader.revisions
    found = [account for account in leader.ledger.accounts
             if account.unit == unit and (account.serial in waiting_for(revisions)
                                          or [o for o in leader.others if o[2] == account.tag])]
    if not found:
        return _not_waited_for(leader, unit)
    if revisions.in_force.leader != leader.unit:
        # Its owner may have promoted that one too, to go on without this one: nobody knows then
        # what the other may use.
        return "other_leader", unit
    account = found[0]
    others = tuple([o for o in leader.others if o[2] != account.tag])
    stored_ma = max([o[3] for o in leader.others if o[2] == account.tag] + [0])
    account.fallback_ma = max(account.fallback_ma, stored_ma)
    base = newest_of(leader)
    rows = [row for row in base.members if row.serial != account.serial]
    old = [row for row in rows_of(revisions) if row.serial == account.serial]
    joins = row_of(revisions.in_force, account.serial) is None and not [
        known for known in revisions.known if row_of(known, account.serial) is not None]
    pinned = pinned_rows(leader)
    if not joins:  # who has never been in force holds nothing: it stays outside
        # Another one may have its number by now.
        kept = kept_row(account, old[0], next_number(old[0].unit, rows))
        rows.append(kept)
        pinned = pinned + [kept]
    revision, error = changed(base, leader.heard_number, leader=leader.unit, members=rows,
                              pinned=pinned)
    if error:
        return error
    leader.others = others
    leader.handing_over = None  # whoever was to lead: this unit goes on
    if not joins:
        pin(revisions, account.serial)
    start_revision(leader, revision, now_ms)
    return None
