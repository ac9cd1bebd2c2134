# SPDX-License-Identifier: MIT
"""Hearing what is rare on the air: newcomers, revisions that units hold, two leaders, and that
this unit was removed. What each needs is loaded before it changes anything."""

from core.group.on_demand.group import forget_all
from core.load import load
from core.sharing import frames
from core.sharing.member import LEFT
from core.sharing.on_demand.lease import forget_lease
from core.sharing.on_demand.rare_bodies import Asked, Blink
from core.sharing.on_demand.rare_frames import send_named
from core.sharing.on_demand.writes import owner_asks


def on_double(member, header, now_ms):
    """A leader's frame under this unit's own name, or serial. False, as of Member.on_frame()."""
    leader = member.leader
    own = header.tag == member.follower.tag
    if leader is None or header.epoch < leader.epoch or (own and header.epoch == leader.epoch
                                                         and header.nonce == member.nonce):
        member.counts["old"] += 1
        member.epoch_max = max(member.epoch_max, header.epoch)
        return False
    leadership = load("core", "sharing", "leadership")
    member.epoch_max = max(member.epoch_max, header.epoch)
    if own:
        leadership.move_above(member, now_ms, header.epoch)
    else:
        leadership.stop(member, now_ms)
    return False


def on_unit(member, header, body, now_ms):
    """A unit has sent the revision that it holds, who it is, its name, or sessions. False."""
    leader = member.leader
    if header.tag == member.follower.tag:
        return False
    if header.kind == frames.HELLO:
        load("core", "sharing", "strangers").hello(leader, header.tag, body, header.epoch, now_ms)
        return False
    if header.kind == frames.NAMED:
        load("core", "sharing", "name_frames").hears(member, header, body)
        return False
    if header.kind == frames.SESSIONS:
        load("core", "sharing", "fetching").hears(member, header, body)
        return False
    leadership = load("core", "sharing", "leadership")
    load("core", "sharing", "unsure").hears_held(leader, body[0], body[1], header.tag)
    leadership.settle(member, now_ms)
    return False


def take_rare(member, body, now_ms):
    """The leader says that this unit was removed: it forgets the group, its key too. A newcomer
    has nothing to forget: it goes on waiting."""
    if member.group.member and member.leader is None:
        member.role = LEFT
        forget_lease(member.follower.lease, now_ms)
        forget_all(member.group)
        member.changed(now_ms)


def take_told(member, body, now_ms):
    """The leader gives this unit its name, asks for it or for sessions, or wants to see which
    unit it is."""
    if type(body) is Asked:
        member.sessions = body  # the app has them
    elif type(body) is Blink:
        member.blink_ms = now_ms + 1000 * body.seconds
    elif body.sets and body.name != member.group.name:
        member.group.name = body.name
        owner_asks(member, 1)  # its leader's storage has paid for it too
        member.lazy = True
    elif not member.dirty and not member.lazy:  # it says what storage holds: it is asked again
        send_named(member)
