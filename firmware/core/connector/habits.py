# SPDX-License-Identifier: MIT
"""What one vehicle does again and again, or never, and what is done about it.

One that comes and goes must not wear out the contactor and the patience of its neighbours; one
that sleeps must be woken; a meter that shows nothing while it charges is not believed.
"""

from core import reasons
from core.connector.pilot_state import A
from core.units import NEVER_MS
from micropython import const

# A vehicle that ends a short session itself may do so three times; then it waits, longer each
# time, until it has charged for a while or has been away.
_SHORT_MS = const(120000)
_FREE = const(3)
_WAIT_MS = const(60000)
_DOUBLINGS = const(4)  # 60 s to 16 min
_AWAY_MS = const(10000)
# In B with an offer: the slowest vehicles need 90 s. X1 for a while looks like plugging in anew.
_IDLE_MS = const(100000)
_WAKE_MS = const(4000)
_WAKE_AGAIN_MS = const(1830000)  # twice an hour, by a clock that may be 1 % fast
# No current though the contactor is closed in C. A meter that has shown one since the start is
# more likely right: then the vehicle is full, and should not hold its share for long.
_BLIND_MS = const(60000)
_BLIND_SHORT_MS = const(900000)
_BLIND_LONG_MS = const(43200000)
# Conditions that must last, by their clock.
_AWAY = const(0)
_IDLE = const(1)
_BLIND = const(2)


class Habits:
    """Attributes after the last step: waits_ms and why, until when the vehicle is offered nothing;
    waking: nor now, to wake it; blind: its meter is not believed; due_ms.
    """

    __slots__ = ("waits_ms", "why", "waking", "blind", "due_ms", "_wakes", "_short", "_long_ms",
                 "_wake_ms", "_shown", "_ever", "_end_ms")

    def step(self, state: int, idle: bool, flows: bool, draws: bool, now_ms: int):
        """idle: it is offered current and does not want it. flows: it could draw now. draws: its
        meter shows that."""
        self.due_ms = self.waits_ms if now_ms < self.waits_ms else NEVER_MS
        away = state == A
        if self._lasts(_AWAY, away, _AWAY_MS, now_ms):
            self.forgive()
        if away:
            self._shown = self.waking = False
            self._wake_ms = 0
            if self.why == reasons.POWER_RETURN:
                self.why = reasons.TOGGLES
                self.waits_ms = 0
        if draws:
            self._shown = self._ever = True
        if self.waking:
            self.waking = not self._lasts(_IDLE, True, _WAKE_MS, now_ms)
        elif self._wakes and self._lasts(_IDLE, idle, _IDLE_MS, now_ms):
            self._wake(now_ms)
        self._doubt(flows and not self._shown, now_ms)

    def _lasts(self, clock, present, span_ms, now_ms):
        """Has a condition been present for span_ms without a gap?"""
        if not present:
            self._end_ms[clock] = None
            return False
        if self._end_ms[clock] is None:
            self._end_ms[clock] = now_ms + span_ms
        return self._is_due(self._end_ms[clock], now_ms)

    def _is_due(self, at_ms, now_ms):
        if now_ms < at_ms < self.due_ms:
            self.due_ms = at_ms
        return now_ms >= at_ms

    def _wake(self, now_ms):
        if self._is_due(self._wake_ms, now_ms):
            self._wake_ms = now_ms + _WAKE_AGAIN_MS
            self._end_ms[_IDLE] = None
            self.waking = not self._lasts(_IDLE, True, _WAKE_MS, now_ms)

    def _doubt(self, nothing, now_ms):
        self.blind = self._lasts(_BLIND, nothing, _BLIND_MS, now_ms)
        if self.blind and self._is_due(self._end_ms[_BLIND] + (
                _BLIND_SHORT_MS if self._ever else _BLIND_LONG_MS), now_ms):
            self._shown = True  # as if: it is full
            self.blind = False

    def closed(self, now_ms: int):
        """The contactor closes."""
        self._long_ms = now_ms + _SHORT_MS

    def ended(self, now_ms: int):
        """The vehicle itself has ended its session."""
        self._short = 0 if now_ms >= self._long_ms else self._short + 1
        if self._short >= _FREE:
            self.why = reasons.TOGGLES  # it may have been there since the start
            self.waits_ms = now_ms + (_WAIT_MS << min(self._short - _FREE, _DOUBLINGS))

    def forgive(self):
        """Another vehicle, or the owner's word."""
        self._short = self.waits_ms = 0
