# SPDX-License-Identifier: MIT
"""Pairing against somebody with a radio who lacks the code: what he records, replays, reflects,
forges, and the shares that he chooses."""

import pytest

from core.pairing.on_demand import layouts
from core.pairing.on_demand.agreement import Terms, agreed, share
from core.pairing.on_demand.elligator import point_of
from core.pairing.on_demand.sealing import opened, tag
from core.pairing.on_demand.x25519 import P, x25519
from tests.unit.pairing_bench import (LEADER, OTHER, SERIALS, STEP_MS, Bench, at_once, code_of,
                                      label_of)

FALSE = bytes.fromhex("BADBADBADBAD")


def recorded():
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
        for kind in (layouts.OPEN, layouts.BEGIN, layouts.GIVE, layouts.SHARE, layouts.TAKEN):
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
    for kind in (layouts.BEGIN, layouts.SHARE, layouts.GIVE, layouts.TAKEN):
        assert heard[kind][-16:] != again[kind][-16:]
    give = layouts.read(heard[layouts.GIVE]).body[1], layouts.read(again[layouts.GIVE]).body[1]
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
    unit.newcomer.on_message(layouts.made(layouts.BEGIN, session, unit.serial, 1, FALSE,
                                           leaders_share), 60, bench.now_ms)
    bench.run(1000)
    [payload] = [payload for _, payload in bench.sent if payload[4] == layouts.SHARE]
    return layouts.read(payload).body[1:]


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


@pytest.mark.parametrize("u", [0, 1, P - 1, P, P + 1 + 2 ** 255])
def test_a_share_of_low_order_is_refused_by_both_sides(u):
    low = u.to_bytes(32, "little")
    bench = Bench(5)
    unit = bench.unit()
    unit.newcomer.on_message(layouts.made(layouts.BEGIN, bytes(8), unit.serial, 1, FALSE, low),
                             60, bench.now_ms)
    bench.run(2000)
    assert layouts.SHARE not in bench.kinds(unit) and unit.newcomer._attempt is None
    leader = bench.leader()
    bench.run(1000)
    assert leader.opening.give(SERIALS[0], label_of(SERIALS[0]), bench.now_ms) is None
    bench.run_until(lambda: layouts.BEGIN in bench.kinds(leader))
    # All of the key is known then, if zeros are what is in common.
    ours = layouts.read([p for _, p in bench.sent if p[4] == layouts.BEGIN][0])
    key = at_once(agreed(Terms(0, ours.session, LEADER, SERIALS[0], 1, b"\1\1\1\1"), bytes(32),
                         bytes([9] + [0] * 31), (ours.body[2], low)))
    leader.opening.on_message(layouts.made(layouts.SHARE, ours.session, SERIALS[0], 1, low,
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
    give = heard[layouts.GIVE]
    for key in (bytes(32), leader.group_key):
        assert at_once(opened(key, b"give", layouts.GIVE_HEAD_SIZE, give)) is None
    assert leader.group_key not in b"".join(payload for _, payload in bench.sent)


def test_forged_shares_before_the_units_own_look_like_a_wrong_code_and_give_nothing():
    bench = Bench(6)
    leader, unit = bench.leader(), bench.unit()
    bench.run(1000)

    def air(payload, sender):
        if payload[4] == layouts.BEGIN:
            asked = layouts.read(payload)
            forged = layouts.made(layouts.SHARE, asked.session, asked.serial, asked.body[0],
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
        unit.newcomer.on_message(layouts.made(
            layouts.BEGIN, number.to_bytes(8, "big"), unit.serial, 1, FALSE,
            bytes([9] + [0] * 31)), 60, bench.now_ms)
        bench.run(STEP_MS)
    shares = bench.kinds(unit).count(layouts.SHARE)
    assert 1 <= shares <= 2000 * STEP_MS // 10000  # at most one guess in each attempt of 10 s
    bench.run(12000)
    assert bench.pair(leader, unit) == "done"


def test_one_leader_without_the_code_does_not_keep_a_unit_from_another():
    bench = Bench(8)
    leader, unit = bench.leader(), bench.unit()
    bench.run(1000)
    begin = layouts.made(layouts.BEGIN, b"attacker", unit.serial, 1, FALSE,
                          bytes([9] + [0] * 31))
    turn = bench.turn

    def harried(place):
        unit.newcomer.on_message(begin, 60, bench.now_ms)  # always first
        turn(place)
    bench.turn = harried
    bench.run(1000)
    assert bench.pair(leader, unit) == "done"


def begun():
    """A leader that has sent BEGIN to a unit which has not heard it yet: bench, leader, unit and
    the BEGIN, read."""
    bench = Bench(11)
    leader, unit = bench.leader(), bench.unit()
    bench.run(1000)
    bench.air = lambda payload, sender: [] if sender is leader else [(0, payload)]
    assert leader.opening.give(SERIALS[0], label_of(SERIALS[0]), bench.now_ms) is None
    bench.run_until(lambda: layouts.BEGIN in bench.kinds(leader))
    return bench, leader, unit, [p for _, p in bench.sent if p[4] == layouts.BEGIN][0]


def test_a_share_of_another_attempt_or_unit_or_the_leaders_own_does_not_use_up_the_code():
    bench, leader, unit, begin = begun()
    asked = layouts.read(begin)
    for serial, number, theirs in ((SERIALS[0], asked.body[0] - 1, bytes([9] * 32)),
                                   (SERIALS[0], asked.body[0], asked.body[2]),
                                   (SERIALS[1], asked.body[0], bytes([9] * 32))):
        leader.opening.on_message(layouts.made(layouts.SHARE, asked.session, serial, number,
                                               theirs, bytes(16)), 60, bench.now_ms)
    bench.air = lambda payload, sender: [(0, payload)]
    bench.run_until(lambda: leader.opening.result)
    assert leader.opening.result == ("done", SERIALS[0])


def test_a_forged_taken_does_not_make_the_leader_believe_that_the_key_is_stored():
    bench, leader, unit, begin = begun()
    unit.store = lambda now_ms: None
    bench.air = lambda payload, sender: [(0, payload)]
    bench.run_until(lambda: layouts.GIVE in bench.kinds(leader))
    asked = layouts.read(begin)
    for stored in (1, 0):
        leader.opening.on_message(layouts.made(layouts.TAKEN, asked.session, SERIALS[0],
                                               asked.body[0], stored, bytes(16)), 60, bench.now_ms)
        bench.run(STEP_MS)
        assert leader.opening.result is None
    del unit.store
    bench.run_until(lambda: leader.opening.result)
    assert leader.opening.result == ("done", SERIALS[0])


def test_a_unit_answers_a_begin_only_as_it_came_first_and_at_most_four_times_a_second():
    bench, leader, unit, begin = begun()
    other = begin[:-32] + bytes([9] + [0] * 31)
    for _ in range(100):
        unit.newcomer.on_message(begin, 60, bench.now_ms)
        bench.run(STEP_MS)
    assert 4 <= bench.kinds(unit).count(layouts.SHARE) <= 9
    answers = bench.kinds(unit).count(layouts.SHARE)
    for _ in range(100):
        unit.newcomer.on_message(other, 60, bench.now_ms)
        bench.run(STEP_MS)
    assert bench.kinds(unit).count(layouts.SHARE) == answers


def test_a_unit_begins_at_most_one_attempt_a_second_and_none_with_itself():
    bench, leader, unit, begin = begun()
    wrong = layouts.made(layouts.WRONG, *layouts.read(begin)[1:3], layouts.read(begin).body[0])
    for _ in range(500):
        unit.newcomer.on_message(begin, 60, bench.now_ms)
        bench.run(STEP_MS)
        unit.newcomer.on_message(wrong, 60, bench.now_ms)
    assert 6 <= bench.kinds(unit).count(layouts.SHARE) <= 10
    bench.run(2000)
    itself = begin[:-38] + unit.serial + begin[-32:]
    unit.newcomer.on_message(itself, 60, bench.now_ms)
    bench.run(1000)
    assert unit.newcomer._attempt is None


def test_what_is_being_taken_is_not_dropped_or_changed_by_what_has_no_tag():
    bench, leader, unit, begin = begun()
    store, unit.store = unit.store, lambda now_ms: None
    bench.air = lambda payload, sender: [(0, payload)]
    bench.run_until(lambda: layouts.GIVE in bench.kinds(leader))
    bench.sides = [unit]
    give = [p for _, p in bench.sent if p[4] == layouts.GIVE][0]
    session, serial = layouts.read(begin)[1:3]
    number = layouts.read(begin).body[0]
    harmful = [layouts.made(layouts.WRONG, session, serial, number), give[:-1] + b"?",
               begin[:19] + bytes([0, number + 1]) + begin[21:]]
    unit.newcomer.on_message(give, 60, bench.now_ms)
    for payload in harmful:
        unit.newcomer.on_message(payload, 60, bench.now_ms)
    bench.run(1000)
    assert unit.newcomer.taken.key == leader.group_key
    for payload in harmful:
        unit.newcomer.on_message(payload, 60, bench.now_ms)
        bench.run(STEP_MS)
    store(bench.now_ms)
    bench.run(STEP_MS)
    for payload in harmful:
        unit.newcomer.on_message(payload, 60, bench.now_ms)
        bench.run(1000)
    count = bench.kinds(unit).count(layouts.TAKEN)
    unit.newcomer.on_message(give, 60, bench.now_ms)
    bench.run(STEP_MS)
    assert bench.kinds(unit).count(layouts.TAKEN) == count + 1 and unit.keys == [leader.group_key]
