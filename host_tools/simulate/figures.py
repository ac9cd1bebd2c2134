# SPDX-License-Identifier: MIT
"""Figures of a run that are no rules: waiting vehicles, changes of offers, revisions."""


class Waits:
    """Longest time that a vehicle wanting current was offered none, of all units."""

    def __init__(self, clock, boards):
        self._clock = clock
        self._since_ms = {board.id: None for board in boards}
        self.longest_ms = 0

    def offer_changed(self, board):
        """The pilot advertises something else."""
        self._judge(board)

    def vehicle_changed(self, board):
        """A vehicle came, went, or wants something else."""
        self._judge(board)

    def finish(self):
        """The run is over: those still waiting count, too."""
        for unit in self._since_ms:
            self._end(unit)

    def _judge(self, board):
        waits = board.vehicle is not None and board.vehicle.hungry and board.offer_ma == 0
        if not waits:
            self._end(board.id)
        elif self._since_ms[board.id] is None:
            self._since_ms[board.id] = self._clock.now_ms

    def _end(self, unit):
        if self._since_ms[unit] is not None:
            self.longest_ms = max(self.longest_ms, self._clock.now_ms - self._since_ms[unit])
        self._since_ms[unit] = None


class OfferChanges:
    """How often each unit's offer changed: (at_ms, amount_ma) lists."""

    def __init__(self, clock, boards):
        self._clock = clock
        self.by_unit = {board.id: [] for board in boards}

    def offer_changed(self, board):
        """The pilot advertises something else."""
        self.by_unit[board.id].append((self._clock.now_ms, board.offer_ma))


class RevisionWait:
    """Longest time from a change that the owner asked for to its being in force."""

    def __init__(self, clock):
        self._clock = clock
        self._asked = []  # (at_ms, wanted)
        self.longest_ms = 0

    def asked(self, wanted):
        """The owner has asked for a change; `wanted(limit_ma, enabled)` tells when it is there."""
        self._asked.append((self._clock.now_ms, wanted))

    def in_force(self, limit_ma: int, enabled: bool):
        """What is in force now. A later wish for something else ends an earlier one's wait."""
        for index in reversed(range(len(self._asked))):
            if self._asked[index][1](limit_ma, enabled):
                for at_ms, _ in self._asked[:index + 1]:
                    self.longest_ms = max(self.longest_ms, self._clock.now_ms - at_ms)
                del self._asked[:index + 1]
                return

    def finish(self):
        """The run is over: those never in force have waited until now."""
        for at_ms, _ in self._asked:
            self.longest_ms = max(self.longest_ms, self._clock.now_ms - at_ms)
