# SPDX-License-Identifier: MIT
"""A small world around the real members: links, clocks, vehicles that take all they may.

No pilot, no contactor: a connector here applies its member's offer at once, every 20 ms, and its
vehicle may draw the largest offer of the last 5 s (reaction). It is the harshest vehicle there
is, so the circuit rule is judged from outside by sums of what may be drawn.
"""

import random

import host_tools  # noqa: F401  (sets the import path)
from core.follower import UnitConfig
from core.frames import Row
from core.group import first_record
from core.member import Member
from core.pilot_state import A, C
from core.possible import OfferHistory
from core.records import Snapshot
from core.revision import make
from core.timing import Timing

GROUP, KEY = 77, b"a key for the tests, 32 bytes lo"
STEP_MS = 20


class FixedDemand:
    """Stands in for the estimator: the vehicle wants what the test says."""

    energy_as = 0

    def __init__(self, node):
        self._node = node

    def step(self, *unused):
        """Nothing to estimate."""

    @property
    def ask_ma(self):
        return self._node.want_ma

    spare_ma = ask_ma


class Node:
    """One unit: storage that survives, a member that does not, a connector that obeys."""

    def __init__(self, world, unit, record, clock_ppm=0, offset_ms=0, wired=1, priority=0,
                 rating_ma=48000):
        self.world, self.unit, self.record = world, unit, record
        self.ppm, self.offset_ms = clock_ppm, offset_ms
        self.config = UnitConfig(unit, rating_ma, wired, False, priority)
        self.want_ma = 0
        self.store_works = True
        self.hung = False
        self.member = None
        self.offered_ma = 0
        self.past = []  # (true ms until which it counts, mA)
        self.boots = 0

    def local(self, true_ms):
        return self.offset_ms + true_ms + true_ms * self.ppm // 1000000

    def boot(self):
        self.boots += 1
        self.hung = False
        now = self.local(self.world.now_ms)
        self.member = Member(self.config, GROUP, KEY, self.record, self.world.timing,
                             self.unit * 1000 + self.boots, now)
        self.member.follower.demand = FixedDemand(self)
        self.history = OfferHistory(self.world.timing.reaction_own_ms)
        self.next_ms = now

    def die(self):
        self._set(0)
        self.past = []  # the contactor opens with the power
        self.member = None

    def _set(self, offered_ma):
        if offered_ma < self.offered_ma:
            self.past.append((self.world.now_ms + self.world.timing.reaction_ms,
                              self.offered_ma))
        self.offered_ma = offered_ma

    def possible_ma(self):
        """From outside, in true time."""
        self.past = [p for p in self.past if p[0] > self.world.now_ms]
        return max([self.offered_ma] + [ma for _, ma in self.past])

    def step(self):
        if self.member is None or self.hung:
            return
        now = self.local(self.world.now_ms)
        allowed = self.member.offer(now)
        offered = allowed.amount_ma if self.want_ma else 0
        self._set(offered)
        vector = tuple(offered if self.config.wired >> p & 1 else 0 for p in (0, 1, 2))
        self.history = self.history.noted(now, vector + (offered,))
        draw = tuple(min(v, self.want_ma) for v in vector)
        self.member.on_connector(Snapshot(
            now, C if self.want_ma else A, offered, self.config.wired, offered > 0, draw,
            self.history.possible_ma(now, draw, True), self.history.tail_ms(now, draw, True),
            self.config.rating_ma, 0, False, allowed.reason), now)
        self.member.tick(now)
        record = self.member.record_to_store(now)
        if record is not None:
            if self.store_works:
                self.record = record
            self.member.on_stored(self.store_works, now)
        for destination, payload in self.member.frames_to_send():
            self.world.send(self.unit, destination, payload)

    def receive(self, source, payload):
        if self.member is not None and not self.hung:
            self.member.on_frame(source, payload, self.local(self.world.now_ms))


class World:
    """Units 1 to n, unit 1 leads. Loss and delay per link in true ms."""

    def __init__(self, n, limit_ma, fallback="equal", seed=1, ppm=None, timing=None, enabled=True,
                 start_ms=0, priorities=None, wired=None):
        self.random = random.Random(seed)
        self.timing = timing or Timing()
        self.now_ms = 0
        self.loss = {}  # (source, destination): probability
        self.base_loss = 0.0
        self.delay_ms = (1, 10)
        self.extra_ms = {}  # (source, destination): more delay
        self.heap = []
        self.recorded = []
        self.frames = 0
        rows = [Row(i + 1, 0, wired[i] if wired else 1, 48000, 48000) for i in range(n)]
        revision = make(1, 1, enabled, fallback, limit_ma, rows)
        self.nodes = [
            Node(self, i + 1, first_record(revision, i + 1), ppm[i] if ppm else 0,
                 start_ms + 1000 * i, wired[i] if wired else 1,
                 priorities[i] if priorities else 0) for i in range(n)]
        self.limits = [(0, limit_ma)]
        for node in self.nodes:
            node.boot()

    def node(self, unit):
        return self.nodes[unit - 1]

    def leader(self):
        for node in self.nodes:
            if node.member is not None and node.member.leader is not None:
                return node.member.leader
        return None

    def send(self, source, destination, payload):
        self.frames += 1
        if self.random.random() < 0.05:
            self.recorded = (self.recorded + [(source, destination, payload)])[-60:]
        for node in self.nodes:
            if node.unit != source and destination in (0, node.unit):
                self._deliver(source, node.unit, payload)

    def _deliver(self, source, destination, payload):
        link = (source, destination)
        if self.random.random() < self.loss.get(link, self.base_loss):
            return
        delay = self.random.randint(*self.delay_ms) + self.extra_ms.get(link, 0)
        self.heap.append((self.now_ms + delay, source, destination, payload))

    def replay(self):
        """An attacker who recorded everything sends something old again."""
        if self.recorded:
            source, destination, payload = self.random.choice(self.recorded)
            for node in self.nodes:
                if node.unit != source and destination in (0, node.unit):
                    self.heap.append((self.now_ms + 1, source, node.unit, payload))

    def cut(self, a, b):
        """Nothing gets through between two units, either way."""
        self.loss[(a, b)] = self.loss[(b, a)] = 1.0

    def heal(self):
        self.loss.clear()
        self.extra_ms.clear()

    def step(self):
        self.now_ms += STEP_MS
        due = [f for f in self.heap if f[0] <= self.now_ms]
        if due:
            self.heap = [f for f in self.heap if f[0] > self.now_ms]
            for _, source, destination, payload in sorted(due, key=lambda f: f[0]):
                self.node(destination).receive(source, payload)
        for node in self.nodes:
            node.step()
        self._note_limit()

    def _note_limit(self):
        leader = self.leader()
        if leader is not None:
            limit = leader.revisions.in_force.limit_ma
            if limit != self.limits[-1][1]:
                self.limits.append((self.now_ms, limit))

    def limit_ma(self):
        """The limit in force, and a larger one before it 16 s longer (rule 12)."""
        binding = self.limits[-1][1]
        for (_, limit), (until, _) in zip(self.limits, self.limits[1:]):
            if self.now_ms < until + 16000:
                binding = max(binding, limit)
        return binding

    def possible_ma(self):
        """Largest sum over a phase."""
        return max(sum(n.possible_ma() for n in self.nodes if n.config.wired >> p & 1)
                   for p in (0, 1, 2))

    def run(self, seconds, check=True):
        """Go on; with `check` the circuit rule is asserted at every step."""
        for _ in range(int(seconds * 1000) // STEP_MS):
            self.step()
            if check:
                self.check()

    def check(self):
        total, limit = self.possible_ma(), self.limit_ma()
        assert total <= limit, "%d mA on %d mA at %.2f s: %s" % (
            total, limit, self.now_ms / 1000, [n.possible_ma() for n in self.nodes])

    def offers(self):
        return [node.offered_ma for node in self.nodes]
