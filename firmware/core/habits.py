# SPDX-License-Identifier: MIT
"""What one vehicle does again and again, or never, and what is done about it.

One that comes and goes must not wear out the contactor and the patience of its neighbours; one
that sleeps must be woken; a meter that shows nothing while it charges is not believed.
"""

from micropython import const

from core import reasons
from core.pilot_state import A
from core.protection import NEVER_MS

# A vehicle that ends a short session itself may do so three times; then it waits, longer each
# time, until it has charged for a while or has been away.
_SHORT_MS = const(120000)
_FREE = const(3)
_WAIT_MS = const(60000)
_DOUBLINGS = const(4)  # 60 s to 16 min
_AWAY_MS = const(10000)
# In B with an offer: the slowest vehicles need 90 s. X1 for a while looks like plugging in anew.
_IDLE_MS = const(150000)
_WAKE_MS = const(4000)
_WAKE_AGAIN_MS = const(1830000)  # twice an hour, by a clock that may be 1 % fast
# No current though the contactor is closed in C. A meter that has shown one since the start is
# more likely right: then the vehicle is full, and should not hold its share for long.
_BLIND_MS = const(60000)
_BLIND_SHORT_MS = const(900000)
_BLIND_LONG_MS = const(43200000)


class Habits:
    """Attributes after the last step: waits_ms and why, until when the vehicle is offered nothing;
    waking: nor now, to wake it; blind: its meter is not believed; due_ms.

    start_ms: a vehicle found connected at the start waits until then.
    """

    def __init__(self, wakes: bool, now_ms: int, start_ms: int):
        self.waits_ms = start_ms
        self.why = reasons.POWER_RETURN
        self.waking = False
        self.blind = False
        self.due_ms = 0
        self._wakes = wakes
        self._short = 0  # sessions in a row
        self._long_ms = now_ms  # from then on the session is none of those
        self._away_ms = None
        self._idle_ms = None
        self._wake_end_ms = self._wake_again_ms = now_ms
        self._blind_ms = None
        self._shown = False  # a current, since plugged
        self._ever = False  # since the start

    def step(self, state: int, idle: bool, flows, draws: bool, now_ms: int):
        """idle: it is offered current and does not want it. flows: it could draw now. draws: its
        meter shows that."""
        self.due_ms = self.waits_ms if now_ms < self.waits_ms else NEVER_MS
        if state == A:
            if self._away_ms is None:
                self._away_ms = now_ms + _AWAY_MS
            if self.why == reasons.POWER_RETURN:
                self.waits_ms = 0
            self._shown = self.waking = False
            self._idle_ms = None
            self._wake_again_ms = 0
        elif self._away_ms is not None and state:
            if now_ms >= self._away_ms:
                self.forgive()
            self._away_ms = None
        if self._wakes:
            self._wake(idle, now_ms)
        if draws:
            self._shown = self._ever = True
        self._look(flows and not self._shown, now_ms)

    def _due(self, at_ms):
        if at_ms < self.due_ms:
            self.due_ms = at_ms

    def _wake(self, idle, now_ms):
        if self.waking:
            self.waking = now_ms < self._wake_end_ms
            self._due(self._wake_end_ms)
        elif not idle:
            self._idle_ms = None
        else:
            if self._idle_ms is None:
                self._idle_ms = max(now_ms + _IDLE_MS, self._wake_again_ms)
            if now_ms >= self._idle_ms:
                self.waking = True
                self._wake_end_ms = now_ms + _WAKE_MS
                self._wake_again_ms = now_ms + _WAKE_AGAIN_MS
                self._due(self._wake_end_ms)
            else:
                self._due(self._idle_ms)

    def _look(self, nothing, now_ms):
        if not nothing:
            self._blind_ms = None
            self.blind = False
            return
        if self._blind_ms is None:
            self._blind_ms = now_ms + _BLIND_MS
        self.blind = now_ms >= self._blind_ms
        at_ms = self._blind_ms
        if self.blind:
            at_ms += _BLIND_SHORT_MS if self._ever else _BLIND_LONG_MS
            if now_ms >= at_ms:
                self._shown = True  # as if: it is full
                self.blind = False
        self._due(at_ms)

    def closed(self, now_ms: int):
        """The contactor closes."""
        self._long_ms = now_ms + _SHORT_MS

    def ended(self, now_ms: int):
        """The vehicle itself has ended its session."""
        if now_ms >= self._long_ms:
            self._short = 0
        self._short += 1
        if self._short >= _FREE:
            self.why = reasons.TOGGLES
            self.waits_ms = now_ms + (_WAIT_MS << min(self._short - _FREE, _DOUBLINGS))

    def forgive(self):
        """Another vehicle, or the owner's word."""
        self._short = 0
        self.waits_ms = 0
