# SPDX-License-Identifier: MIT
"""Flash wears: a unit writes for a reason, a bounded number of times an hour (design 8)."""

from collections import deque

from host_tools.simulate.checkers.checker import Checker

HOUR_MS = 3600_000
_BESIDES = 10  # in any hour, whatever happens to the unit
# What the owner does has to be stored, as often as he does it.
_EACH_CHANGE = 4  # proposed and in force, once as a unit and once as the leader
_EACH_MOVE = 5  # of the leadership: the new leader's epoch too
_TRIES = 12  # of a flash that fails, in an hour of one boot: 1, 2, 4 s and so on apart


class FlashWrites(Checker):
    """In any hour a unit writes once for each of its starts and ten times besides; nor in vain.

    A write that fails counts as well. What the owner changes is counted apart.
    """

    name = "flash"

    def __init__(self, clock, nodes):
        super().__init__(clock)
        self._boots = {node.id: 0 for node in nodes}
        self._ill = {node.id: False for node in nodes}  # in this boot
        self._nodes = {node.id: node for node in nodes}
        self._allowed = {node.id: deque() for node in nodes}  # (at_ms, writes)
        self._written = {node.id: deque() for node in nodes}  # at_ms
        self.most = 0

    def changed(self):
        """The owner has asked for a change."""
        self._allow(_EACH_CHANGE)

    def moved(self):
        """The owner wants another unit to lead."""
        self._allow(_EACH_MOVE)

    def _allow(self, writes):
        for allowed in self._allowed.values():
            allowed.append((self._clock.now_ms, writes))

    def store_changed(self, board):
        """A block has been written, or was tried to be."""
        unit, now_ms = board.id, self._clock.now_ms
        self._count_boots(unit)
        self._allow_tries(board)
        written, allowed = self._written[unit], self._allowed[unit]
        written.append(now_ms)
        while written[0] <= now_ms - HOUR_MS:
            written.popleft()
        while allowed and allowed[0][0] <= now_ms - HOUR_MS:
            allowed.popleft()
        self.most = max(self.most, len(written))
        most = _BESIDES + sum(writes for _, writes in allowed)
        if len(written) > most:
            self.violated(unit, f"{len(written)} writes in an hour, {most} at most by its starts "
                          "and the owner's changes")

    def _count_boots(self, unit):
        node = self._nodes[unit]
        if node.boots > self._boots[unit]:
            self._allowed[unit].append((node.booted_ms, node.boots - self._boots[unit]))
            self._boots[unit] = node.boots
            self._ill[unit] = False

    def _allow_tries(self, board):
        flash = getattr(board, "flash", None)
        if flash is not None and flash.is_ill() and not self._ill[board.id]:
            self._ill[board.id] = True
            self._allowed[board.id].append((self._clock.now_ms, _TRIES))

    def store_unchanged(self, board):
        """A block has been written as it was."""
        self.violated(board.id, "writes what is there already")
