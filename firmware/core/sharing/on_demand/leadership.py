# SPDX-License-Identifier: MIT
"""Two leaderships of one name, or a leader that is unsure: which one counts (rule 13)."""

from core.group.on_demand.group import hear
from core.group.on_demand.record import revisions_to_record
from core.load import load
from core.sharing.member import STOPPED
from core.sharing.on_demand.following import become_follower, follow_named
from core.sharing.on_demand.leading import become_leader
from core.sharing.on_demand.own_cap import follow_cap, set_cap
from core.sharing.on_demand.unsure import newest_of, propose_newest
from micropython import const

_MOVES_MAX = const(3)
STOPPED_TWO_LEADERS = const(1)


def move_above(member, now_ms, epoch):
    """Somebody leads, or follows, a leadership of this unit's own name that is not this one: an
    older copy of its storage was in use. It moves above, as after a reboot, but not for ever."""
    leader = member.leader
    if member.moves >= _MOVES_MAX:
        stop(member, now_ms)
        return
    member.moves += 1
    become_leader(member, revisions_to_record(leader.revisions), max(epoch, leader.epoch) + 1,
                  now_ms)


def stop(member, now_ms):
    """Stop leading, until the owner starts it again: two leaders would outbid each other."""
    names = {} if member.names is None else load("core", "sharing", "naming").to_record(member)
    member.lead = revisions_to_record(member.leader.revisions)
    member.lead["names"] = names
    member.lead["stopped"] = STOPPED_TWO_LEADERS
    member.role, member.leader = STOPPED, None
    set_cap(member.follower, None, now_ms)
    member.changed(now_ms)


def settle(member, now_ms):
    """An unsure leader goes on as far as it can; what it may use itself follows."""
    leader = member.leader
    if leader is None:
        return
    if not propose_newest(leader, now_ms):
        newest = newest_of(leader)
        hear(member.group, newest, False, now_ms)
        become_follower(member, newest.leader, None, member.group.epoch, now_ms)
        follow_named(member.follower, newest.leader, member.group.epoch)
    elif leader.proposed:
        member.changed(now_ms)
    follow_cap(member, now_ms)
