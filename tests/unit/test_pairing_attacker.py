# SPDX-License-Identifier: MIT
"""Pairing against somebody with a radio who lacks the code: he loses, doubles, delays, replays,
reflects and changes messages, answers in a unit's place and leads with codes that he guesses."""

import random

import pytest

from core.pairing.on_demand import label_code, messages
from core.pairing.on_demand.agreement import Terms, agreed, share
from core.pairing.on_demand.elligator import point_of
from core.pairing.on_demand.opening import FOUND_MAX
from core.pairing.on_demand.sealing import opened, tag
from core.pairing.on_demand.x25519 import at_once, x25519
from tests.unit.pairing_bench import LEADER, OTHER, SERIALS, STEP_MS, Bench, code_of, label_of

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
        elif payload[4] > messages.HERE:
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
            assert len(opening._seen) <= FOUND_MAX and len(opening._queue) <= FOUND_MAX
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


@pytest.mark.parametrize("seed", range(12))
def test_whatever_is_done_to_the_air_only_the_right_code_joins_and_in_the_end_it_does(seed):
    weather(seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 700))
def test_many_more_airs(seed):
    weather(seed)


def test_the_storms_are_such_that_codes_fit_and_fail_in_them():
    storms = [weather(seed) for seed in range(20, 26)]
    kinds = {payload[4] for storm in storms for _, payload in storm.bench.sent}
    assert kinds == set(range(messages.OPEN, messages.WRONG + 1)) - {messages.BLINK}
    assert any(len(unit.keys) > 1 for storm in storms for unit in storm.units)
    assert any(storm.false for storm in storms) and any(storm.typed[OTHER] for storm in storms)


def recorded(code=None):
    """A pairing that went well: leader, unit, and its messages by kind."""
    bench = Bench(9)
    leader, unit = bench.leader(), bench.unit()
    bench.run(1000)
    assert bench.pair(leader, unit) == "done"
    bench.run(1000)
    return bench, leader, unit, {payload[4]: payload for _, payload in bench.sent}


def test_a_recorded_pairing_played_to_either_side_again_has_no_effect():
    bench, leader, unit, heard = recorded()
    later = bench.leader(OTHER)
    unit.boot(bench.now_ms)
    bench.sides = [later, unit]
    for _ in range(3):
        for kind in (messages.OPEN, messages.BEGIN, messages.GIVE, messages.SHARE, messages.TAKEN):
            bench.flying.append((bench.now_ms, len(bench.flying), heard[kind], None))
            bench.run(3000)
    assert len(unit.keys) == 1 and later.calls == []
    assert later.opening.done == later.opening.given == []
    assert bench.pair(later, unit) == "done" and unit.keys[-1] == later.group_key


def test_two_pairings_with_one_code_have_nothing_in_common():
    bench, leader, unit, heard = recorded()
    count = len(bench.sent)
    assert bench.pair(leader, unit) == "done"
    again = {payload[4]: payload for _, payload in bench.sent[count:]}
    for kind in (messages.BEGIN, messages.SHARE, messages.GIVE, messages.TAKEN):
        assert heard[kind][-16:] != again[kind][-16:]
    give = messages.read(heard[messages.GIVE]).body[1], messages.read(again[messages.GIVE]).body[1]
    assert not any(give[0][at:at + 4] == give[1][at:at + 4] for at in range(0, 48, 4))


def test_a_message_that_comes_back_to_who_sent_it_is_nothing():
    bench = Bench(3)
    leader, unit = bench.leader(), bench.unit()
    echo = bench.air = lambda payload, sender: [(0, payload)]
    assert echo
    bench.say = lambda payload, sender: bench.flying.append(
        (bench.now_ms, len(bench.flying), payload, None))  # to all, the sender too
    bench.run(1000)
    assert [entry.serial for entry in leader.opening.found(bench.now_ms)] == [SERIALS[0]]
    assert bench.pair(leader, unit) == "done" and leader.opening.wrong == 0


def attempt(code, leaders_share):
    """A unit answers a BEGIN of the attacker: its terms, the unit's share and its tag."""
    bench = Bench(5)
    unit = bench.unit(code=code)
    session = bytes(range(8))
    unit.newcomer.on_message(messages.made(messages.BEGIN, session, unit.serial, 1, FALSE,
                                           leaders_share), 60, bench.now_ms)
    bench.run(1000)
    [payload] = [payload for _, payload in bench.sent if payload[4] == messages.SHARE]
    return messages.read(payload).body[1:]


def terms(code):
    return Terms(code, bytes(range(8)), FALSE, SERIALS[0], 1, b"\1\1\1\1")


def fits(code, secret, leaders_share, unit_share, seen):
    key = at_once(agreed(terms(code), secret, unit_share, (leaders_share, unit_share)))
    return tag(key, b"share", b"") == seen


def test_who_leads_with_a_guess_learns_whether_it_was_right_and_nothing_of_any_other():
    code, secret = code_of(SERIALS[0]), bytes(range(50, 82))
    for guess in (code, code ^ 1, 0, 2 ** 60 - 1):
        ours = at_once(share(terms(guess), secret))
        theirs, seen = attempt(code, ours)
        # The code is only in the generator: with our secret there is one tag to compare.
        assert fits(guess, secret, ours, theirs, seen) == (guess == code)
        assert fits(code, secret, ours, theirs, seen) == (guess == code)


def test_a_share_that_is_chosen_to_be_compared_with_many_codes_compares_with_none():
    code = code_of(SERIALS[0])
    base = bytes([9] + [0] * 31)
    for number in range(1, 5):
        secret = bytes([number] * 32)
        generator = at_once(point_of(number)).to_bytes(32, "little")
        for ours in (at_once(x25519(secret, base)), at_once(x25519(secret, generator)), base,
                     bytes([2] + [0] * 31)):
            theirs, seen = attempt(code, ours)
            candidates = [secret, bytes(32), bytes([1] + [0] * 31)]
            for guess in (code, 0, 1):
                assert not any(fits(guess, mine, ours, theirs, seen) for mine in candidates)


@pytest.mark.parametrize("low", [bytes(32), bytes([1] + [0] * 31), b"\xec" + b"\xff" * 30 + b"\x7f",
                                 b"\xed" + b"\xff" * 30 + b"\x7f", b"\xee" + b"\xff" * 30 + b"\xff"])
def test_a_share_of_low_order_is_refused_by_both_sides(low):
    bench = Bench(5)
    unit = bench.unit()
    unit.newcomer.on_message(messages.made(messages.BEGIN, bytes(8), unit.serial, 1, FALSE, low),
                             60, bench.now_ms)
    bench.run(2000)
    assert messages.SHARE not in bench.kinds(unit) and unit.newcomer._attempt is None
    leader = bench.leader()
    bench.run(1000)
    assert leader.opening.give(SERIALS[0], label_of(SERIALS[0]), bench.now_ms) is None
    bench.run_until(lambda: messages.BEGIN in bench.kinds(leader))
    # All of the key is known then, if zeros are what is in common.
    ours = messages.read([p for _, p in bench.sent if p[4] == messages.BEGIN][0])
    key = at_once(agreed(Terms(0, ours.session, LEADER, SERIALS[0], 1, b"\1\1\1\1"), bytes(32),
                         bytes([9] + [0] * 31), (ours.body[2], low)))
    leader.opening.on_message(messages.made(messages.SHARE, ours.session, SERIALS[0], 1, low,
                                            tag(key, b"share", b"")), 60, bench.now_ms)
    bench.run_until(lambda: leader.opening.result)
    assert leader.opening.result[0] == "wrong" and leader.calls == []


def test_everything_that_was_said_before_is_part_of_the_key():
    secret = bytes(range(32))
    theirs = at_once(x25519(bytes(range(1, 33)), bytes([9] + [0] * 31)))
    shares = (bytes([3] * 32), theirs)
    whole = terms(5)
    keys = {at_once(agreed(whole, secret, theirs, shares))}
    for change in ({"session": bytes(8)}, {"leader": OTHER}, {"unit": SERIALS[1]}, {"attempt": 2},
                   {"versions": b"\1\1\1\2"}, {"versions": b"\1\2\1\1"}):
        keys.add(at_once(agreed(whole._replace(**change), secret, theirs, shares)))
    keys.add(at_once(agreed(whole, secret, theirs, (theirs, shares[0]))))
    assert len(keys) == 8
    points = {at_once(share(whole._replace(**change), secret)) for change in (
        {}, {"code": 6}, {"session": bytes(8)}, {"leader": OTHER}, {"unit": SERIALS[1]})}
    assert len(points) == 5


def test_a_give_that_was_sealed_for_another_attempt_is_not_opened():
    bench, leader, unit, heard = recorded()
    give = heard[messages.GIVE]
    for key in (bytes(32), leader.group_key):
        assert at_once(opened(key, b"give", messages.GIVE_HEAD_SIZE, give)) is None
    assert leader.group_key not in b"".join(payload for _, payload in bench.sent)


def test_forged_shares_before_the_units_own_look_like_a_wrong_code_and_give_nothing():
    bench = Bench(6)
    leader, unit = bench.leader(), bench.unit()
    bench.run(1000)

    def air(payload, sender):
        if payload[4] == messages.BEGIN:
            asked = messages.read(payload)
            forged = messages.made(messages.SHARE, asked.session, asked.serial, asked.body[0],
                                   bytes([9] + [0] * 31), bytes(16))
            leader.opening.on_message(forged, 60, bench.now_ms)
        return [(0, payload)]
    bench.air = air
    assert bench.pair(leader, unit) == "wrong"
    assert (leader.calls, leader.opening.wrong) == ([], 1)
    bench.air = lambda payload, sender: [(0, payload)]
    bench.run(2000)
    assert bench.pair(leader, unit) == "done"


def test_a_flood_of_leaders_without_the_code_leaves_a_unit_when_it_ends():
    bench = Bench(8)
    leader, unit = bench.leader(), bench.unit()
    bench.run(1000)
    for number in range(2000):
        unit.newcomer.on_message(messages.made(
            messages.BEGIN, number.to_bytes(8, "big"), unit.serial, 1, FALSE,
            bytes([9] + [0] * 31)), 60, bench.now_ms)
        bench.run(STEP_MS)
    shares = bench.kinds(unit).count(messages.SHARE)
    assert 1 <= shares <= 2000 * STEP_MS // 10000  # at most one guess in each attempt of 10 s
    bench.run(12000)
    assert bench.pair(leader, unit) == "done"


def test_one_leader_without_the_code_does_not_keep_a_unit_from_another():
    bench = Bench(8)
    leader, unit = bench.leader(), bench.unit()
    bench.run(1000)
    begin = messages.made(messages.BEGIN, b"attacker", unit.serial, 1, FALSE,
                          bytes([9] + [0] * 31))
    turn = bench.turn

    def harried(place):
        unit.newcomer.on_message(begin, 60, bench.now_ms)  # always first
        turn(place)
    bench.turn = harried
    bench.run(1000)
    assert bench.pair(leader, unit) == "done"
