# SPDX-License-Identifier: MIT
"""Faults that stop charging: latched codes with a bounded number of retries, and heat.

What is dangerous opens the contactor at once. A cause that is gone is tried again, seldom and a
few times, and then waits for the owner; a welded contactor waits for a power cycle.
"""

from micropython import const

from core import reasons
from core.pilot_state import A, B, C, D, E

NEVER_MS = const(1 << 60)
NO_LIMIT_MA = const(1000000)

# Code, wait before a retry in ms, retries, ended by an unplug. The first present one wins, and
# takes the place of one further down. Retries: facts/electrical.md, 2; None: without end.
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
_CODES = tuple([row[0] for row in _POLICY])

_WELDED_MS = const(1000)  # OpenEVSE: still live 1 s after opening
_WELDED_DRAW_MA = const(1000)
_WELDED_DRAW_MS = const(5000)  # meters lag
_NOT_CLOSED_MS = const(1000)
_EXCESS_MS = const(2000)  # rule 11
_EXCESS_MA = const(500)
_EXCESS_PERCENT = const(2)
_FOLLOW_MS = const(200)

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


def _started(since_ms, present, now_ms):
    """Start of a condition that lasts, None while it is not present."""
    if not present:
        return None
    return now_ms if since_ms is None else since_ms


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
        self._welded_ms = None
        self._welded_draw_ms = None
        self._not_closed_ms = None
        self._excess_ms = None
        self._excess_base_ma = None
        self._astray_ms = None

    def step(self, inputs, pilot, contactor: bool, largest_ma: tuple, astray: bool, now_ms: int):
        """Take one snapshot: `contactor` is our output so far, largest_ma the largest offer of
        the last 5 s on each phase, astray: the pilot output reads back another offer than ours.
        """
        self.due_ms = NEVER_MS
        self._heat(inputs.temperature_dc)
        present = self._present(inputs, pilot, contactor, largest_ma, astray, now_ms)
        self._end(present, pilot.state, now_ms)
        for row, code in enumerate(_CODES):
            if code == self.fault:
                break
            if present & 1 << row:
                self._latch(row, now_ms)
                break

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
        code, wait_ms, retries, _ = _POLICY[row]
        self.fault = code
        self._retry_ms = NEVER_MS
        if retries is None or self._used[row] < retries:
            self._retry_ms = now_ms + wait_ms
            if self._retry_ms > now_ms:
                self._due(self._retry_ms)

    def _end(self, present, state, now_ms):
        """Forget the fault if its cause is gone and its retry is due, or the vehicle left."""
        if not self.fault:
            if state == A:
                self._used = [0] * len(_POLICY)
            return
        row = _CODES.index(self.fault)
        if present & 1 << row:
            return
        if _POLICY[row][3] and state == A:
            self.fault = 0
        elif now_ms >= self._retry_ms:
            self._used[row] += 1
            self.fault = 0
        else:
            self._due(self._retry_ms)

    def _present(self, inputs, pilot, contactor, largest_ma, astray, now_ms):
        """Mask of the causes that are present, in the order of the table."""
        state = pilot.state
        connected = state == B or state == C or state == D
        causes = (
            self._welded(inputs, contactor, now_ms),
            inputs.rcm_tripped,
            self._hot,
            state == E,
            pilot.no_data,
            self._astray(astray, now_ms),
            pilot.diode_bad,
            self._excess(inputs.draw_ma, contactor, largest_ma, now_ms),
            connected and inputs.cable_ma <= 0,
            self._not_closed(inputs, contactor, now_ms),
            state == D and not self._ventilation,
        )
        mask = 0
        if True in causes:
            for row, cause in enumerate(causes):
                if cause:
                    mask |= 1 << row
        return mask

    def _lasts(self, since_ms, span_ms, now_ms):
        if since_ms is None:
            return False
        if now_ms - since_ms >= span_ms:
            return True
        self._due(since_ms + span_ms)
        return False

    def _due(self, at_ms):
        if at_ms < self.due_ms:
            self.due_ms = at_ms

    def _welded(self, inputs, contactor, now_ms):
        closed = self._feedback and not contactor and inputs.contactor_closed is True
        self._welded_ms = _started(self._welded_ms, closed, now_ms)
        draws = not contactor and max(inputs.draw_ma) > _WELDED_DRAW_MA
        self._welded_draw_ms = _started(self._welded_draw_ms, draws, now_ms)
        return (self._lasts(self._welded_ms, _WELDED_MS, now_ms)
                or self._lasts(self._welded_draw_ms, _WELDED_DRAW_MS, now_ms))

    def _not_closed(self, inputs, contactor, now_ms):
        missing = self._feedback and contactor and inputs.contactor_closed is False
        self._not_closed_ms = _started(self._not_closed_ms, missing, now_ms)
        return self._lasts(self._not_closed_ms, _NOT_CLOSED_MS, now_ms)

    def _astray(self, astray, now_ms):
        self._astray_ms = _started(self._astray_ms, astray, now_ms)
        return self._lasts(self._astray_ms, _FOLLOW_MS, now_ms)

    def _excess(self, draw_ma, contactor, largest_ma, now_ms):
        """Rule 11. The clock's base sinks with the offers but no new grant raises it."""
        base_ma = self._excess_base_ma
        if base_ma is None:
            base_ma = largest_ma
        else:
            base_ma = tuple([min(b, m) for b, m in zip(base_ma, largest_ma)])
        excess = False
        if contactor:
            for draw, base in zip(draw_ma, base_ma):
                if draw > base + _EXCESS_MA + base * _EXCESS_PERCENT // 100:
                    excess = True
        self._excess_base_ma = base_ma if excess else None
        self._excess_ms = _started(self._excess_ms, excess, now_ms)
        return self._lasts(self._excess_ms, _EXCESS_MS, now_ms)

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
