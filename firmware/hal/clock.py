# SPDX-License-Identifier: MIT
"""Milliseconds that never wrap, from MicroPython's ticks that do (2**30 ms, 12 days)."""

from micropython import const

_RENEW_MS = const(60000)


class Clock:
    """`time`: the module, or anything with ticks_ms and ticks_diff."""

    def __init__(self, time):
        self._time = time
        self._last = (time.ticks_ms(), 0)

    def now_ms(self) -> int:
        """Time since the clock was made, ms. Must be called at least once in 6 days."""
        # One tuple, replaced in one assignment: the pilot's timer callback and a task may both
        # be in here, and neither may lose what the other added. Seldom, for each is garbage.
        ticks, last_ms = self._last
        new = self._time.ticks_ms()
        now_ms = last_ms + self._time.ticks_diff(new, ticks)
        if now_ms - last_ms >= _RENEW_MS:
            self._last = (new, now_ms)
        return now_ms
