# SPDX-License-Identifier: MIT
"""Lease rules as they show outside: quiet after a boot, and no more than the fallback alone.

These hold at any time, so they are judged whenever an offer changes and when the time has come.
"""

from host_tools.simulate.checkers.checker import Checker
from host_tools.simulate.clock import LOOK, Alarm

_QUIET_MS = 4940  # rule 4: `reaction` on a clock that is 1 % fast
_ALONE_MS = 10350  # rule 2: `lease` on a clock that is 1 % slow, `loop` and a slot
_NOT_ENABLED_MS = 16000  # as a limit that was larger before (rule 12)
_MINIMUM_MA = 6000


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

    def __init__(self, clock, nodes, leader: int, fallbacks_ma: dict):
        super().__init__(clock)
        self._nodes = {node.id: node for node in nodes if node.id != leader}
        self._leader = leader
        self._fallbacks_ma = dict(fallbacks_ma)
        self._alarms = {node.id: Alarm(clock, LOOK, lambda node=node: self._judge(node.board))
                        for node in nodes}

    def allow(self, fallbacks_ma: dict):
        """Another revision has been asked for: from now on its fallbacks may be in use too."""
        for unit, amount_ma in fallbacks_ma.items():
            self._fallbacks_ma[unit] = max(self._fallbacks_ma[unit], amount_ma)

    def offer_changed(self, board):
        """The pilot advertises something else."""
        self._judge(board)

    def program_changed(self, board):
        """After a hang, the first look is at its end."""
        self._judge(board)

    def _judge(self, board):
        node = self._nodes.get(board.id)
        if node is None or board.offer_ma <= self._fallbacks_ma[board.id]:
            return
        end_ms = node.heard_ms.get(self._leader, 0) + _ALONE_MS
        if self._clock.now_ms < end_ms:
            self._alarms[board.id].sooner(end_ms)
        elif not board.hung:
            self.violated(board.id, f"offers {board.offer_ma} mA, fallback "
                          f"{self._fallbacks_ma[board.id]} mA, alone for too long")


class NotEnabled(Checker):
    """Nobody offers anything once sharing has been off long enough for everyone to know."""

    name = "not_enabled"

    def __init__(self, clock, boards):
        super().__init__(clock)
        self._boards = list(boards)
        self._since_ms = None
        self._alarm = Alarm(clock, LOOK, self._judge_all)

    def set_enabled(self, enabled: bool):
        """The revision in force says so from now on."""
        self._since_ms = None if enabled else self._clock.now_ms
        self._alarm.set(None if enabled else self._clock.now_ms + _NOT_ENABLED_MS)

    def offer_changed(self, board):
        """The pilot advertises something else."""
        if self._since_ms is None or self._clock.now_ms < self._since_ms + _NOT_ENABLED_MS:
            return
        if board.offer_ma:
            self.violated(board.id, f"offers {board.offer_ma} mA though sharing is off")

    def _judge_all(self):
        for board in self._boards:
            self.offer_changed(board)


def fallbacks_ma(mode: str, limit_ma: int, units) -> dict:
    """Fallback of each unit as rule 5 defines it, mA."""
    share_ma = {"equal": limit_ma // len(units) // 100 * 100, "minimum": _MINIMUM_MA,
                "stop": 0}[mode]
    return {unit.id: min(share_ma, unit.rating_ma) for unit in units}
