# SPDX-License-Identifier: MIT
"""Leaders and newcomers of a pairing on one air, which may lose, double, delay and change every
message and send others. Time is a number; chance is of one seed."""

import random

from core.on_demand.refusal_words import sentence
from core.pairing.on_demand import grant, label_code
from core.pairing.on_demand.newcomer import Unit, new_newcomer
from core.pairing.on_demand.opening import Leader, new_opening

STEP_MS = 20
SLICES = 40  # of one side in each step
LEADER = bytes.fromhex("A0B0C0D0E001")
OTHER = bytes.fromhex("A0B0C0D0E002")
SERIALS = [bytes([16, 32, 48, 64, 80, n]) for n in range(1, 20)]


def at_once(slices):
    """The result of what is in slices."""
    try:
        while True:
            next(slices)
    except StopIteration as end:
        return end.value


def code_of(serial: bytes) -> int:
    """The code of a unit's label: 60 bits that are another's for each serial."""
    return random.Random(serial).getrandbits(60)


def label_of(serial: bytes) -> str:
    """The same as its label has it."""
    return label_code.make(code_of(serial))


class LeaderSide:
    """A leader with pairing open. group_key: what it gives; calls: serials asked for."""

    def __init__(self, bench, serial, code_state=(0, None)):
        self.serial = serial
        self.dice = random.Random(bench.dice.random())
        self.group_key = self.dice.randbytes(32)
        self.calls = []
        self.opening = new_opening(Leader(serial, 1, serial[-1]), code_state, bench.now_ms,
                                   self.dice.randbytes, self.record_for, 6)

    def record_for(self, serial):
        self.calls.append(serial)
        return grant.made(self.group_key, 1, b"\1\2\3\4", 9, len(self.calls), 3)

    @property
    def side(self):
        return self.opening


class UnitSide:
    """A unit without a group that stores what it takes; stores: False, while its flash fails."""

    def __init__(self, bench, serial, code=None):
        self.serial = serial
        self.code = code_of(serial) if code is None else code
        self.dice = random.Random(bench.dice.random())
        self.stores = True
        self.keys = []
        self.boot(bench.now_ms)

    def boot(self, now_ms):
        """It starts anew; what it had stored it still has."""
        self.newcomer = new_newcomer(Unit(self.serial, "unit", "board", "0.1.0"), self.code,
                                     now_ms, self.dice.randbytes)

    @property
    def side(self):
        return self.newcomer

    def store(self, now_ms):
        taken = self.newcomer.taken
        if taken is not None:
            if self.stores:
                self.keys.append(taken.key)
            self.newcomer.stored(self.stores, now_ms)


class Bench:
    """air(payload, sender) gives [(ms from now, payload)] of what is heard by the others."""

    def __init__(self, seed=1, air=None):
        self.now_ms = 5000
        self.dice = random.Random(seed)
        self.air = air or (lambda payload, sender: [(0, payload)])
        self.sides = []
        self.flying = []
        self.sent = []  # (sender, payload) of everything

    def leader(self, serial=LEADER, code_state=(0, None)):
        self.sides.append(LeaderSide(self, serial, code_state))
        return self.sides[-1]

    def unit(self, serial=SERIALS[0], code=None):
        self.sides.append(UnitSide(self, serial, code))
        return self.sides[-1]

    def run(self, ms):
        """Everybody does what there is to do for so long."""
        for _ in range(ms // STEP_MS):
            self.now_ms += STEP_MS
            self.deliver()
            for place in self.sides:
                self.turn(place)

    def run_until(self, done, within_ms=60000):
        """Until done() is true. Returns the ms that it took."""
        begun_ms = self.now_ms
        while not done():
            assert self.now_ms - begun_ms < within_ms, "not within %d ms" % within_ms
            self.run(STEP_MS)
        return self.now_ms - begun_ms

    def turn(self, place):
        for _ in range(SLICES):
            if not place.side.step(self.now_ms):
                break
        if isinstance(place, UnitSide):
            place.store(self.now_ms)
        for payload in place.side.messages():
            assert len(payload) <= 250
            self.sent.append((place, payload))
            self.say(payload, place)

    def say(self, payload, sender):
        for after_ms, heard in self.air(payload, sender):
            self.flying.append((self.now_ms + after_ms, len(self.flying), heard, sender))

    def deliver(self):
        due = sorted(entry for entry in self.flying if entry[0] <= self.now_ms)
        self.flying = [entry for entry in self.flying if entry[0] > self.now_ms]
        for _, _, payload, sender in due:
            for place in self.sides:
                if place is not sender:
                    place.side.on_message(payload, 55, self.now_ms)

    def kinds(self, sender):
        """Kinds of all that somebody has sent."""
        return [payload[4] for place, payload in self.sent if place is sender]

    def pair(self, leader, unit, label=None):
        """The label's code is typed at the leader; what came of it."""
        refusal = sentence(leader.opening.give(unit.serial, label or label_of(unit.serial),
                                               self.now_ms))
        if refusal:
            return refusal
        self.run_until(lambda: leader.opening.result)
        return leader.opening.result[0]
