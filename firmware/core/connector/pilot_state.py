# SPDX-License-Identifier: MIT
"""Pilot voltages to vehicle states A to F, and the check for the vehicle's diode.

One reading is one burst of samples, taken every 20 ms. Few readings must agree to leave a state
(the contactor opens within 100 ms of an unplug, SAE J1772 table 8), many to enter one in which
it may close. A burst without a high sample says nothing: it is no state F.
"""

from core.connector.pilot_duty import F_U16, X1_U16
from micropython import const

UNKNOWN = const(0)
A = const(1)  # no vehicle, +12 V
B = const(2)  # vehicle, not ready, +9 V
C = const(3)  # ready, +6 V
D = const(4)  # ready, asks for ventilation, +3 V
E = const(5)  # shorted or broken, 0 V
F = const(6)  # our own -12 V

# Two steps closer together than this, with the same levels, are one reading. Well below the pace
# of 20 ms: a timer's jitter must not lose a reading.
AGAIN_MS = const(12)
_LEAVE = const(3)  # readings, the first included
_ENTER = const(20)
_DIODE = const(3)
_MISSING = const(4)  # 89 ms with the burst itself

# Edges of A/B, B/C, C/D, D/E. The present state reaches 0.3 V further.
_A_B_MV = const(10500)
_B_C_MV = const(7500)
_C_D_MV = const(4500)
_D_E_MV = const(1500)
_REACH_MV = const(300)
_DIODE_MV = const(-10000)  # the vehicle's diode leaves the low half near -12 V


def classify(high_mv: int, present: int) -> int:
    """State of one high level in mV, seen from the present state (hysteresis)."""
    if high_mv >= _edge_mv(_B_C_MV, B, present):
        return A if high_mv >= _edge_mv(_A_B_MV, A, present) else B
    if high_mv >= _edge_mv(_C_D_MV, C, present):
        return C
    return D if high_mv >= _edge_mv(_D_E_MV, D, present) else E


# Where the edge below the state `above` lies.
def _edge_mv(edge_mv, above, present):
    if present == above:
        return edge_mv - _REACH_MV
    return edge_mv + _REACH_MV if present == above + 1 else edge_mv


class PilotState:
    """Agreement of readings. Attributes are the answer after the last step.

    state: UNKNOWN, A to F. steady: the last reading agreed with it. diode_ok: enough good low
    halves since the last renew_diode, A, X1 or E. diode_bad: several bad ones in a row, while
    PWM runs. no_data: several bursts without a high sample, or
    without a low one while PWM runs. pending: readings are being
    counted, the next one is wanted at read_ms + AGAIN_MS.
    """

    __slots__ = ("state", "steady", "diode_ok", "diode_bad", "no_data", "pending", "read_ms",
                 "_high_mv", "_low_mv", "_duty", "_seen", "_same", "_away", "_good", "_bad",
                 "_counting_good", "_missing")

    def step(self, high_mv, low_mv, duty: int, now_ms: int):
        """One reading: levels in mV (None: no such sample) under a duty on the 16-bit scale."""
        if (high_mv == self._high_mv and low_mv == self._low_mv and duty == self._duty
                and now_ms - self.read_ms < AGAIN_MS):
            return
        self._high_mv = high_mv
        self._low_mv = low_mv
        self._duty = duty
        self.read_ms = now_ms
        if duty == F_U16:
            self._leave_all(F)
            return
        half = high_mv is None or (low_mv is None and duty != X1_U16)
        self._missing = min(self._missing + 1, _MISSING) if half else 0
        self.no_data = self._missing >= _MISSING
        if high_mv is None:
            self.steady = False
            self.pending = not self.no_data
            return
        seen = classify(high_mv, self.state)
        self.steady = seen == self.state
        if self.steady:
            self._same = self._away = 0
            self.steady = not half
        else:
            self._agree(seen)
        self._check_diode(seen, low_mv, duty)
        self.pending = (self._away > 0 or 0 < self._bad < _DIODE or self.state == UNKNOWN
                        or self._counting_good or 0 < self._missing < _MISSING)

    def renew_diode(self):
        """Ask for a fresh diode check, as before each closing of the contactor."""
        self._good = 0
        self.diode_ok = False
        self.pending = True

    def _agree(self, seen):
        self._same = self._same + 1 if seen == self._seen else 1
        self._away += 1
        self._seen = seen
        # From C to D is a way out where no ventilation is fitted: it takes few readings.
        entering = seen == C or (seen == D and self.state != C)
        if self._same >= _ENTER if entering else self._away >= _LEAVE:
            self.state = seen
            self.steady = True
            self._same = self._away = 0

    def _check_diode(self, seen, low_mv, duty):
        if duty == X1_U16 or seen == A or seen == E:
            self._good = self._bad = 0
        elif low_mv is not None:
            if low_mv <= _DIODE_MV:
                self._good += 1 if self._good < _DIODE else 0
                self._bad = 0
            else:
                self._good = 0
                self._bad += 1 if self._bad < _DIODE else 0
        self.diode_ok = self._good >= _DIODE
        self.diode_bad = self._bad >= _DIODE
        self._counting_good = low_mv is not None and 0 < self._good < _DIODE

    def _leave_all(self, state):
        self.state = state
        self.steady = True
        self.diode_ok = self.diode_bad = self.no_data = self.pending = False
        self._same = self._away = self._good = self._bad = self._missing = 0
