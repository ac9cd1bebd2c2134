# SPDX-License-Identifier: MIT
"""The air: every frame goes to everybody, or not, or late, or twice."""


class Air:
    """loss: of all links; links: {(from, to): loss} where it is another. late: (part of the
    frames, ms at most). tap: hears every frame."""

    def __init__(self, world):
        self._world = world
        self.tap = None
        self.calm()

    def calm(self):
        self.loss = 0.0
        self.links = {}
        self.late = (0.0, 0)
        self.twice = 0.0

    def send(self, board, payload, at_ms):
        if self.tap is not None:
            self.tap(payload)
        for other in self._world.boards:
            if other is not board:
                self._hop(board, other, payload, at_ms)

    def _hop(self, board, other, payload, at_ms):
        # Each sender has its own dice: what others do meanwhile changes nothing.
        dice = board.dice
        chance = dice.random
        if chance() < self.links.get((board.index, other.index), self.loss):
            return
        delay_ms = 1 + dice.randrange(10)
        if self.late[0] and chance() < self.late[0]:
            delay_ms += dice.randrange(self.late[1])
        self._world.at(at_ms + delay_ms, other.receive, board.address, payload)
        if self.twice and chance() < self.twice:
            again_ms = delay_ms + dice.choice((5, 300, 90000))
            self._world.at(at_ms + again_ms, other.receive, board.address, payload)
