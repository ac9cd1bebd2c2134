# SPDX-License-Identifier: MIT
"""Nobody else's charging is touched by a pairing.

From when the owner begins to pair a unit until it is in force, and while nothing else happens to
the group, no member's offer falls below what it had then, or below an equal share of the limit
among all and the newcomer if that is less: more than this no allocation may take from it.
"""

from host_tools.simulate.checkers.checker import Checker

_CALM_MS = 25000  # what a change holds back is free again, and all have their shares
_ROUNDING_MA = 200


class Untouched(Checker):
    """simulation: whose owner pairs. `judged`: members that charged when a pairing began."""

    name = "untouched"

    def __init__(self, simulation):
        super().__init__(simulation.clock)
        self._simulation, self._owner = simulation, simulation.owner
        self._boards = {unit: node.board for unit, node in simulation.nodes.items()}
        self._stirred_ms = 0  # when something else happened last
        self._pairing = None  # key of the wish
        self._least_ma = {}
        self.judged = 0
        simulation.air.watch(self._stir)
        self._owner.listen(lambda *_: self._stir())
        self._owner.watch(self._wished)

    def is_calm(self) -> bool:
        """Has nothing else happened for long enough, and is the air well?"""
        return (self._clock.now_ms - self._stirred_ms > _CALM_MS
                and self._simulation.air.is_well(0.05, 400))

    def _stir(self):
        self._stirred_ms = self._clock.now_ms
        self._end()

    def _end(self):
        self._pairing = None
        self._least_ma = {}

    def program_changed(self, board):
        """A unit starts, hangs, stops: the newcomer too, where a cable must start it anew."""
        if board.id in self._owner.members:
            self._stir()

    def vehicle_changed(self, board):
        """A vehicle wants something else, or another one is there."""
        if board.id in self._least_ma and not self._charges(board):
            del self._least_ma[board.id]

    def _wished(self, wish):
        """The owner wants something."""
        joins = (type(wish.key) is tuple and wish.key[0] == "member"
                 and wish.key[1] not in self._owner.members)
        if not joins or not self.is_calm() or self._owner.busy_with(wish):
            self._stir()
            return
        self._pairing = wish.key
        members = self._owner.members
        share_ma = self._owner.limit_ma // (len(members) + 1) // 100 * 100
        self._least_ma = {unit: min(self._boards[unit].offer_ma, share_ma) for unit in members
                          if self._charges(self._boards[unit])}
        self.judged += len(self._least_ma)

    def _charges(self, board):
        return board.vehicle is not None and board.contact and board.vehicle.hungry

    def offer_changed(self, board):
        """The pilot advertises something else."""
        least_ma = self._least_ma.get(board.id)
        if least_ma is None or not self._charges(board):
            return
        if board.offer_ma < least_ma - _ROUNDING_MA:
            self.violated(board.id, f"is offered {board.offer_ma} mA while unit "
                          f"{self._pairing[1]} is paired, {least_ma} mA are its own")
