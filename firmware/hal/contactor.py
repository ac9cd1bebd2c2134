# SPDX-License-Identifier: MIT
"""The contactor's outputs, with least times on and off, and its feedback where fitted.

Opening is never delayed, whatever it is for: an unplug has 100 ms, and the ordered stop has had
its 6 s before. Closing waits until the contactor has been open for `min_off_ms`, because a coil
that is switched quickly welds its contacts; what an early opening left of `min_on_ms` is waited
for as well, so that a vehicle that comes and goes never makes it switch faster than both say.
"""

from core.load import load


class Contactor:
    """`board`: contactor part of the board file, or None for a board without one."""

    def __init__(self, board, machine, time):
        self.is_closed = False  # the output, not the feedback
        load("hal", "contactor").begin(self, board, machine, time)

    def write(self, closed: bool):
        """Apply a level; called on every step."""
        now_ms = self._time.ticks_ms()
        since_ms = self._time.ticks_diff(now_ms, self._changed_ms)  # below 0 after 6 days
        self._held = closed and not self.is_closed and 0 <= since_ms < self._wait_ms
        if self._held:
            return
        if closed != self.is_closed:
            self._wait_ms = self._min_off_ms
            if not closed and 0 <= since_ms < self._min_on_ms:
                self._wait_ms += self._min_on_ms - since_ms
            self.is_closed = closed
            self._changed_ms = now_ms
        for pin in self._pins:
            pin.value(self._active if closed else 1 - self._active)

    def closed(self):
        """What the feedback contact says; None where none is fitted, or while closing waits."""
        if self._feedback is None or self._held:
            return None
        return self._feedback.value() == self._feedback_active
