# SPDX-License-Identifier: MIT
"""What one vehicle takes from being plugged in to leaving: energy, time, largest current.

Whole numbers alone, and sums that stay small: what is less than 1 Wh is carried on.
"""

from micropython import const

_CHARGE_MASK = const(0x3FFFFFFF)
_STALE_MS = const(10000)  # the integral wraps after 13 s at 80 A
_MW_S_PER_WH = const(3600000)


class SessionCount:
    """energy_wh, most_ma, charged_ms, estimate: of all so far; begun_ms: of the unit's clock.

    volts: between the wires of a phase, nominal: nothing measures them.
    """

    __slots__ = ("begun_ms", "energy_wh", "most_ma", "charged_ms", "estimate", "_volts", "_ma_ms",
                 "_mw_s", "_charge", "_at_ms")

    def __init__(self, now_ms: int, charge: int, volts: int):
        self.begun_ms = self._at_ms = now_ms
        self.energy_wh = self.most_ma = self.charged_ms = 0
        self.estimate = False
        self._volts = volts
        self._ma_ms = self._mw_s = 0
        self._charge = charge

    def step(self, now_ms: int, charge: int, draw_ma, closed: bool, estimated: bool):
        """At least every 10 s. charge: the integral of the largest phase's draw, mA ms modulo
        2**30; draw_ma: of three phases; estimated: the draw is not measured."""
        span_ms = now_ms - self._at_ms
        most_ma = max(draw_ma)
        # What comes after a longer time is not known, and not made up.
        moved = (charge - self._charge) & _CHARGE_MASK if span_ms < _STALE_MS else 0
        self._charge, self._at_ms = charge, now_ms
        if closed:
            self.charged_ms += span_ms
        if not moved:
            return
        self.estimate = self.estimate or estimated
        if most_ma > self.most_ma:
            self.most_ma = most_ma
        if most_ma:  # other phases in the proportion of now
            moved = moved // 1000 * (sum(draw_ma) * 100 // most_ma) // 100 * 1000 + moved % 1000
        self._ma_ms += moved
        self._mw_s += self._ma_ms // 1000 * self._volts
        self._ma_ms %= 1000
        self.energy_wh += self._mw_s // _MW_S_PER_WH
        self._mw_s %= _MW_S_PER_WH
