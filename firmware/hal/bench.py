# SPDX-License-Identifier: MIT
"""A board without pilot circuit and contactor: a vehicle set at the REPL, for trying sharing.

Nothing here touches a pin. The vehicle's voltages follow from the duty that the connector asks
for, so that the whole of the firmware above the hardware runs as on a real board.
"""

from core.connector import pilot_duty

_STATES = "ABCDE"
_HIGH_MV = (12000, 9000, 6000, 3000, 0)
_X1 = 65535


class Bench:
    """Pilot, contactor, meter, proximity in one, because on a bench they are one vehicle."""

    def __init__(self, board):
        self.state = "A"
        self.draw_ma = 0
        self._duty = _X1
        self._closed = False
        self._offered_ma = None
        self._cable_ma = 1000 * (board.get("cable_a") or 0)
        self.retries = 0
        self.interval_us = 0

    # pilot
    def read(self):
        """(high_mv, low_mv) as a real circuit would give them."""
        high_mv = _HIGH_MV[_STATES.index(self.state)]
        if self._duty == _X1:
            return high_mv, None
        if self._duty == 0:
            return None, -12000
        return high_mv, -12000 if self.state != "E" else 0

    def write(self, duty_u16):
        """Remember the duty."""
        self._duty = duty_u16

    def duty_u16(self):
        """The duty asked for."""
        return self._duty


class BenchContactor:
    """Closed or open in memory only."""

    def __init__(self, bench):
        self._bench = bench
        self.is_closed = False

    def write(self, closed):
        """Remember."""
        self.is_closed = closed

    def closed(self):
        """No feedback."""
        return None


class BenchMeter:
    """The vehicle draws what it was set to, at most what is offered."""

    def __init__(self, bench, contactor):
        self._bench = bench
        self._contactor = contactor
        self._draw = (0, 0, 0)

    def read(self):
        """mA on the unit's own phases: the first one alone."""
        draw_ma = 0
        if self._contactor.is_closed and self._bench.state in "CD":
            draw_ma = min(self._bench.draw_ma, pilot_duty.amount_ma(self._bench.duty_u16()))
        if draw_ma != self._draw[0]:  # the same tuple while nothing changes: no garbage
            self._draw = (draw_ma, 0, 0)
        return self._draw
