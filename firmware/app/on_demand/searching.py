# SPDX-License-Identifier: MIT
"""A unit that hears nobody, on its way over the channels (core/sharing/on_demand/search.py)."""

from core.load import load
from core.sharing.member import LEFT
from core.units import NEVER_MS
from micropython import const

_ENDS_MS = const(2000)  # its lease is live for longer than when it began


class Searching:
    """For its leader, or, without a group, for one that opens pairing. It is there while the unit
    has no lease, and ends by itself. at_ms: when `step()` is due at the latest."""

    __slots__ = ("at_ms", "_unit", "_member", "_follows", "_policy")

    def __init__(self, unit, now_ms):
        self._unit = unit
        self._member = unit.member
        self._follows = _in_group(unit.member)
        self._policy = None
        self.at_ms = NEVER_MS
        channel = unit.hal.radio.channel()
        if channel and not (self._follows and unit.member.role):  # else it has none to choose
            search = load("core", "sharing", "search")
            if self._follows:
                self._policy = search.Search(channel, unit.member.follower.heard_ms)
            else:
                self._policy = search.Listening(channel, now_ms)

    def step(self, now_ms):
        """To be called in each turn of the sharing task, after its frames were sent."""
        unit, member = self._unit, self._unit.member
        if member is not self._member or _in_group(member) != self._follows or self._ends(
                member, now_ms):
            unit.searching = None
        elif self._policy is not None:
            self._tune(member, now_ms)
            self.at_ms = self._policy.at_ms

    def heard_open(self, now_ms):
        """A message of an open pairing was heard on this channel."""
        if self._policy is not None and not self._follows:
            self._policy.heard_open(now_ms)
            self.at_ms = self._policy.at_ms

    def _ends(self, member, now_ms):
        return self._follows and (member.leader is not None or (
            member.has_lease(now_ms + _ENDS_MS)
            and (self._policy is None or self._policy.is_over())))

    def _tune(self, member, now_ms):
        hal = self._unit.hal
        pinned = now_ms >= self._policy.at_ms and hal.radio.pinned()
        if not self._follows:
            channel = self._policy.step(now_ms, pinned)
            follower = None
        else:
            follower = member.follower
            home = self._policy.home
            channel = self._policy.step(now_ms, follower.heard_ms, _lease_end_ms(follower, now_ms),
                                        pinned)
            if home != self._policy.home:
                follower.say_soon(now_ms)  # the leader was found, and may find this unit
        if channel is not None:
            hal.radio.tune(channel)
            if follower is not None:
                follower.say_soon(now_ms)


def _in_group(member):
    return member.role != LEFT and getattr(member, "codec", None) is not None


def _lease_end_ms(follower, now_ms):
    return follower.lease.granted[2] if follower.lease.live(now_ms) else now_ms
