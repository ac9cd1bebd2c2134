# SPDX-License-Identifier: MIT
"""Pairing in random storms: somebody with a radio loses, doubles, delays, replays, reflects and
changes messages, answers in a unit's place and leads with codes that he guesses, while two owners
type right and wrong codes and units start anew."""

import random

import pytest

from core.pairing.on_demand import label_code, layouts
from core.pairing.on_demand.opening import FOUND_MAX
from tests.unit.pairing_bench import LEADER, OTHER, SERIALS, STEP_MS, Bench, label_of

FALSE = bytes.fromhex("BADBADBADBAD")
STORM_MS = 45000
REMEMBERED = 400


class Attacker:
    """An air as it likes, and messages of its own."""

    def __init__(self, seed):
        self.dice = random.Random(seed)
        self.loss, self.twice, self.late, self.changed = [
            self.dice.choice((0, 10, 30)) for _ in range(4)]
        self.pace = self.dice.choice((0, 5, 40))  # messages of its own, in a hundred steps
        self.heard = []
        self.calm = False

    def air(self, payload, sender):
        """What becomes of a message."""
        if self.calm:
            return [(0, payload)]
        if len(self.heard) < REMEMBERED:
            self.heard.append(payload)
        elif payload[4] > layouts.HERE:
            self.heard[self.dice.randrange(REMEMBERED)] = payload
        if self.roll(self.loss):
            return []
        copies = [(self.delay_ms(), payload)]
        if self.roll(self.twice):
            copies.append((self.delay_ms(), payload))
        if self.roll(self.changed):
            copies.append((0, self.forged(payload)))  # before the true one, or beside it
        return copies

    def turn(self, bench):
        """What it sends in this step, to everybody: also what somebody has sent himself."""
        if self.heard and self.roll(self.pace):
            payload = self.dice.choice(self.heard)
            if self.roll(50):
                payload = self.forged(payload)
            bench.flying.append((bench.now_ms, len(bench.flying), payload, None))

    def forged(self, payload):
        """The same with other parts of what was heard, or with bits that are none."""
        other = self.dice.choice(self.heard)
        way = self.dice.randrange(5)
        if way == 0:  # in another session, to another unit
            return payload[:5] + other[5:19] + payload[19:]
        if way == 1:  # of another attempt
            return payload[:19] + bytes([0, self.dice.randrange(4)]) + payload[21:]
        if way == 2:
            return payload[:4] + bytes([self.dice.randrange(9)]) + payload[5:]
        if way == 3:
            return payload[:self.dice.randrange(len(payload))] + other[self.dice.randrange(64):]
        changed = bytearray(payload)
        changed[self.dice.randrange(len(changed))] ^= 1 << self.dice.randrange(8)
        return bytes(changed)

    def roll(self, percent):
        return self.dice.randrange(100) < percent

    def delay_ms(self):
        return self.dice.randrange(15000) if self.roll(self.late) else 0


class Storm:
    """Two leaders, three units, an attacker that leads and answers; owners who type codes."""

    def __init__(self, seed):
        self.attacker = Attacker(seed)
        self.dice = random.Random(seed + 1000000)
        self.bench = Bench(seed, self.attacker.air)
        self.leaders = [self.bench.leader(LEADER), self.bench.leader(OTHER)]
        self.units = [self.bench.unit(serial) for serial in SERIALS[:3]]
        self.false = []
        if self.attacker.roll(50):
            self.false.append(self.bench.leader(FALSE))
        if self.attacker.roll(30):
            self.false.append(self.bench.unit(SERIALS[0], code=4711))
        self.right = set()  # (leader's serial, unit's) of right codes
        self.typed = {LEADER: 0, OTHER: 0}

    def run(self):
        self.bench.run(1000)
        for _ in range(STORM_MS // STEP_MS):
            self.bench.run(STEP_MS)
            self.attacker.turn(self.bench)
            self.owners()
            self.check()

    def owners(self):
        now_ms = self.bench.now_ms
        for leader in self.leaders:
            if self.dice.randrange(100) == 0:
                self.type(leader, self.dice.choice(SERIALS[:3] + [None]), now_ms)
        if self.false and self.false[0].serial == FALSE and not self.false[0].opening.busy():
            opening = self.false[0].opening
            opening.wrong, opening.closed_until_ms = 0, None
            opening.give(self.dice.choice(SERIALS[:3]), label_code.make(
                self.dice.getrandbits(60)), now_ms)
        if self.dice.randrange(1000) == 0:
            self.dice.choice(self.units).boot(now_ms)

    def type(self, leader, serial, now_ms):
        meant = self.dice.choice(SERIALS[:3]) if self.dice.randrange(4) else None
        label = label_of(meant) if meant else label_code.make(self.dice.getrandbits(60))
        if leader.opening.give(serial, label, now_ms) is None:
            self.typed[leader.serial] += 1
            if serial in (None, meant):
                self.right.add((leader.serial, meant))

    def check(self):
        for unit in self.units:
            for key in unit.keys:
                assert key in [leader.group_key for leader in self.leaders
                               if (leader.serial, unit.serial) in self.right]
        for leader in self.leaders:
            opening = leader.opening
            assert all((leader.serial, serial) in self.right for serial in leader.calls)
            assert opening.wrong <= self.typed[leader.serial]
            assert len(opening.seen) <= FOUND_MAX and len(opening._queue) <= FOUND_MAX
            assert len(opening._out) <= 4
        assert all(len(unit.newcomer._out) <= 16 for unit in self.units)
        for place in self.false:
            assert getattr(place, "calls", []) == [] == getattr(place, "keys", [])

    def after(self):
        """The air is well again: both sides come to rest, and every right code joins."""
        self.attacker.calm = True
        self.bench.flying = []
        self.bench.sides = self.leaders + self.units
        self.bench.run(61000)
        for leader in self.leaders:
            assert not leader.opening.busy()
        for unit in self.units:
            assert unit.newcomer._attempt is None and unit.newcomer._work is None
        for unit in self.units:
            leader = self.dice.choice(self.leaders)
            closed_ms = leader.opening.closed_until_ms
            if closed_ms is not None and closed_ms > self.bench.now_ms:
                self.bench.now_ms = closed_ms
                self.bench.run(2000)
            self.right.add((leader.serial, unit.serial))
            assert self.bench.pair(leader, unit) == "done", leader.opening.found(self.bench.now_ms)
            assert unit.keys[-1] == leader.group_key
            self.check()


def weather(seed):
    storm = Storm(seed)
    storm.run()
    storm.after()
    return storm


@pytest.mark.parametrize("seed", range(8))
def test_whatever_is_done_to_the_air_only_the_right_code_joins_and_in_the_end_it_does(seed):
    weather(seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 700))
def test_many_more_airs(seed):
    weather(seed)


def test_the_storms_are_such_that_codes_fit_and_fail_in_them():
    storms = [weather(seed) for seed in range(20, 24)]
    kinds = {payload[4] for storm in storms for _, payload in storm.bench.sent}
    assert kinds == set(range(layouts.OPEN, layouts.WRONG + 1)) - {layouts.BLINK}
    assert any(len(unit.keys) > 1 for storm in storms for unit in storm.units)
    assert any(storm.false for storm in storms) and any(storm.typed[OTHER] for storm in storms)
