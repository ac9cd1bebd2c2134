# SPDX-License-Identifier: MIT
"""Rule 13: whose leadership counts, and how it moves. Functions on a core.sharing.member.Member; a board
loads this file when one of these happens.
"""

from core.group.group import row_of
from core.sharing.on_demand.keeping import follow_cap
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
    member.begin_leading(leader.revisions.to_record(), max(epoch, leader.epoch) + 1, now_ms)


def stop(member, now_ms):
    """Stop leading, until the owner starts it again: two leaders would outbid each other."""
    member.lead = member.leader.revisions.to_record()
    member.lead["stopped"] = STOPPED_TWO_LEADERS
    member.leader = None
    member.follower.cap(None, now_ms)
    member.changed(now_ms)


def settle(member, now_ms):
    """An unsure leader goes on as far as it can; what it may use itself follows."""
    leader = member.leader
    if leader is None:
        return
    from core.sharing.on_demand.unsure import newest_of, settle as settled
    if not settled(leader, leader.serial, now_ms):
        newest = newest_of(leader)
        member.group.hear(newest, False, now_ms)
        member.follow(newest.leader, None, member.group.epoch, now_ms)
        member.follower.names(newest.leader, member.group.epoch)
    elif leader.proposed:
        member.changed(now_ms)
    follow_cap(member, now_ms)


def take_over(member, now_ms, revision):
    """A revision in force names this unit as the leader: the old one has stepped back."""
    from core.group.on_demand.record import leading, revision_record
    group = member.group
    own = row_of(revision, member.group.config.serial)
    if (own is None or own.unit != revision.leader or group.leader == group.unit
            or not group.in_force() or group.revision != revision):
        return
    member.begin_leading(leading(revision_record(revision)),
                         max(member.epoch_max, group.epoch) + 1, now_ms)
