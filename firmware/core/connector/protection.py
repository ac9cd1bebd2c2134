# SPDX-License-Identifier: MIT
"""Faults that stop charging: latched codes with retries that come back with good behaviour.

What is dangerous opens the contactor at once, as soon as several readings agree. A cause that is
gone is tried again, a few times and then once an hour; a residual current then waits for the
owner, a welded contactor for a power cycle. A vehicle that follows cuts too late is given less.
"""

from core import reasons
from core.connector.pilot_state import A, B, D, E
from core.units import NEVER_MS
from micropython import const

NO_LIMIT_MA = const(1000000)

# The first one that is present wins, and takes the place of one further down.
_ORDER = (reasons.WELDED, reasons.RCM, reasons.OVERHEAT, reasons.PILOT_SHORT, reasons.NO_DATA,
          reasons.PILOT_FAULT, reasons.DIODE, reasons.OVERCURRENT, reasons.PROXIMITY,
          reasons.NOT_CLOSED, reasons.VENTILATION)
_VEHICLE = const(3)  # from here on the vehicle's or its cable's: ended by an unplug
_RETRY_MS = const(60000)
_RETRIES = const(5)
_RCM_RETRY_MS = const(900000)
_RCM_RETRIES = const(3)
_HOUR_MS = const(3600000)

_BIT_0 = const(25)  # reasons.VENTILATION, the least of the codes: see _row
_WELDED_MS = const(1000)  # OpenEVSE: still live 1 s after opening
_WELDED_DRAW_MA = const(1000)
_WELDED_DRAW_MS = const(5000)  # meters lag
_NOT_CLOSED_MS = const(1000)
_EXCESS_MS = const(2000)  # rule 11
_EXCESS_MA = const(500)
_EXCESS_PERCENT = const(2)
_ASTRAY_MS = const(200)
_AGREE_MS = const(24)  # three readings: 2 * pilot_state.AGAIN_MS
_CEILING_MIN_MA = const(6000)
# Conditions that must last, by their clock.
_WELDED = const(0)
_WELDED_DRAW = const(1)
_NOT_CLOSED = const(2)
_EXCESS = const(3)
_ASTRAY = const(4)
_TRIPPED = const(5)
_CABLE = const(6)


# The first of the causes that are present. They are a mask, as a list of them would be garbage 50
# times a second.
def _row(present):
    for row, code in enumerate(_ORDER):
        if present >> code - _BIT_0 & 1:
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
    sunk_ma = ()
    for b, m in zip(base_ma, largest_ma):
        sunk_ma += (min(b, m) if b or not offered else m,)
    return sunk_ma


class Protection:
    """Attributes after the last step: fault (code or 0), ceiling_ma (of a slow vehicle), cable_ma
    (that several readings agree on), meter_wrong (it shows a current through a contactor whose
    feedback says that it is open), due_ms."""

    __slots__ = ("fault", "cable_ma", "meter_wrong", "due_ms", "_ventilation", "_feedback",
                 "_retry_ms", "_locked", "_gone", "_since_ms", "_base_ma", "_used", "_good_ms",
                 "ceiling_ma")

    @property
    def reason(self) -> int:
        """Why nothing is offered, 0 if there is no fault: its cause, or that it came too often."""
        fault = self.fault
        return reasons.LOCKED if (
            fault and self._locked and self._gone and fault != reasons.RCM) else fault

    def step(self, inputs, pilot, contactor: bool, largest_ma: tuple, astray: bool, hot: bool,
             now_ms: int):
        """Take one snapshot: `contactor` is our output so far, largest_ma the largest offer of
        the last 5 s on each phase, astray: the pilot output reads back another offer than ours,
        hot: too hot to charge.
        """
        self.due_ms = NEVER_MS
        cable_ma = inputs.cable_ma
        if self.cable_ma is None or self._lasts(_CABLE, cable_ma != self.cable_ma, _AGREE_MS,
                                                now_ms):
            self.cable_ma = cable_ma
            self._since_ms[_CABLE] = None
        present = self._present(inputs, pilot, contactor, largest_ma, astray, hot, now_ms)
        if self.fault:
            self._end(present, pilot.state, now_ms)
        elif pilot.state == A:
            if self._good_ms is not None or self.ceiling_ma < NO_LIMIT_MA:
                self._forget()  # the next vehicle has its own retries
        elif self._good_ms is not None:
            self._come_back(now_ms)
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
        self._forget()
        return True

    def _forget(self):
        self._used = bytearray(len(_ORDER))  # retries so far
        self._good_ms = None  # when one of them comes back
        self.ceiling_ma = NO_LIMIT_MA

    # One used retry of each kind comes back with each hour without a fault.
    def _come_back(self, now_ms):
        if now_ms >= self._good_ms:
            for row, used in enumerate(self._used):
                if used:
                    self._used[row] = used - 1
            self._good_ms = now_ms + _HOUR_MS if max(self._used) else None
        self._due(self._good_ms or NEVER_MS)

    def _latch(self, row, now_ms):
        fault = self.fault = _ORDER[row]
        rcm = fault == reasons.RCM
        self._gone = False
        self._locked = self._used[row] >= (_RCM_RETRIES if rcm else _RETRIES)
        if fault == reasons.OVERCURRENT and self._used[row]:
            self._lower()
        if fault == reasons.WELDED or self._locked:
            self._retry_ms = NEVER_MS
        elif fault == reasons.OVERHEAT:
            self._retry_ms = now_ms
        else:
            self._retry_ms = now_ms + (_RCM_RETRY_MS if rcm else _RETRY_MS)

    def _lower(self):
        """Excess a second time: it is not cut below what it was cut to, so it need not follow."""
        ceiling_ma = min(self.ceiling_ma, max(self._base_ma))
        if self._locked and self.ceiling_ma > _CEILING_MIN_MA:
            self._locked = False
            ceiling_ma = 0
        self.ceiling_ma = max(_CEILING_MIN_MA, ceiling_ma)

    def _end(self, present, state, now_ms):
        """Forget the fault if its cause is gone and its retry is due, or the vehicle left."""
        cause = 1 << self.fault - _BIT_0
        if present & cause:
            self._gone = False
            return
        row = _row(cause)
        if not self._gone:
            self._gone = True
            if self._locked and self.fault != reasons.RCM:
                self._retry_ms = now_ms + _HOUR_MS
        if state == A and row >= _VEHICLE:
            self.fault = 0
        elif now_ms >= self._retry_ms:
            if not self._locked and self.fault != reasons.OVERHEAT:
                self._used[row] += 1
            self.fault = 0
        else:
            self._due(self._retry_ms)
        if not self.fault and max(self._used):
            self._good_ms = now_ms + _HOUR_MS
            self._due(self._good_ms)

    def _present(self, inputs, pilot, contactor, largest_ma, astray, hot, now_ms):
        """The causes that are present: for each the bit of its code."""
        state = pilot.state
        present = 0
        if self._welded(inputs, contactor, now_ms):
            present |= 1 << reasons.WELDED - _BIT_0
        if self._lasts(_TRIPPED, inputs.rcm_tripped, _AGREE_MS, now_ms):
            present |= 1 << reasons.RCM - _BIT_0
        if hot:
            present |= 1 << reasons.OVERHEAT - _BIT_0
        if state == E:
            present |= 1 << reasons.PILOT_SHORT - _BIT_0
        if pilot.no_data:
            present |= 1 << reasons.NO_DATA - _BIT_0
        if self._lasts(_ASTRAY, astray, _ASTRAY_MS, now_ms):
            present |= 1 << reasons.PILOT_FAULT - _BIT_0
        if pilot.diode_bad:
            present |= 1 << reasons.DIODE - _BIT_0
        if self._excess(inputs.draw_ma, contactor and not self.meter_wrong, largest_ma, now_ms):
            present |= 1 << reasons.OVERCURRENT - _BIT_0
        if self.cable_ma <= 0 and (B <= state <= D):
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
        closed = inputs.contactor_closed if self._feedback else None
        drawn = not contactor and max(inputs.draw_ma) > _WELDED_DRAW_MA
        # Both clocks must run, so no short cut between them.
        seen = self._lasts(_WELDED, closed is True and not contactor, _WELDED_MS, now_ms)
        drawn = self._lasts(_WELDED_DRAW, drawn, _WELDED_DRAW_MS, now_ms)
        if not contactor:
            self.meter_wrong = drawn and closed is False
        return seen or drawn and closed is not False

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
