# SPDX-License-Identifier: MIT
"""Rules 1 to 4 as the air shows them: nobody offers more than a lease or a due fallback allows."""

from host_tools.simulate.checkers.checker import Checker
from host_tools.simulate.clock import LOOK, Alarm
from host_tools.simulate.leases import LOOP_MS


class Granted(Checker):
    """A follower offers at most its live lease's amount, then its rest level, then its fallback.

    leases: what the air shows (leases.py); terms: fallbacks that may be in use. A unit that leads
    or did is left out: its own grants are not on the air.
    """

    name = "lease"

    def __init__(self, clock, nodes, leases, terms):
        super().__init__(clock)
        self._leases, self._terms = leases, terms
        leases.listen(self._wait)
        self._alarms = {node.id: Alarm(clock, LOOK, lambda board=node.board: self._judge(board))
                        for node in nodes}

    def offer_changed(self, board):
        """The pilot advertises something else."""
        self._judge(board)

    def program_changed(self, board):
        """After a hang it gets the time that any unit has for what is due."""
        self._alarms[board.id].sooner(self._clock.now_ms + LOOP_MS)

    def _judge(self, board):
        unit = board.id
        if not board.offer_ma or board.hung or unit in self._terms.leaders:
            return
        most_ma = self._leases.most_ma(unit, self._terms.most_ma[unit])
        if board.offer_ma > most_ma:
            self.violated(unit, f"offers {board.offer_ma} mA, lease or fallback {most_ma} mA")
        self._wait(unit)

    def _wait(self, unit):
        next_ms = self._leases.next_ms(unit)
        if next_ms is not None:
            self._alarms[unit].sooner(next_ms)
