# SPDX-License-Identifier: MIT
"""What an owner says of the group, to a Member (rules 12 and 13): each gives None, or one sentence
why it cannot be."""

from core.group.group import row_of
from core.group.on_demand.group import own_row
from core.group.on_demand.proposal import changed, make, names
from core.group.on_demand.record import leading, revision_record
from core.group.on_demand.revision import pin, rows_of, waiting_for, word_no_power
from core.on_demand.serial import serial_text
from core.sharing.member import STOPPED
from core.sharing.on_demand.keeping import become_leader, owner_asks
from core.sharing.on_demand.leader import start_revision, waiting_units
from core.sharing.on_demand.proposing import begin_hand_over, free_number, propose
from core.sharing.on_demand.unsure import kept_row, newest_of, pinned_rows
from micropython import const

_PROMOTION = const(1000)  # a restart takes one epoch: no restarts of the old leader overtake it
_OWNER_WRITES = const(2)  # proposed, and in force


def _not_leader(member):
    if member.role == STOPPED:
        return "this unit has stopped leading: start it again first"
    return "this unit is not the leader: change the group on unit %d" % member.group.leader


def revise(member, now_ms, **changes):
    """Change the group's settings (rule 12): limit_ma, enabled, fallback, members."""
    if member.leader is None:
        return _not_leader(member)
    error = propose(member.leader, now_ms, **changes)
    return error or _asked(member, now_ms)


def hand_over(member, unit, now_ms):
    """Give the leadership to another unit (rule 13)."""
    if member.leader is None:
        return _not_leader(member)
    error = begin_hand_over(member.leader, unit, now_ms)
    if error is None:
        owner_asks(member, _OWNER_WRITES)
    return error


def without_power(member, unit, now_ms):
    """The owner's word that a unit that leaves has no power."""
    if member.leader is None:
        return _not_leader(member)
    return word_without_power(member.leader, unit, now_ms) or _asked(member, now_ms)


def go_on_without(member, unit, now_ms):
    """Let a change not wait for a unit: what it may use is kept."""
    if member.leader is None:
        return _not_leader(member)
    return change_without(member.leader, unit, now_ms) or _asked(member, now_ms)


def _asked(member, now_ms):
    owner_asks(member, _OWNER_WRITES)
    member.changed(now_ms)


def promote(member, now_ms, old_leader_has_no_power):
    """Make this unit the leader of a group whose leader is dead."""
    group, timing = member.group, member.timing
    dead, heard_ms = group.leader, member.follower.heard_ms
    if member.leader is not None:
        if not member.leader.retired():
            return "this unit is the leader already"
        # It has stepped back, and the one that it handed over to was never heard.
        dead, heard_ms = group.revision.leader, member.leader.said_ms
    error = _promotion_error(group, now_ms - heard_ms, timing.lease_ms + timing.grow_ms,
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


def _promotion_error(group, silent_ms: int, least_ms: int, old_leader_has_no_power: bool):
    # silent_ms: since the leader was heard; least_ms: how long it must have been silent.
    if group.revision is None or own_row(group, group.revision) is None:
        return "this unit is in no group"
    if silent_ms < least_ms:
        return "the leader was heard %d s ago: wait until it has been silent for %d s" % (
            silent_ms // 1000, least_ms // 1000)
    if old_leader_has_no_power is not True:
        return "the owner must confirm that the old leader has no power"
    return None


# (rows of the first proposal, rows that come back when they are heard): those of the newest
# revision without the leader that is dead.
def _promoted(group, unit, dead):
    old = [row for row in group.revision.members if row.unit == dead != unit]
    return [row for row in group.revision.members if row not in old], old


def lead_again(member, now_ms):
    """Start a leader again that has stopped beside another one."""
    if member.role != STOPPED:
        return "this unit has not stopped leading"
    member.lead["stopped"] = 0
    member.moves = 0
    owner_asks(member, _OWNER_WRITES)
    become_leader(member, member.lead, member.epoch_max + 1, now_ms)
    return None


# --- units that do not answer


def word_without_power(leader, unit, now_ms):
    """The owner's word that a unit that leaves has no power, and gets none before it was reset or
    is where it hears the group. None, or why it is not needed."""
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
        return "unit %d stays in the group: remove it, or go on without it" % unit
    return "unit %s is not waited for: waiting for %s" % (
        unit, names(waiting_units(leader)) or "none")


def change_without(leader, unit, now_ms):
    """Make the change that waits for a unit anew, with all that it may still use kept for it.
    None, or why that cannot be."""
    revisions = leader.revisions
    found = [account for account in leader.ledger.accounts
             if account.unit == unit and (account.serial in waiting_for(revisions)
                                          or [o for o in leader.others if o[2] == account.tag])]
    if not found:
        return "unit %s is not waited for: waiting for %s" % (
            unit, names(waiting_units(leader)) or "none")
    if revisions.in_force.leader != leader.unit:
        # Its owner may have promoted that one too, to go on without this one: nobody knows then
        # what the other may use.
        return ("unit %d may have been made the leader too: switch it off and remove it, with "
                "your word that it has no power" % unit)
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
        kept = kept_row(account, old[0], free_number(old[0].unit, rows))
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
