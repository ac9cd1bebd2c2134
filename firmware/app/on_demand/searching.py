# SPDX-License-Identifier: MIT
"""A unit that hears nobody, on its way over the channels (core/sharing/on_demand/search.py)."""

from core.load import load
from core.sharing.member import FOLLOWS
from core.units import NEVER_MS


class Searching:
    """For its leader, or, without a group, for one that opens pairing. It ends by itself, when
    there is nothing more to look for. at_ms: when `step()` is due at the latest."""

    __slots__ = ("at_ms", "_unit", "_member", "_follows", "_policy")

    def __init__(self, unit, now_ms):
        self._unit = unit
        self._member = unit.member
        self._follows = _follows(unit.member)
        self._policy = None
        self.at_ms = NEVER_MS
        hal = unit.hal
        channel = hal.radio.channel()
        if channel:  # else the transport has none
            search = load("core", "sharing", "search")
            policy = search.Search if self._follows else search.Listening
            self._policy = policy(channel, now_ms)

    def step(self, now_ms):
        """To be called in each turn of the sharing task, after its frames were sent."""
        unit, member = self._unit, self._unit.member
        if member is not self._member or _follows(member) != self._follows or (
                not member.is_lost(now_ms) and self._ends(member, now_ms)):
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
        return self._policy is None or not self._follows or self._policy.is_over(
            member.has_lease(now_ms))

    def _tune(self, member, now_ms):
        hal = self._unit.hal
        if not self._follows:
            channel = self._policy.step(now_ms, hal.radio.pinned())
            follower = None
        else:
            follower = member.follower
            before_ms = self._policy.heard_ms
            channel = self._policy.step(now_ms, follower.heard_ms, _lease_end_ms(follower, now_ms),
                                        hal.radio.pinned())
            if before_ms != self._policy.heard_ms and not follower.lease.live(now_ms):
                follower.say_soon(now_ms)  # it was heard here, and so may this unit be
        if channel is not None:
            hal.radio.tune(channel)
            if follower is not None:
                follower.say_soon(now_ms)


def _follows(member):
    return member.role == FOLLOWS and getattr(member, "codec", None) is not None


def _lease_end_ms(follower, now_ms):
    return follower.lease.granted[2] if follower.lease.live(now_ms) else now_ms
