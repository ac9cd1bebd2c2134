# SPDX-License-Identifier: MIT
"""Rule 4 seen the other way: a unit without a lease gets its fallback, and gets it in time."""

from host_tools.simulate.checkers.checker import Checker
from host_tools.simulate.clock import LOOK, Alarm

_GRACE_MS = 6500  # an increase waits 5 s after another change, on a slow clock; slots
_ROUNDING_MA = 100  # of the duty
_GAP_MA = (51000, 52500)  # no duty means these
_MINIMUM_MA = 6000


class FallbackReached(Checker):
    """A follower with a vehicle and no lease offers its fallback `grow` after the lease's end, if
    it has not heard of a revision in force that has not reached it.

    leases, terms, stays: what may be known from outside. Judged is the least fallback that may be
    in use.
    """

    name = "fallback"

    def __init__(self, clock, nodes, leases, terms, stays):
        super().__init__(clock)
        self._leases, self._terms, self._stays = leases, terms, stays
        self._nodes = {node.id: node for node in nodes}
        self._since_ms = {node.id: None for node in nodes}  # since when it offers too little
        self._alarms = {node.id: Alarm(clock, LOOK, lambda board=node.board: self._judge(board))
                        for node in nodes}

    def offer_changed(self, board):
        """The pilot advertises something else."""
        self._judge(board)

    def vehicle_changed(self, board):
        """Vehicle or faults."""
        self._judge(board)

    def program_changed(self, board):
        """Started, hung, stopped."""
        self._since_ms[board.id] = None
        self._judge(board)

    def _lacks(self, board):
        fallback_ma = self._terms.least_ma[board.id]
        if _GAP_MA[0] < fallback_ma < _GAP_MA[1]:
            fallback_ma = _GAP_MA[0]
        return (fallback_ma >= _MINIMUM_MA and board.offer_ma < fallback_ma - _ROUNDING_MA
                and board.id not in self._terms.leaders and self._nodes[board.id].running
                and self._stays.sound(board))

    def _judge(self, board):
        unit, now_ms = board.id, self._clock.now_ms
        if not self._lacks(board) or self._leases.missed(unit):
            self._since_ms[unit] = None
            self._alarms[unit].set(None)
            return
        if self._since_ms[unit] is None:
            self._since_ms[unit] = now_ms
        due_ms = max(self._leases.fallback_ms(unit), self._since_ms[unit]) + _GRACE_MS
        if now_ms < due_ms:
            self._alarms[unit].set(due_ms)
        else:
            self.violated(unit, f"offers {board.offer_ma} mA, its fallback is at least "
                          f"{self._terms.least_ma[unit]} mA")
