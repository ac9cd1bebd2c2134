# SPDX-License-Identifier: MIT
"""Faults that stop charging: latched codes with a bounded number of retries, and heat.

What is dangerous opens the contactor at once. A cause that is gone is tried again, seldom and a
few times, and then waits for the owner; a welded contactor waits for a power cycle.
"""

from micropython import const

from core import reasons
from core.pilot_state import A, B, D, E

NEVER_MS = const(1 << 60)
NO_LIMIT_MA = const(1000000)

# Code, wait before a retry in ms, retries (None: without end), ended by an unplug. The first one
# that is present wins, and takes the place of one further down.
_POLICY = (
    (reasons.WELDED, NEVER_MS, 0, False),
    (reasons.RCM, 900000, 3, False),
    (reasons.OVERHEAT, 0, None, False),
    (reasons.PILOT_SHORT, 60000, 5, True),
    (reasons.NO_DATA, 60000, 5, True),
    (reasons.PILOT_FAULT, 60000, 5, True),
    (reasons.DIODE, 60000, 5, True),
    (reasons.OVERCURRENT, 60000, 5, True),
    (reasons.PROXIMITY, 60000, 5, True),
    (reasons.NOT_CLOSED, 60000, 5, True),
    (reasons.VENTILATION, 60000, 5, True),
)

_BIT_0 = const(reasons.VENTILATION)  # the least of the codes: see _row
_WELDED_MS = const(1000)  # OpenEVSE: still live 1 s after opening
_WELDED_DRAW_MA = const(1000)
_WELDED_DRAW_MS = const(5000)  # meters lag
_NOT_CLOSED_MS = const(1000)
_EXCESS_MS = const(2000)  # rule 11
_EXCESS_MA = const(500)
_EXCESS_PERCENT = const(2)
_ASTRAY_MS = const(200)
# Conditions that must last, by their clock.
_WELDED = const(0)
_WELDED_DRAW = const(1)
_NOT_CLOSED = const(2)
_EXCESS = const(3)
_ASTRAY = const(4)

_WARM_DC = const(600)
_DERATED_DC = const(700)
_STOP_DC = const(750)
_RESUME_DC = const(650)
_HYSTERESIS_DC = const(10)
_DERATED_MA = const(6000)
_SENSOR_LOST_MA = const(16000)


def derated_ma(temperature_dc: int, rating_ma: int) -> int:
    """Greatest current at a temperature in 0.1 degrees C: falls from 60 C to 6 A at 70 C."""
    if temperature_dc <= _WARM_DC:
        return NO_LIMIT_MA
    if temperature_dc >= _DERATED_DC:
        return _DERATED_MA
    span_dc = temperature_dc - _WARM_DC
    return rating_ma - (rating_ma - _DERATED_MA) * span_dc // (_DERATED_DC - _WARM_DC)


# The first of the causes that are present. They are a mask, as a list of them would be garbage 50
# times a second.
def _row(present):
    for row, policy in enumerate(_POLICY):
        if present >> policy[0] - _BIT_0 & 1:
            return row


def _above(draw_ma, base_ma):
    for p in (0, 1, 2):
        base = base_ma[p]
        if draw_ma[p] > base + _EXCESS_MA + base * _EXCESS_PERCENT // 100:
            return True
    return False


def _sunk(base_ma, largest_ma):
    # A phase that nothing was offered on while others had something was guarded: what wakes there
    # is the guard's to judge, and once it is released no excess.
    offered = max(base_ma)
    return tuple([min(b, m) if b or not offered else m for b, m in zip(base_ma, largest_ma)])


class Protection:
    """Attributes after the last step: fault (code or 0), limit_ma (by heat), due_ms."""

    def __init__(self, rating_ma: int, ventilation: bool, feedback: bool):
        self.fault = 0
        self.limit_ma = NO_LIMIT_MA
        self.due_ms = NEVER_MS  # when the next step is needed without a change of inputs
        self._rating_ma = rating_ma
        self._ventilation = ventilation
        self._feedback = feedback
        self._retry_ms = NEVER_MS
        self._used = [0] * len(_POLICY)  # retries so far
        self._hot = False
        self._held_dc = None  # temperature with hysteresis
        self._since_ms = [None] * 5  # start of each condition that must last
        self._base_ma = None  # what the excess is counted from

    def step(self, inputs, pilot, contactor: bool, largest_ma: tuple, astray: bool, now_ms: int):
        """Take one snapshot: `contactor` is our output so far, largest_ma the largest offer of
        the last 5 s on each phase, astray: the pilot output reads back another offer than ours.
        """
        self.due_ms = NEVER_MS
        self._heat(inputs.temperature_dc)
        present = self._present(inputs, pilot, contactor, largest_ma, astray, now_ms)
        if self.fault:
            self._end(present, pilot.state, now_ms)
        elif pilot.state == A and max(self._used):
            self._used = [0] * len(_POLICY)  # the next vehicle has its own retries
        if present and (not self.fault
                        or _row(present) < _row(1 << self.fault - _BIT_0)):
            self._latch(_row(present), now_ms)

    def clear(self) -> bool:
        """The owner's word: forget retries and the fault. False: nothing that can be cleared.

        A cause that is still present latches again in the next step.
        """
        if not self.fault or self.fault == reasons.WELDED:
            return False
        self.fault = 0
        self._used = [0] * len(_POLICY)
        return True

    def _latch(self, row, now_ms):
        self.fault, wait_ms, retries, _ = _POLICY[row]
        self._retry_ms = NEVER_MS
        if retries is None or self._used[row] < retries:
            self._retry_ms = now_ms + wait_ms

    def _end(self, present, state, now_ms):
        """Forget the fault if its cause is gone and its retry is due, or the vehicle left."""
        cause = 1 << self.fault - _BIT_0
        if present & cause:
            return
        row = _row(cause)
        if state == A and _POLICY[row][3]:
            self.fault = 0
        elif now_ms >= self._retry_ms:
            self._used[row] += 1
            self.fault = 0
        else:
            self._due(self._retry_ms)

    def _present(self, inputs, pilot, contactor, largest_ma, astray, now_ms):
        """The causes that are present: for each the bit of its code."""
        state = pilot.state
        present = 0
        if self._welded(inputs, contactor, now_ms):
            present |= 1 << reasons.WELDED - _BIT_0
        if inputs.rcm_tripped:
            present |= 1 << reasons.RCM - _BIT_0
        if self._hot:
            present |= 1 << reasons.OVERHEAT - _BIT_0
        if state == E:
            present |= 1 << reasons.PILOT_SHORT - _BIT_0
        if pilot.no_data:
            present |= 1 << reasons.NO_DATA - _BIT_0
        if self._lasts(_ASTRAY, astray, _ASTRAY_MS, now_ms):
            present |= 1 << reasons.PILOT_FAULT - _BIT_0
        if pilot.diode_bad:
            present |= 1 << reasons.DIODE - _BIT_0
        if self._excess(inputs.draw_ma, contactor, largest_ma, now_ms):
            present |= 1 << reasons.OVERCURRENT - _BIT_0
        if inputs.cable_ma <= 0 and (B <= state <= D):
            present |= 1 << reasons.PROXIMITY - _BIT_0
        if self._not_closed(inputs, contactor, now_ms):
            present |= 1 << reasons.NOT_CLOSED - _BIT_0
        if state == D and not self._ventilation:
            present |= 1 << reasons.VENTILATION - _BIT_0
        return present

    def _lasts(self, clock, present, span_ms, now_ms):
        """Has a condition been present for span_ms without a gap?"""
        if not present:
            self._since_ms[clock] = None
            return False
        since_ms = self._since_ms[clock]
        if since_ms is None:
            self._since_ms[clock] = since_ms = now_ms
        if now_ms - since_ms >= span_ms:
            return True
        self._due(since_ms + span_ms)
        return False

    def _due(self, at_ms):
        if at_ms < self.due_ms:
            self.due_ms = at_ms

    def _welded(self, inputs, contactor, now_ms):
        """Closed though our output is off: by the feedback, or by what the meter sees."""
        seen = self._feedback and inputs.contactor_closed is True and not contactor
        drawn = not contactor and max(inputs.draw_ma) > _WELDED_DRAW_MA
        # Both clocks must run, so no short cut between them.
        seen = self._lasts(_WELDED, seen, _WELDED_MS, now_ms)
        drawn = self._lasts(_WELDED_DRAW, drawn, _WELDED_DRAW_MS, now_ms)
        return seen or drawn

    def _not_closed(self, inputs, contactor, now_ms):
        missing = self._feedback and contactor and inputs.contactor_closed is False
        return self._lasts(_NOT_CLOSED, missing, _NOT_CLOSED_MS, now_ms)

    def _excess(self, draw_ma, contactor, largest_ma, now_ms):
        """Rule 11. The clock's base sinks with the offers, but no new grant raises it."""
        if not contactor:
            return self._lasts(_EXCESS, False, _EXCESS_MS, now_ms)
        base_ma = largest_ma
        if self._since_ms[_EXCESS] is not None:
            base_ma = _sunk(self._base_ma, largest_ma)
        self._base_ma = base_ma
        return self._lasts(_EXCESS, _above(draw_ma, base_ma), _EXCESS_MS, now_ms)

    def _heat(self, temperature_dc):
        held_dc = self._held_dc
        if temperature_dc is None:
            # There never was a sensor, or there was one and it is gone.
            self.limit_ma = NO_LIMIT_MA if held_dc is None else _SENSOR_LOST_MA
            return
        if held_dc is None or temperature_dc > held_dc:
            held_dc = temperature_dc
        elif temperature_dc < held_dc - _HYSTERESIS_DC:
            held_dc = temperature_dc + _HYSTERESIS_DC
        if held_dc != self._held_dc:
            self._held_dc = held_dc
        self.limit_ma = derated_ma(held_dc, self._rating_ma)
        self._hot = temperature_dc >= (_RESUME_DC if self._hot else _STOP_DC)
