# SPDX-License-Identifier: MIT
"""The owner of a circuit: what he wants, what he does, and what he may say.

His word that a unit has no power is true, and afterwards it gets power again only where it can
hear the group.
"""

from tests.audit import setup

CALM_MS = 90000


class Group:
    """A group as its owner sees it. boards: its members, the leader first."""

    def __init__(self, rng, number, limit_a, fallback, enabled):
        self.key = rng.randbytes(32)
        self.number = number
        self.limit_a, self.fallback, self.enabled = limit_a, fallback, enabled
        self.boards = []
        self.numbers = {}

    def take(self, board):
        number = max(self.numbers.values(), default=0) + 1
        self.numbers.setdefault(board, number)
        self.boards.append(board)


class Owner:
    """Of one circuit and its group."""

    def __init__(self, world, circuit, group, rng):
        self.world, self.circuit, self.group, self._rng = world, circuit, group, rng
        self.calm_until_ms = 0  # a unit of whom he gave his word is back: the air must be well
        self.worded = []  # boards of which he said that they have no power
        self._asked = 0

    # --- by cable

    def set_up(self):
        group = self.group
        self.circuit.key = group.key
        setup.group(group, group.boards)
        self.world.judge.set_up(self.circuit, group.limit_a * 1000)

    # --- on the leader

    def leader(self):
        """The board that leads, as far as he can see: the one he wanted, or another."""
        leading = [board for board in self.group.boards if setup.leads(board)]
        return self._rng.choice(leading) if leading else None

    def change(self, **changes):
        leader = self.leader()
        if leader is None:
            return "nobody leads"
        if "limit_ma" in changes:
            # Each is another amount, by which it is known again.
            self._asked += 1
            changes["limit_ma"] += 100 * (self._asked % 9 + 1)
            if changes["limit_ma"] in self.circuit.asked_ma:
                return "asked before"
        error = setup.change(leader, **changes)
        if error is None:
            self.world.judge.changes += 1
            if "limit_ma" in changes:
                self.world.judge.asks(self.circuit, changes["limit_ma"])
            for key in ("enabled", "fallback"):
                if key in changes:
                    setattr(self.group, key, changes[key])
        return error

    def add(self, board):
        leader = self.leader()
        if leader is None:
            return "nobody leads"
        self.group.take(board)
        error = setup.members(leader, self.group, more=[board])
        if error is None:
            self.world.judge.changes += 1
            setup.newcomer(self.group, board, leader)
            board.power(True)
        else:
            self._forget(board)
        return error

    def _forget(self, board):
        self.group.boards.remove(board)
        del self.group.numbers[board]

    def remove(self, board, word: bool):
        """word: it has no power, and that is true."""
        leader = self.leader()
        if leader in (None, board):
            return "nobody else leads"
        if not setup.knows(leader, board):
            return "not a member there"
        error = setup.members(leader, self.group, less=[board])
        if error is None:
            self.world.judge.changes += 1
            if word:
                board.power(False)
                self.worded.append(board)
                setup.gone(leader, self.group.numbers[board])
            self._forget(board)
        return error

    def hand_over(self, board):
        leader = self.leader()
        if leader in (None, board):
            return "nobody else leads"
        self.world.judge.changes += 1
        return setup.hand_over(leader, self.group, board)

    def promote(self, board, dead):
        """`dead`, the leader, has no power, which is true."""
        if dead.powered or board.unit is None:
            return "not now"
        if not setup.follows(board, dead):
            return "it goes by another leader"
        error = setup.promote(board, self.group)
        if error is None:
            self.world.judge.changes += 1
            if dead not in self.worded:
                self.worded.append(dead)
        return error

    def go_on_without(self, board):
        """`board` does not answer; nothing is promised about it."""
        leader = self.leader()
        if leader in (None, board) or not setup.is_waited_for(leader, board):
            return "not waited for"
        error = setup.go_on_without(leader, self.group.numbers[board])
        if error is None:
            self.world.judge.changes += 1
        return error

    def settle(self):
        """His word for every unit that is waited for and is no more, and for who has stopped."""
        leader = self.leader()
        if leader is None:
            for board in self.group.boards:
                if setup.stopped(board):
                    self.world.judge.changes += 1
                    self.world.tell("owner: %s leads again: %s" % (board, setup.lead_again(board)))
                    break
        if leader is None:
            return
        error = setup.exactly(leader, self.group)
        if error != "":
            self.world.judge.changes += 1
            self.world.tell("owner: these and no others, again: %s" % (error,))
        if error:  # they do not fit any more
            for board in [b for b in self.group.boards if not setup.knows(leader, b)]:
                self._forget(board)
        for number in setup.waits_for_others(leader, self.group.boards):
            self.world.tell("owner: unit %d is no more: %s" % (number,
                                                               setup.gone(leader, number)))

    # --- power

    def power(self, board, on: bool):
        """A unit of which he gave his word gets power again only where it hears the group."""
        if on and board in self.worded:
            self.world.air.calm()
            self.calm_until_ms = self.world.now + CALM_MS
            self.worded.remove(board)
        board.power(on)

    def calm(self) -> bool:
        return self.world.now < self.calm_until_ms
