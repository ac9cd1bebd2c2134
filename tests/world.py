# SPDX-License-Identifier: MIT
"""A small world around the real members: links, clocks, storage, and a harsh vehicle each.

Time is true time in ms, in steps of 20. Only what is due runs, as the members themselves say, so
a deadline that they forget shows as a fault. The circuit rule is judged from outside: by what
the vehicles may draw, per phase (tests/outlet.py), against the limit in force.
"""

import random

import host_tools  # noqa: F401  (sets the import path)
from core.group.on_demand.first_record import joining_record
from core.group.on_demand.proposal import make
from core.on_demand.serial import tag_of
from core.sharing.follower import UnitConfig
from core.sharing.on_demand.member import new_member
from core.timing import Timing
from host_tools.records import member_record, row, serial_of
from host_tools.verify.exhaustive.unit import Demand as FixedDemand
from tests.outlet import Outlet

KEY = b"a key for the tests, 32 bytes lo"
STEP_MS = 20
RATING_MA = 48000
_NEVER = 1 << 62


class Node:
    """One unit: storage that survives, a member that does not, an outlet that obeys it."""

    def __init__(self, world, unit, record, ppm=0, offset_ms=0, wired=1, priority=0,
                 rating_ma=RATING_MA):
        self.world, self.unit, self.record = world, unit, record
        self.ppm, self.offset_ms = ppm, offset_ms
        self.config = UnitConfig(serial_of(unit), rating_ma, wired, True, priority, rating_ma,
                                 6000)
        self.outlet = Outlet(self.config, world.timing)
        self.store_works = True
        self.stores = 0
        self.member = None
        self.boots = 0
        self.busy_until_ms = 0  # a stalled or hung program: pins stay, frames wait
        self._waiting = []
        self._next_ms = 0

    @property
    def tag(self):
        """Of its serial, as it goes with its frames."""
        return tag_of(self.config.serial)

    @property
    def want_ma(self):
        """What its vehicle wants, mA; 0: it is connected and wants nothing."""
        return self.outlet.want_ma

    @want_ma.setter
    def want_ma(self, amount_ma):
        self.outlet.want_ma = amount_ma
        self.wake()

    @property
    def offered_ma(self):
        """On the pilot now."""
        return self.outlet.offered_ma

    def local(self, true_ms=None):
        """This unit's own clock."""
        true_ms = self.world.now_ms if true_ms is None else true_ms
        return self.offset_ms + true_ms + true_ms * self.ppm // 1000000

    def boot(self):
        """Power comes, or the watchdog bites: the contactor opens, the program starts anew."""
        self.boots += 1
        self.busy_until_ms = 0
        self._waiting = []
        now = self.local()
        self.outlet.power_lost(self.world.now_ms)
        self.outlet.restart(now)
        if not self.record:  # it was removed: it is in no group until it is set up anew
            self.member = None
            return
        self.member = new_member(self.config, self.record, self.world.timing,
                             self.unit * 1000 + self.boots, now)
        self.member.follower.demand = FixedDemand(self.outlet)
        self.wake()

    def die(self):
        """No power."""
        self.outlet.power_lost(self.world.now_ms)
        self.member = None
        self.busy_until_ms = 0

    def stall(self, seconds):
        """The program does nothing for so long; pins stay as they are, frames wait."""
        self.busy_until_ms = self.world.now_ms + int(seconds * 1000)

    def hang(self):
        """The program does nothing until the next boot."""
        self.busy_until_ms = _NEVER

    def busy(self):
        """Is the program stalled or hung?"""
        return self.world.now_ms < self.busy_until_ms

    def wake(self):
        """Something changed: it runs in the next step of the world."""
        self._next_ms = 0

    def due_ms(self):
        """When it must run next, true time."""
        if self.member is None:
            return _NEVER
        return max(self._next_ms, self.busy_until_ms)

    def receive(self, source, payload):
        """A frame has arrived."""
        if self.member is not None:
            self._waiting.append((source, payload))
            self.wake()

    def step(self):
        """The sharing task, then the pilot path, as after every wait on the chip."""
        now = self.local()
        member = self.member
        for source, payload in self._waiting:
            member.on_frame(source, payload, now)
        self._waiting = []
        self.outlet.step(member.offer(now), now, self.world.now_ms)
        member.on_connector(self.outlet.snapshot(now), now)
        member.tick(now)
        self._store(now)
        frames = member.frames_to_send()
        for destination, payload in frames:
            self.world.send(self.unit, destination, payload)
        if frames:  # the leader's own connector got its grant in memory
            self.outlet.step(member.offer(now), now, self.world.now_ms)
        due = min(member.next_deadline_ms(), member.offer_until_ms(now), self.outlet.due_ms(now))
        self._next_ms = self.world.now_ms + max(STEP_MS, self._true_span(due - now))

    def _true_span(self, span_ms):
        span_ms = min(span_ms, 60000)
        return -(-span_ms * 1000000 // (1000000 + self.ppm)) if span_ms > 0 else 0

    def _store(self, now):
        record = self.member.record_to_store(now)
        if record is not None:
            self.stores += 1
            if self.store_works:
                self.record = record
            self.member.on_stored(self.store_works, now)


class World:
    """Units 1 to n, unit 1 leads. Loss and delay are per link."""

    NODE = Node

    def __init__(self, n, limit_ma, fallback="equal", seed=1, ppm=None, timing=None, enabled=True,
                 start_ms=0, priorities=None, wired=None):
        self.random = random.Random(seed)
        self.timing = timing or Timing()
        self.now_ms = 0
        self.loss = {}  # (source, destination): probability
        self.base_loss = 0.0
        self.delay_ms = (1, 10)
        self.extra_ms = {}  # (source, destination): more delay
        self.air = []  # (due ms, order, source, destination, payload)
        self.recorded = []
        self.listeners = []  # called with (source, destination, payload) as frames leave
        self.drops = None  # (source, destination, payload) -> is this frame lost?
        self._order = 0
        self._start_ms = start_ms
        rows = [row(i + 1, wired[i] if wired else 1, RATING_MA) for i in range(n)]
        revision = make(1, 1, enabled, fallback, limit_ma, rows)
        self.nodes = [self.NODE(self, i + 1, member_record(KEY, serial_of(i + 1), revision),
                                ppm[i] if ppm else 0, start_ms + 1000 * i, rows[i].wired,
                                priorities[i] if priorities else 0) for i in range(n)]
        self.limits = [(0, limit_ma)]
        for node in self.nodes:
            node.boot()

    def newcomer(self, leader=1, wired=1):
        """A unit that was just paired: it has the key and knows its leader, nothing else."""
        unit = len(self.nodes) + 1
        record = joining_record(KEY, serial_of(unit), leader)
        node = self.NODE(self, unit, record, 0, self._start_ms, wired)
        self.nodes.append(node)
        node.boot()
        return node

    def pair(self, node):
        """Its owner sets a unit up anew: the key, and what the leader has reached by now."""
        leader = self.leader()
        node.record = joining_record(KEY, node.config.serial, leader.unit, leader.tag,
                                     leader.epoch, leader.sequence,
                                     leader.revisions.in_force.number)
        node.boot()

    def node(self, unit):
        """Node of a unit."""
        return self.nodes[unit - 1]

    def leader(self):
        """The Leader with the highest epoch, or None."""
        leaders = [n.member.leader for n in self.nodes
                   if n.member is not None and n.member.leader is not None]
        return max(leaders, key=lambda leader: (leader.epoch, leader.unit), default=None)

    # --- air

    def send(self, source, destination, payload):
        """A frame leaves; each receiver loses or delays it for itself."""
        for listener in self.listeners:
            listener(source, destination, payload)
        if self.random.random() < 0.05:
            self.recorded = (self.recorded + [(source, destination, payload)])[-60:]
        for node in self.nodes:
            link = (source, node.unit)
            if node.unit == source or destination not in (0, node.unit):
                continue
            if self.drops is not None and self.drops(source, node.unit, payload):
                continue
            if self.random.random() >= self.loss.get(link, self.base_loss):
                delay_ms = self.random.randint(*self.delay_ms) + self.extra_ms.get(link, 0)
                self.inject(source, node.unit, payload, delay_ms)

    def inject(self, source, destination, payload, delay_ms=1):
        """Put a frame into the air for one receiver, also a forged or an old one."""
        self._order += 1
        self.air.append((self.now_ms + delay_ms, self._order, source, destination, payload))

    def replay(self):
        """An attacker who recorded everything sends something old again."""
        if self.recorded:
            source, destination, payload = self.random.choice(self.recorded)
            for node in self.nodes:
                if node.unit != source and destination in (0, node.unit):
                    self.inject(source, node.unit, payload)

    def block(self, source, destination):
        """Nothing gets through in one direction."""
        self.loss[(source, destination)] = 1.0

    def cut(self, *units):
        """Nothing gets through between these units and the others, either way."""
        for node in self.nodes:
            for unit in units:
                if node.unit not in units:
                    self.block(node.unit, unit)
                    self.block(unit, node.unit)

    def heal(self):
        """Links are as good as `base_loss` and `delay_ms` say."""
        self.loss.clear()
        self.extra_ms.clear()

    # --- time

    def run(self, seconds, until=None):
        """Go on; the circuit rule is asserted at every step. Seconds passed until a condition."""
        begin_ms = self.now_ms
        end_ms = begin_ms + int(seconds * 1000)
        while self.now_ms < end_ms:
            self.step(end_ms)
            self.check()
            if until is not None and until():
                break
        else:
            assert until is None, "not so within %s s" % seconds
        return (self.now_ms - begin_ms) / 1000

    def step(self, end_ms=_NEVER):
        """To the next instant at which something is due."""
        due_ms = min([f[0] for f in self.air] + [n.due_ms() for n in self.nodes] + [end_ms])
        self.now_ms = max(self.now_ms + STEP_MS, -(-due_ms // STEP_MS) * STEP_MS)
        due = sorted(f for f in self.air if f[0] <= self.now_ms)
        if due:
            self.air = [f for f in self.air if f[0] > self.now_ms]
            for _, _, source, destination, payload in due:
                self.node(destination).receive(source, payload)
        for node in self.nodes:
            if node.due_ms() <= self.now_ms:
                node.step()
        self._note_limit()

    def _note_limit(self):
        leader = self.leader()
        if leader is not None and not leader.unsure():
            limit_ma = leader.revisions.in_force.limit_ma
            if limit_ma != self.limits[-1][1]:
                self.limits.append((self.now_ms, limit_ma))

    def limit_ma(self):
        """The limit in force, and a larger one before it 16 s longer (rule 12)."""
        binding = self.limits[-1][1]
        for (_, limit), (until, _) in zip(self.limits, self.limits[1:]):
            if self.now_ms < until + 16000:
                binding = max(binding, limit)
        return binding

    def possible_ma(self):
        """What the vehicles may draw together on each phase, mA."""
        return [sum(n.outlet.possible_ma(p, self.now_ms) for n in self.nodes) for p in (0, 1, 2)]

    def check(self):
        """Assert the circuit rule."""
        possible, limit = self.possible_ma(), self.limit_ma()
        assert max(possible) <= limit, "%s mA on %d mA at %.2f s: offered %s" % (
            possible, limit, self.now_ms / 1000, self.offers())

    def offers(self):
        """What the units' pilots advertise, mA."""
        return [node.offered_ma for node in self.nodes]
