# SPDX-License-Identifier: MIT
"""Which channel to be on, for a unit that hears nobody: its leader decides the group's channel,
and may be on another one since its home Wi-Fi has moved.

A unit that has lost its leader looks at the other channels for a second, and then rests for one
where it heard it last: the leader may come back there, and whoever uses the unit's access point
is not cut off for longer. A look is as long as the longest time between two frames of a leader
that misses a unit, and a little more. A unit without a group waits for a leader that opens
pairing, and looks at all channels in turn.
"""

from micropython import const

CHANNELS = const(13)
LOOK_MS = const(230)  # a leader sends every 200 ms; its task and the air take some of them
LOOKS = const(4)  # in a row: less than a second
# From one such row to the next. Three see all channels; then each look is so much later in a
# second that a leader which sends only once in it is heard in the fifth at the latest.
TURN_MS = const(2070)
HEARD_MS = const(1000)  # a leader of which one frame was heard sends again within it
SURE_MS = const(4000)  # heard for so long it is there, and only after so long without a word gone
LISTEN_MS = const(600)  # an open pairing sends every 200 ms: three chances
OPEN_MS = const(10000)  # so long it stays where one was heard
_FIRST = (1, 6, 11)  # where most home networks are


class Search:
    """Of a unit that has lost its leader. home: the channel where that was heard last; channel:
    where the unit is to be; at_ms: when `step()` is due; heard_ms: when the leader was heard
    last."""

    __slots__ = ("home", "channel", "at_ms", "heard_ms", "_here_ms", "_before", "_order", "_next",
                 "_looks", "_began_ms")

    def __init__(self, channel: int, heard_ms: int):
        self.home = self.channel = self._before = channel
        self.heard_ms = self._here_ms = self._began_ms = heard_ms
        self.at_ms = heard_ms + SURE_MS
        self._order = _order(channel, 0)
        self._next = self._looks = 0

    def step(self, now_ms: int, heard_ms: int, lease_end_ms: int, pinned: bool):
        """Channel to go to now, or None: stay. To be called in each turn.

        heard_ms: when the leader was heard last; lease_end_ms: while a lease is live nobody
        searches; pinned: nor while somebody uses the unit's access point.
        """
        if heard_ms > max(self.heard_ms, self._here_ms):
            self._found(heard_ms)
        if now_ms < self.at_ms:
            return None
        if pinned or now_ms < lease_end_ms:
            self.at_ms = now_ms + HEARD_MS if pinned else lease_end_ms
            self._looks = 0
            return None
        if not self._looks and self.channel == self.home:
            self._looks = LOOKS
            self._began_ms = now_ms
        if not self._looks:
            return self._go(self.home, now_ms, self._began_ms + TURN_MS)
        self._looks -= 1
        channel = self._order[self._next]
        self._next = (self._next + 1) % len(self._order)
        return self._go(channel, now_ms, now_ms + LOOK_MS)

    def is_over(self) -> bool:
        """Is the leader here? One frame may have been on its way from the channel before."""
        return self.heard_ms - self._here_ms >= LOOK_MS

    def _go(self, channel, now_ms, until_ms):
        self._before = self.channel
        self.channel = channel
        self._here_ms = now_ms
        self.at_ms = until_ms
        return channel

    # A frame may have been on its way while the unit left the channel before: when no other one
    # follows here, that is where it looks first.
    def _found(self, heard_ms):
        self.heard_ms = heard_ms
        self.at_ms = heard_ms + (SURE_MS if self.is_over() else HEARD_MS)
        self._looks = 0
        if self.channel != self.home:
            self.home = self.channel
            self._order = _order(self.home, self._before)
            self._next = 0


class Listening:
    """Of a unit without a group; `channel` and `at_ms` as above."""

    __slots__ = ("channel", "at_ms", "_order", "_next")

    def __init__(self, channel: int, now_ms: int):
        self.channel = channel  # has its look too
        self.at_ms = now_ms + LISTEN_MS
        self._order = _order(channel, 0) + [channel]
        self._next = 0

    def step(self, now_ms: int, pinned: bool):
        """Channel to go to now, or None: stay."""
        if now_ms < self.at_ms:
            return None
        self.at_ms = now_ms + LISTEN_MS
        if pinned:
            return None
        self.channel = self._order[self._next]
        self._next = (self._next + 1) % CHANNELS
        return self.channel

    def heard_open(self, now_ms: int):
        """A leader that has opened pairing is on this channel: stay."""
        self.at_ms = now_ms + OPEN_MS


def _order(home, first):
    """All channels but `home`, as they are looked at; 0 as `first`: none is before the usual."""
    order = []
    for channel in (first,) + _FIRST + tuple(range(1, CHANNELS + 1)):
        if channel and channel != home and channel not in order:
            order.append(channel)
    return order
