# SPDX-License-Identifier: MIT
"""Lease rules as they show outside: quiet after a boot, and no more than the fallback alone.

These hold at any time, so they are judged whenever an offer changes and when the time has come.
"""

from host_tools.simulate.checkers.checker import Checker
from host_tools.simulate.clock import LOOK, Alarm

_QUIET_MS = 4940  # rule 4: `reaction` on a clock that is 1 % fast
_ALONE_MS = 10350  # rule 2: `lease` on a clock that is 1 % slow, `loop` and a slot
_NOT_ENABLED_MS = 16000  # as a limit that was larger before (rule 12)


class QuietAfterBoot(Checker):
    """A program that has just started offers nothing: the vehicle may still follow old offers."""

    name = "quiet_after_boot"

    def __init__(self, clock, nodes):
        super().__init__(clock)
        self._nodes = {node.id: node for node in nodes}

    def offer_changed(self, board):
        """The pilot advertises something else."""
        since_ms = self._clock.now_ms - self._nodes[board.id].booted_ms
        if board.offer_ma and since_ms < _QUIET_MS:
            self.violated(board.id, f"offers {board.offer_ma} mA {since_ms} ms after its start")


class Alone(Checker):
    """A follower that has not heard its leader for a whole lease offers at most its fallback."""

    name = "alone"

    def __init__(self, clock, nodes, terms):
        super().__init__(clock)
        self._nodes = {node.id: node for node in nodes}
        self._terms = terms
        self._alarms = {node.id: Alarm(clock, LOOK, lambda node=node: self._judge(node.board))
                        for node in nodes}

    def offer_changed(self, board):
        """The pilot advertises something else."""
        self._judge(board)

    def program_changed(self, board):
        """After a hang, the first look is at its end."""
        self._judge(board)

    def _judge(self, board):
        node, leaders = self._nodes[board.id], self._terms.leaders
        if board.id in leaders or board.offer_ma <= self._terms.most_ma[board.id]:
            return
        end_ms = max(node.heard_ms.get(leader, 0) for leader in leaders) + _ALONE_MS
        if self._clock.now_ms < end_ms:
            self._alarms[board.id].sooner(end_ms)
        elif not board.hung:
            self.violated(board.id, f"offers {board.offer_ma} mA, fallback "
                          f"{self._terms.most_ma[board.id]} mA, alone for too long")


class NotEnabled(Checker):
    """Nobody offers anything once sharing has been off, or the unit out of the group, for long
    enough. owner.members: units of the revision in force; apart: units alone, which share nothing,
    as long as they are in it."""

    name = "not_enabled"

    def __init__(self, clock, boards, owner, apart=frozenset()):
        super().__init__(clock)
        self._boards, self._owner, self._apart = list(boards), owner, apart
        self._alarms = {board.id: Alarm(clock, LOOK, lambda board=board: self.offer_changed(board))
                        for board in boards}
        self._due_ms = {board.id: None if board.id in owner.members else 0 for board in boards}

    def set_enabled(self, enabled: bool):
        """A revision is in force from now on, and says so."""
        for board in self._boards:
            unit = board.id
            if enabled and unit in self._owner.members:
                self._due_ms[unit] = None
            elif self._due_ms[unit] is None:
                self._due_ms[unit] = self._clock.now_ms + _NOT_ENABLED_MS
            self._alarms[unit].set(self._due_ms[unit])

    def forgets(self):
        """A storage falls back: who was taken out of the group meanwhile perhaps is in it again,
        as far as any unit knows."""
        for unit in self._due_ms:
            if unit not in self._owner.members:
                self._due_ms[unit] = None
                self._alarms[unit].set(None)

    def offer_changed(self, board):
        """The pilot advertises something else."""
        due_ms = self._due_ms[board.id]
        if (due_ms is not None and self._clock.now_ms >= due_ms and board.offer_ma
                and board.id not in self._apart):
            self.violated(board.id, f"offers {board.offer_ma} mA though sharing is off or the "
                          "unit is in no group")
