# SPDX-License-Identifier: MIT
"""Rule 11: a vehicle that draws more than any offer of the last 5 s loses its contactor."""

from host_tools.simulate.checkers.checker import Checker
from host_tools.simulate.clock import PIN, Alarm

_EXCESS_MA = 500
_EXCESS_PERMILLE = 20
_METER_PERMILLE = 25  # what the meter may hide, and rounding
_OPENS_MS = 2300  # 2 s, and what the unit adds to 5 s and 2 s on a slow clock, slots, drop-out
_MERGED_MS = 900  # a unit keeps 8 offers of the last 5 s: of more it merges what is so near
_KEPT = 8
_WINDOW_MS = 8000


class Overcurrent(Checker):
    """Open soon enough after a clear excess began. window: the circuit rule's, which knows."""

    name = "overcurrent"

    def __init__(self, clock, boards, circuit_rule):
        super().__init__(clock)
        self._circuit_rule = circuit_rule
        self._since_ms = {board.id: None for board in boards}
        self._offers_ms = {board.id: [] for board in boards}  # when they changed
        self._alarms = {board.id: Alarm(clock, PIN, lambda board=board: self._late(board))
                        for board in boards}
        circuit_rule.listen(self._judge)

    def draw_changed(self, board):
        """The vehicle draws something else."""
        self._judge(board)

    def offer_changed(self, board):
        """The pilot advertises something else."""
        now_ms, times = self._clock.now_ms, self._offers_ms[board.id]
        self._offers_ms[board.id] = [t for t in times if t > now_ms - _WINDOW_MS] + [now_ms]
        self._judge(board)

    def contact_changed(self, board):
        """The contactor has closed or opened."""
        self._judge(board)

    def program_changed(self, board):
        """After a hang the time starts anew."""
        self._since_ms[board.id] = None
        self._judge(board)

    def _judge(self, board):
        largest_ma = self._circuit_rule.largest_ma(board.id)
        bound_ma = largest_ma + _EXCESS_MA + largest_ma * _EXCESS_PERMILLE // 1000
        clear = max(board.draw_ma) * (1000 - _METER_PERMILLE) // 1000 > bound_ma
        if not (clear and board.contact):
            self._since_ms[board.id] = None
            self._alarms[board.id].set(None)
        elif self._since_ms[board.id] is None:
            self._since_ms[board.id] = self._clock.now_ms
            merges = len(self._offers_ms[board.id]) > _KEPT
            self._alarms[board.id].set(self._clock.now_ms + _OPENS_MS + merges * _MERGED_MS)

    def _late(self, board):
        if not (board.hung or "welded" in board.faults or board.troubles.meter_lies):
            self.violated(board.id, f"draws {max(board.draw_ma)} mA, offered "
                          f"{self._circuit_rule.largest_ma(board.id)} mA, for {_OPENS_MS} ms")
