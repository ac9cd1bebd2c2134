# SPDX-License-Identifier: MIT
"""One episode: everything follows from its seed."""

import random

from tests.audit import dealings, setup, weather
from tests.audit.air import Air
from tests.audit.attacker import Attacker
from tests.audit.board import Board
from tests.audit.judge import Circuit, Judge
from tests.audit.moods import MOODS
from tests.audit.outlet import Vehicle
from tests.audit.owner import Group, Owner
from tests.audit.world import World

_WELL_MS = 180000
_WATCH_MS = 30000
_COME_MS = 70000
_PHASES = ("L1", "L1", "L1", "L2", "L1L2L3", "L2L3L1")
_STORY = 40


class Episode:
    """found: the judge's. mood: a name of MOODS; None: it follows from the seed.
    events: names of those that may happen, with commas; None: all of the mood."""

    def __init__(self, seed, mood=None, events=None):
        self.seed = seed
        self._events = events
        self.rng = random.Random(seed)
        self.mood = mood or list(MOODS)[seed % len(MOODS)]
        self.world = World()
        self.judge = self.world.judge = Judge(self.world)
        self.air = self.world.air = Air(self.world)
        self.attacker = Attacker(self.world, self.rng)
        self.circuit = Circuit("the circuit")
        self.outside = []  # on the circuit and powered, but in no group by the owner's will
        self.gone = []  # replaced
        self.coming = []  # old leaders that get power again later
        self.backups = []
        self.well = False  # nothing bad happens any more
        self._one_phase = self.rng.random() < 0.7
        self.group = self.owner = None

    # --- parts

    @property
    def boards(self):
        return self.world.boards

    def tell(self, text):
        self.world.tell(text)

    def anyone(self):
        return self.rng.choice(self.boards)

    def member(self):
        """A member, seldom the leader."""
        return self.rng.choice(self.group.boards[-1:] + self.group.boards)

    def spare(self):
        return self.rng.choice(self.outside) if self.outside and self.rng.random() < 0.5 else None

    def later(self, spans_ms, do):
        span_ms = self.rng.choice(spans_ms)
        self.world.at(self.world.now + self.rng.randint(span_ms // 2, span_ms), do)

    def new_board(self, like=None, circuit=None):
        """A board that was never set up, without power."""
        circuit = circuit or self.circuit
        breaker_a = self.rng.choice((16, 20, 32, 50))
        phases = "L1" if self._one_phase else self.rng.choice(_PHASES)
        facts = {"nameplate_a": self.rng.choice((16, 32, 48)),
                 "feedback": self.rng.random() < 0.3, "metered": self.rng.random() < 0.4}
        if like is not None:
            breaker_a, phases = like.settings["breaker_a"], like.settings["phases"]
            facts = dict(like.facts)
        ppm = self.rng.choice((0, -10000, 10000, self.rng.randint(-10000, 10000)))
        wiring = tuple(int(digit) - 1 for digit in phases.replace("L", ""))
        board = Board(self.world, circuit, wiring, facts, ppm, random.Random(self.rng.random()))
        setup.basics(board, breaker_a, phases)
        circuit.boards.append(board)
        return board

    def new_group(self, boards, circuit, tight=2.5):
        least = 6 * len(boards)
        most = sum(board.facts["nameplate_a"] for board in boards) - 1
        limit_a = self.rng.randint(least, max(least, min(most, int(tight * least))))
        group = Group(self.rng, self.rng.randint(1, 99), limit_a,
                      self.rng.choice(("equal", "equal", "minimum", "stop")),
                      self.rng.random() < 0.85)
        for board in boards:
            group.take(board)
        return group, Owner(self.world, circuit, group, self.rng)

    def plug(self, board):
        board.outlet.plug(Vehicle(self.rng))

    def power_all(self, boards):
        for board in boards:
            self.world.at(self.world.now + self.rng.randrange(4000), board.power, True)

    # --- the course of it

    def run(self):
        begin, events, span_ms = MOODS[self.mood]
        if self._events:
            events = [getattr(dealings, name, None) or getattr(weather, name)
                      for name in self._events.split(",")]
        begin(self)
        end_ms = self.world.now + self.rng.randint(span_ms // 2, span_ms)
        while self.world.now < end_ms and not self.world.over:
            gap_ms = self.rng.choice((50, 1500, 12000, 12000, 30000))
            self.world.run(self.world.now + self.rng.randint(gap_ms // 4, gap_ms))
            event = self.rng.choice(events)
            if not (event in weather.ILL and self.owner is not None and self.owner.calm()):
                event(self)
        if not self.world.over:
            self._well()
        self.judge.close({board.circuit for board in self.boards})
        return self.judge.found

    def _well(self):
        """Air and power are well; after 3 min all members charge, or say what they wait for."""
        self.tell("all is well from here")
        self.well = True
        self.air.calm()
        self.attacker.stop()
        for board in self.boards:
            board.stall, board.late_ms = (0.0, 0), 0
            board.flash.fails, board.flash.cut_in = False, None
            if board not in self.gone:
                (self.owner.power if self.owner else Board.power)(board, True)
        self.world.run(self.world.now + 20000)
        if self.owner is not None:
            self.owner.settle()
        if self.group is not None and not self.group.enabled:
            self.tell("owner: enabled True: %s" % self.owner.change(enabled=True))
        self.world.run(self.world.now + _COME_MS)
        for board in self.boards:
            # A new vehicle: what is asked here is the group's way back, not the estimate.
            board.outlet.plug(None)
            self.world.at(self.world.now + 2000, self.plug, board)
        self.world.run(self.world.now + _WELL_MS - _COME_MS - _WATCH_MS)
        served = set()
        for _ in range(_WATCH_MS // 1000):
            self.world.run(self.world.now + 1000)
            served.update(board for board in self.boards if board.outlet.closed)
        if not self.world.over:
            self._judge(served)

    def _judge(self, served):
        members = self.group.boards if self.group else self.boards
        for board in members:
            self.judge.comes_back(board)
            if board not in served and board.powered and not self._waits(board):
                self.judge.stuck(board, self._why(board))

    def _why(self, board):
        said = setup.why(board) if board.unit else "does not run"
        for other in self.boards:
            if setup.leads(other):
                said += "; %s leads, a change waits for %s" % (other, setup.waits_for(other))
        return said

    def _waits(self, board):
        return board.unit is not None and setup.needs_word(board) or (
            self.group is not None and not self.group.enabled) or any(
            setup.needs_word(other) for other in self.boards if other.unit is not None)

    def lines(self):
        """The story, short."""
        return ["%9.2f %s" % (ms / 1000, text) for ms, text in self.world.story[-_STORY:]]
