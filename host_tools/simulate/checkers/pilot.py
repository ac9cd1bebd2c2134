# SPDX-License-Identifier: MIT
"""The pilot's duty, decoded as a vehicle does: what may be advertised, how much, how often."""

from host_tools.simulate.checkers.checker import Checker
from host_tools.simulate.pilot_circuit import X1_U16, amount_ma

_LEAST_U16 = 6553  # 10 %, rounded down: 6 A
_MOST_U16 = 62915  # 96 %: 80 A
_SPACING_MS = 4940  # 5 s on a clock that is 1 % fast, less one ms of rounding


class Duties(Checker):
    """Only X1, F, or 10 to 96 %; so never 5 %.

    Between 51 and 52.5 A no duty can mean what it was meant to: a vehicle reads it by the other
    line, so from outside such an offer shows as one that is too large (Rating, CircuitRule).
    """

    name = "duty"

    def duty_changed(self, board):
        """The pilot's pin."""
        duty = board.duty_u16
        if duty in (0, X1_U16):
            return
        if not _LEAST_U16 <= duty <= _MOST_U16:
            self.violated(board.id, f"duty {duty} of 65536")


class Rating(Checker):
    """Never above the breaker's share or the nameplate."""

    name = "rating"

    def duty_changed(self, board):
        """The pilot's pin."""
        if amount_ma(board.duty_u16) > board.spec.rating_ma:
            self.violated(board.id, f"{amount_ma(board.duty_u16)} mA, "
                          f"rated {board.spec.rating_ma} mA")


class Increases(Checker):
    """A vehicle that stays gets no rise within 5 s of another change of its duty."""

    name = "increase"

    def __init__(self, clock, boards):
        super().__init__(clock)
        self._last = {board.id: (-_SPACING_MS, 0) for board in boards}

    def duty_changed(self, board):
        """The pilot's pin."""
        now_ms, now_ma = self._clock.now_ms, amount_ma(board.duty_u16)
        last_ms, last_ma = self._last[board.id]
        self._last[board.id] = (now_ms, now_ma)
        vehicle = board.vehicle
        if vehicle is None or now_ma <= last_ma or last_ms < vehicle.plugged_ms:
            return
        if now_ms - last_ms < _SPACING_MS:
            self.violated(board.id, f"rises to {now_ma} mA, {now_ms - last_ms} ms after a change")
