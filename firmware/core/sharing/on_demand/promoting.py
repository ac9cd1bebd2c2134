# SPDX-License-Identifier: MIT
"""A unit leads by its owner's word: its leader is dead, or it has stopped leading (rule 13)."""

from core.group.on_demand.group import own_row
from core.group.on_demand.proposal import make
from core.group.on_demand.record import leading, revision_record
from core.on_demand.serial import serial_text
from core.sharing.member import STOPPED
from core.sharing.on_demand.leading import become_leader
from core.sharing.on_demand.names import elsewhere
from core.sharing.on_demand.new_revision import start_revision
from core.sharing.on_demand.writes import owner_asks
from micropython import const

_PROMOTION = const(1000)  # a restart takes one epoch: no restarts of the old leader overtake it


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
    become_leader(member, lead, max(member.epoch_max, group.epoch) + _PROMOTION, now_ms)
    owner_asks(member)
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
    lead = dict(member.lead)
    lead["stopped"] = 0
    become_leader(member, lead, member.epoch_max + 1, now_ms)
    member.moves = 0
    owner_asks(member)
    return None
