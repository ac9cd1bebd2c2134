# SPDX-License-Identifier: MIT
"""Flash wears: a unit writes for a reason, and a bounded number of times for each (design 8)."""

from host_tools.simulate.checkers.checker import Checker

_EACH_BOOT = 2  # a new epoch; what it had missed
_EACH_CHANGE = 4  # proposed and in force, once as a unit and once as the leader
_EACH_MOVE = 5  # of the leadership: the new leader's epoch too


class FlashWrites(Checker):
    """No unit writes more often than its boots and the group's changes explain, nor in vain."""

    name = "flash"

    def __init__(self, clock, nodes):
        super().__init__(clock)
        self._nodes = {node.id: node for node in nodes}
        self._written = {node.id: 0 for node in nodes}
        self._changes = self._moves = 0
        self.most = 0

    def changed(self):
        """The owner has asked for a change."""
        self._changes += 1

    def moved(self):
        """The owner wants another unit to lead."""
        self._moves += 1

    def store_changed(self, board):
        """A block has been written."""
        self._written[board.id] += 1
        written, boots = self._written[board.id], self._nodes[board.id].boots
        self.most = max(self.most, written)
        if written > (boots * _EACH_BOOT + self._changes * _EACH_CHANGE
                      + self._moves * _EACH_MOVE):
            self.violated(board.id, f"{written} writes in {boots} boots, {self._changes} changes "
                          f"of the group and {self._moves} of its leader")

    def store_unchanged(self, board):
        """A block has been written as it was."""
        self.violated(board.id, "writes what is there already")
