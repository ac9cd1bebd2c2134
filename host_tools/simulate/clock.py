# SPDX-License-Identifier: MIT
"""Virtual time: one heap of events, alarms that can be moved, and each unit's own drifting clock.

True time is whole ms from the start of the scenario. Events at the same ms run by rank, then in
the order in which they were asked for, so that a run never depends on anything but its seed.
"""

from heapq import heappop, heappush

# Ranks within one ms. A pilot step sees everything that has happened outside up to now; the
# sharing task, which on the chip is the slower one, comes after it; the trace looks last.
STORY, VEHICLE, PIN, FRAME, STEP, SHARE, LOOK = range(7)

_MILLION = 1_000_000


class Clock:
    """True time and the heap of what is to come."""

    def __init__(self):
        self.now_ms = 0
        self._heap = []
        self._asked = 0

    def at(self, at_ms: int, rank: int, action, argument):
        """Call `action(argument)` at `at_ms`, which must not be in the past."""
        self._asked += 1
        heappush(self._heap, (at_ms, rank, self._asked, action, argument))

    def run(self, to_ms: int):
        """Run everything up to and including `to_ms`, which is then the time."""
        heap = self._heap
        while heap and heap[0][0] <= to_ms:
            at_ms, _, _, action, argument = heappop(heap)
            self.now_ms = at_ms
            action(argument)
        self.now_ms = max(self.now_ms, to_ms)


class Alarm:
    """One thing that is due at one time or not at all. Setting it again moves it."""

    __slots__ = ("_clock", "_rank", "_action", "due_ms")

    def __init__(self, clock: Clock, rank: int, action):
        self._clock, self._rank, self._action = clock, rank, action
        self.due_ms = None

    def set(self, at_ms: "int | None"):
        """Due at `at_ms` and no other time; None: not at all."""
        if at_ms != self.due_ms:
            self.due_ms = at_ms
            if at_ms is not None:
                # What was asked for before stays in the heap and finds that it is not due.
                self._clock.at(at_ms, self._rank, self._ring, at_ms)

    def sooner(self, at_ms: int):
        """Due at `at_ms` unless it is due before that anyway."""
        if self.due_ms is None or at_ms < self.due_ms:
            self.set(at_ms)

    def _ring(self, at_ms):
        if at_ms == self.due_ms:
            self.due_ms = None
            self._action()


class UnitClock:
    """A unit's own clock: starts at `start_ms` when the unit boots at true `boot_ms`.

    `ppm` above 0: it runs fast. `slot_ms` is the grid of the pilot path on this clock.
    """

    def __init__(self, start_ms: int, boot_ms: int, ppm: int, slot_ms: int = 20):
        self._start_ms, self._boot_ms = start_ms, boot_ms
        self._rate = _MILLION + ppm
        self._slot_ms = slot_ms

    def local(self, true_ms: int) -> int:
        """What this clock shows at true time `true_ms`."""
        return self._start_ms + (true_ms - self._boot_ms) * self._rate // _MILLION

    def true(self, local_ms: int) -> int:
        """First true ms at which this clock shows at least `local_ms`."""
        return self._boot_ms - (self._start_ms - local_ms) * _MILLION // self._rate

    def slot(self, true_ms: int) -> int:
        """True time of the first slot of the pilot path at or after `true_ms`."""
        return self._at(self._index(true_ms))

    def slot_after(self, true_ms: int) -> int:
        """True time of the first slot after `true_ms`."""
        return self._at(self._index(true_ms + 1))

    def _at(self, index):
        return self._boot_ms - (-index * self._slot_ms * _MILLION // self._rate)

    def _index(self, true_ms):
        since_ms = true_ms - self._boot_ms
        if since_ms <= 0:
            return 0
        return (since_ms - 1) * self._rate // (self._slot_ms * _MILLION) + 1
