# SPDX-License-Identifier: MIT
"""What must never be, seen from outside.

The circuit rule: on each phase, what all vehicles may draw is at most the limit that binds. That
is the newest one that its owner asked for and a leader has called in force; a larger one before
it binds 16 s longer. A limit that was in force and left comes back only if its owner asks again.
"""

from tests.audit import setup

_AFTER_MS = 16000
_SLACK_MA = 5
_LOOK_MS = 20
_WRITES = 10  # an hour, besides one for each start
_WRITES_A_CHANGE = 2
_STORM = 200


class Circuit:
    """Boards on one circuit, and the limits that its owner asked for, oldest first."""

    def __init__(self, name):
        self.name = name
        self.boards = []
        self.key = None
        self.asked_ma = []
        self.present = -1  # which of them is in force
        self.former = []  # (mA, until)
        self.over_since_ms = None

    def bound_ma(self, now) -> int:
        self.former = [f for f in self.former if f[1] > now]
        present = self.asked_ma[self.present] if self.present >= 0 else 0
        return max([present] + [ma for ma, _ in self.former])


class Judge:
    """found: [(kind, text)] of what broke; figures of the worst are in the text."""

    def __init__(self, world):
        self._world = world
        self.found = []
        self.over_ms = self.over_ma = 0
        self.changes = 0  # of groups, by their owners: each is worth some writes
        self._seen = {}
        self._worn = []

    def _add(self, kind, text):
        self.found.append((kind, "%.2f s: %s" % (self._world.now / 1000, text)))
        self._world.tell("! %s: %s" % (kind, text))

    # --- the circuit rule

    def look(self, circuit):
        """Something on the circuit has changed."""
        now = self._world.now
        worst = self._excess(circuit, now)
        if worst is None:
            self._ends(circuit, now)
            return
        self.over_ma = max(self.over_ma, worst[0])
        if circuit.over_since_ms is None:
            circuit.over_since_ms = now
            self._add("circuit", "L%d of %s: %s A on %.1f A" % (
                worst[1] + 1, circuit.name, self._sum(circuit, worst[1]),
                circuit.bound_ma(now) / 1000))
            self._world.at(now + _LOOK_MS, self._again, circuit)

    def _again(self, circuit):
        self.look(circuit)
        if circuit.over_since_ms is not None:
            self._world.at(self._world.now + _LOOK_MS, self._again, circuit)

    def close(self, circuits):
        """The episode ends."""
        for circuit in circuits:
            self._ends(circuit, self._world.now)

    def _ends(self, circuit, now):
        if circuit.over_since_ms is not None:
            self.over_ms += now - circuit.over_since_ms
            circuit.over_since_ms = None

    def _excess(self, circuit, now):
        bound_ma = circuit.bound_ma(now) + _SLACK_MA
        worst = None
        for phase in (0, 1, 2):
            total_ma = 0
            for board in circuit.boards:
                outlet = board.outlet
                if outlet.closed:
                    total_ma += outlet.possible_ma(phase)
            if total_ma > bound_ma and (worst is None or total_ma - bound_ma > worst[0]):
                worst = total_ma - bound_ma, phase
        return worst

    @staticmethod
    def _sum(circuit, phase):
        parts = ["%.1f" % (board.outlet.possible_ma(phase) / 1000) for board in circuit.boards]
        return "+".join(parts)

    # --- limits

    def asks(self, circuit, limit_ma):
        """The owner wants another limit."""
        circuit.asked_ma.append(limit_ma)

    def set_up(self, circuit, limit_ma):
        """The circuit is set up, or anew, with this limit, whatever was before."""
        self.asks(circuit, limit_ma)
        self._takes(circuit, len(circuit.asked_ma) - 1)

    def leads(self, board):
        """A board has done something: what does it call in force, if it leads the group?"""
        said = setup.in_force(board)
        if said is None or said is self._seen.get(board):
            return
        self._seen[board] = said
        limit_ma = setup.limit_ma(said)
        circuit = board.circuit
        which = [i for i, ma in enumerate(circuit.asked_ma) if ma == limit_ma]
        if which and which[-1] > circuit.present:
            self._world.tell("%s: %.1f A is in force" % (board, limit_ma / 1000))
            self._takes(circuit, which[-1])

    def comes_back(self, board):
        """At the end: does the leader call a larger limit in force than its owner wanted?"""
        said = setup.in_force(board)
        if said is not None and setup.limit_ma(said) > board.circuit.bound_ma(self._world.now):
            self._add("undone", "%s calls %.1f A in force, its owner lowered it to %.1f" % (
                board, setup.limit_ma(said) / 1000,
                board.circuit.bound_ma(self._world.now) / 1000))

    def _takes(self, circuit, index):
        now = self._world.now
        if circuit.present >= 0:
            circuit.former.append((circuit.asked_ma[circuit.present], now + _AFTER_MS))
            self._world.at(now + _AFTER_MS + 1, self.look, circuit)
        circuit.present = index

    # --- the rest

    def raised(self, board, trace):
        self._add("raised", "%s: %s" % (board, trace.strip().splitlines()[-1]))
        self._world.tell(trace)

    def stuck(self, board, why):
        self._add("stuck", "%s: %s" % (board, why))

    def writes(self, board):
        """The flash is written: too often?"""
        hours = -(-self._world.now // 3600000)
        allowed = (board.starts + board.flash.given + _WRITES * hours
                   + _WRITES_A_CHANGE * self.changes)
        if board.flash.writes > allowed and board not in self._worn:
            self._worn.append(board)
            self._add("flash", "%s: %d writes, %d starts, %d changes by the owner in %.0f s" % (
                board, board.flash.writes, board.starts, self.changes, self._world.now / 1000))
        self._world.over = self._world.over or board.flash.writes > allowed + _STORM
