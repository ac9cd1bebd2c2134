# SPDX-License-Identifier: MIT
"""Pairing: who is listed, what a code does, what is refused, and what is lost on the way."""

import pytest

from core.load import NotLoaded
from core.on_demand.refusal_words import sentence
from core.on_demand.serial import tag_of
from core.pairing.on_demand import label_code, layouts, opening
from tests.unit.pairing_bench import LEADER, OTHER, SERIALS, STEP_MS, Bench, label_of

WRONG_LABEL = label_code.make(12345)


def made(units=1, air=None, seed=1):
    bench = Bench(seed, air)
    leader = bench.leader()
    members = [bench.unit(serial) for serial in SERIALS[:units]]
    bench.run(1000)
    return bench, leader, members


def losing(kind, count):
    """An air that loses the first messages of a kind. Its `left` says how many more."""
    left = [count]

    def air(payload, sender):
        if payload[4] == kind and left[0]:
            left[0] -= 1
            return []
        return [(0, payload)]
    air.left = left
    return air


def found(bench, leader):
    return {entry.serial: entry for entry in leader.opening.found(bench.now_ms)}


def here(serial, nonce=b"once", session=bytes(8), versions=(1, 1), words=("n", "b", "v")):
    payload = (layouts.made(layouts.HERE, session, serial, nonce, 0, 60)
               + b"".join([bytes([len(word)]) + word.encode() for word in words]))
    return payload[:2] + bytes([versions[1], versions[0]]) + payload[4:]


def test_units_are_listed_with_what_they_say_and_with_both_signals():
    bench, leader, units = made(3)
    units[1].newcomer.vehicle = True
    units[2].newcomer.group = LEADER[-1]
    bench.run(1000)
    listed = found(bench, leader)
    assert sorted(listed) == SERIALS[:3]
    assert listed[SERIALS[0]][1:] == ("unit", "board", "0.1.0", 55, 55, False, None, "here",
                                      (1, 1))
    assert listed[SERIALS[1]].vehicle and listed[SERIALS[2]].state == "has_key"
    bench.sides.remove(units[0])
    bench.run(11000)
    assert sorted(found(bench, leader)) == SERIALS[1:3]


def test_a_unit_shows_itself_at_most_twice_a_second_however_many_leaders_ask():
    bench, _, units = made()
    bench.leader(OTHER)
    begun = bench.kinds(units[0]).count(layouts.HERE)
    bench.run(10000)
    assert 10 <= bench.kinds(units[0]).count(layouts.HERE) - begun <= 21


def test_each_of_two_leaders_lists_the_unit_and_only_its_own_key_counts():
    bench, leader, units = made()
    other = bench.leader(OTHER)
    units[0].newcomer.group = OTHER[-1]
    bench.run(8000)
    assert found(bench, leader)[SERIALS[0]].state == "here"
    assert found(bench, other)[SERIALS[0]].state == "has_key"


def test_the_right_code_gives_the_key_and_what_is_below_it():
    bench, leader, units = made(3)
    assert bench.pair(leader, units[1]) == "done"
    assert leader.opening.done == [SERIALS[1]] == leader.calls and leader.opening.given == []
    assert [unit.keys for unit in units] == [[], [leader.group_key], []]
    assert found(bench, leader)[SERIALS[1]].state == "done"


def test_what_is_taken_is_what_a_joining_record_is_made_of():
    bench, leader, units = made()
    units[0].store = lambda now_ms: None
    assert leader.opening.give(SERIALS[0], label_of(SERIALS[0]), bench.now_ms) is None
    bench.run_until(lambda: units[0].newcomer.taken)
    assert units[0].newcomer.taken == (leader.group_key, 1, b"\1\2\3\4", 9, 1, 3)
    bench.run(30000)  # whoever stores may take his time
    assert units[0].newcomer.taken and leader.opening.result == ("given", SERIALS[0])
    assert leader.opening.given == [SERIALS[0]] and leader.opening.done == []


def test_a_wrong_code_gives_nothing_and_the_right_one_may_follow_at_once():
    bench, leader, units = made()
    assert bench.pair(leader, units[0], WRONG_LABEL) == "wrong"
    assert (leader.opening.wrong, leader.calls, units[0].keys) == (1, [], [])
    assert found(bench, leader)[SERIALS[0]].state == "wrong"
    begun_ms = bench.now_ms
    assert bench.pair(leader, units[0]) == "done" and bench.now_ms - begun_ms < 4000
    assert leader.opening.wrong == 0


def test_a_code_without_a_serial_finds_its_unit_and_counts_once_if_there_is_none():
    bench, leader, units = made(3)
    assert leader.opening.give(None, label_of(SERIALS[2]), bench.now_ms) is None
    bench.run_until(lambda: leader.opening.result)
    assert leader.opening.result == ("done", SERIALS[2]) and leader.opening.wrong == 0
    assert [len(unit.keys) for unit in units] == [0, 0, 1]
    assert leader.opening.give(None, WRONG_LABEL, bench.now_ms) is None
    bench.run_until(lambda: leader.opening.result)
    assert (leader.opening.result[0], leader.opening.wrong) == ("wrong", 1)
    assert [len(unit.keys) for unit in units] == [0, 0, 1]


def test_a_code_without_a_serial_is_not_tried_with_units_that_have_the_key():
    bench, leader, units = made(2)
    assert bench.pair(leader, units[0]) == "done"
    units[0].newcomer.group = LEADER[-1]
    begun = bench.kinds(leader).count(layouts.BEGIN)
    assert leader.opening.give(None, label_of(SERIALS[1]), bench.now_ms) is None
    bench.run_until(lambda: leader.opening.result)
    assert leader.opening.result == ("done", SERIALS[1])
    assert bench.kinds(leader).count(layouts.BEGIN) - begun == 1
    said = sentence(leader.opening.give(None, label_of(SERIALS[0]), bench.now_ms))
    assert said.startswith("no unit is heard") and not leader.opening.busy()
    units[0].newcomer.group = None
    bench.run(1000)  # it is set up anew, and shows itself without the key
    assert leader.opening.give(None, label_of(SERIALS[0]), bench.now_ms) is None
    bench.run_until(lambda: leader.opening.result)
    assert leader.opening.result == ("done", SERIALS[0])


def test_a_code_without_a_serial_does_not_wait_for_everybody_who_was_only_heard_once():
    bench, leader, units = made()
    for serial in SERIALS[1:15]:
        leader.opening.on_message(here(serial), 70, bench.now_ms)
    leader.opening.seen.reverse()
    assert leader.opening.give(None, label_of(SERIALS[0]), bench.now_ms) is None
    assert bench.run_until(lambda: leader.opening.result) < 20000
    assert leader.opening.result == ("done", SERIALS[0])


def test_six_wrong_codes_in_a_row_close_pairing_and_each_further_one_for_twice_as_long():
    bench, leader, units = made()
    for count in range(1, 6):
        assert bench.pair(leader, units[0], WRONG_LABEL) == "wrong"
        assert leader.opening.closed_until_ms is None and leader.opening.wrong == count
    for minutes in (1, 2, 4, 8, 16, 32, 60, 60):
        assert bench.pair(leader, units[0], WRONG_LABEL) == "wrong"
        assert leader.opening.closed_until_ms is not None
        closed_ms = leader.opening.closed_until_ms - bench.now_ms
        assert minutes * 60000 - 1000 < closed_ms <= minutes * 60000
        said = sentence(leader.opening.give(SERIALS[0], label_of(SERIALS[0]), bench.now_ms))
        assert "takes no code for %d min, after" % minutes in said and "label" in said
        bench.now_ms = leader.opening.closed_until_ms
        bench.run(2000)
    assert bench.pair(leader, units[0]) == "done"
    assert (leader.opening.wrong, leader.opening.closed_until_ms) == (0, None)


def test_a_start_does_not_open_what_six_wrong_codes_closed():
    bench = Bench()
    leader, unit = bench.leader(code_state=(8, None)), bench.unit()
    bench.run(1000)
    said = bench.pair(leader, unit)
    assert "for 4 min, after 8 wrong ones in a row" in said
    # And what was closed while it ran is open when its time is over.
    later = bench.leader(OTHER, (8, bench.now_ms - 1))
    bench.run(1000)
    assert bench.pair(later, unit) == "done"


def test_a_code_that_cannot_be_one_is_not_counted_and_nothing_is_sent():
    bench, leader, units = made()
    said = bench.pair(leader, units[0], label_of(SERIALS[0])[:-1] + "U")
    assert "letters except U" in said and "from the new unit's label" in said
    assert leader.opening.wrong == 0 and not leader.opening.busy()
    bench.run(1000)
    assert layouts.BEGIN not in bench.kinds(leader)


def test_a_code_is_refused_while_another_is_tried_and_for_who_is_not_heard():
    bench, leader, units = made()
    label = label_of(SERIALS[0])
    assert leader.opening.give(SERIALS[0], label, bench.now_ms) is None
    assert "unit 102030405001 is being paired: try again" in sentence(leader.opening.give(
        None, label, bench.now_ms))
    bench.run_until(lambda: leader.opening.result)
    assert "no unit with serial 102030405005 is heard" in sentence(leader.opening.give(
        SERIALS[4], label, bench.now_ms))
    bench.sides.remove(units[0])
    bench.run(11000)
    said = sentence(leader.opening.give(None, label, bench.now_ms))
    assert said.startswith("no unit is heard") and "in no group" in said


def test_units_of_another_version_or_group_are_listed_with_the_reason_and_refused():
    bench, leader, _ = made()
    leader.opening.on_message(here(SERIALS[5], versions=(2, 4)), 70, bench.now_ms)
    leader.opening.note_other_group(tag_of(SERIALS[6]), 77, bench.now_ms)
    leader.opening.note_other_group(tag_of(SERIALS[0]), 77, bench.now_ms)
    listed = found(bench, leader)
    assert listed[SERIALS[5]].why_not == "version" and listed[SERIALS[5]].versions == (2, 4)
    assert listed[tag_of(SERIALS[6])].why_not == "other_group"
    assert listed[SERIALS[0]].why_not == "other_group" and len(listed) == 3
    said = sentence(leader.opening.give(SERIALS[5], label_of(SERIALS[5]), bench.now_ms))
    assert "versions 2 to 4 and this unit by 1 to 1" in said
    said = sentence(leader.opening.give(SERIALS[0], label_of(SERIALS[0]), bench.now_ms))
    assert "is in another group: remove it there, or reset it" in said
    bench.run(1000)  # it says that it is in none
    assert bench.pair(leader, bench.sides[1]) == "done"


def test_two_boards_with_one_serial_are_shown_once_with_the_reason_while_both_are_there():
    bench, leader, units = made()
    clone = bench.unit(SERIALS[0], code=5)
    bench.run(3000)
    [entry] = leader.opening.found(bench.now_ms)
    assert entry.why_not == "double"
    assert "switch off the one that is not to be added" in bench.pair(leader, units[0])
    bench.sides.remove(clone)
    bench.run(11000)
    assert found(bench, leader)[SERIALS[0]].why_not is None
    assert bench.pair(leader, units[0]) == "done"


def test_a_unit_that_is_switched_on_anew_is_no_double():
    bench, leader, units = made()
    for _ in range(4):
        units[0].boot(bench.now_ms)
        bench.run(2000)
        assert found(bench, leader)[SERIALS[0]].why_not is None
    assert bench.pair(leader, units[0]) == "done"


def test_two_answers_to_one_attempt_are_seen_as_a_double():
    bench, leader, units = made()
    bench.unit(SERIALS[0]).newcomer._here_ms = 1 << 40  # it never shows itself
    bench.sides[-1].newcomer._open = (bytes(8), 60, 0)
    assert bench.pair(leader, units[0]) == "done"
    assert found(bench, leader)[SERIALS[0]].why_not == "double"


def test_the_list_is_bounded_and_the_oldest_goes_but_not_the_one_that_is_tried():
    bench, leader, units = made()
    assert leader.opening.give(SERIALS[0], label_of(SERIALS[0]), bench.now_ms) is None
    for number in range(1000):
        leader.opening.on_message(here(number.to_bytes(6, "big")), 70, bench.now_ms + number)
    listed = leader.opening.found(bench.now_ms + 999)
    assert len(listed) == opening.FOUND_MAX == 16 and listed[0].serial == SERIALS[0]
    assert [int.from_bytes(entry.serial, "big") for entry in listed[1:]] == list(range(985, 1000))
    bench.run_until(lambda: leader.opening.result)
    assert leader.opening.result == ("done", SERIALS[0])


@pytest.mark.parametrize("kind", [layouts.OPEN, layouts.HERE, layouts.BEGIN, layouts.SHARE,
                                  layouts.GIVE, layouts.TAKEN])
def test_a_message_that_is_lost_some_times_is_sent_again(kind):
    air = losing(kind, 8)
    bench = Bench(1, air)
    leader, unit = bench.leader(), bench.unit()
    bench.run(6000)
    assert bench.pair(leader, unit) == "done"
    assert air.left == [0] and unit.keys == [leader.group_key]


def test_a_unit_that_has_stored_says_so_again_and_nothing_is_stored_twice():
    bench, leader, units = made(air=losing(layouts.TAKEN, 5))
    assert bench.pair(leader, units[0]) == "done"
    assert bench.kinds(units[0]).count(layouts.TAKEN) == 6 and len(units[0].keys) == 1


def test_a_leader_that_never_hears_that_it_is_stored_says_so_and_can_do_it_again():
    air = losing(layouts.TAKEN, 10 ** 6)
    bench, leader, units = made(air=air)
    assert bench.pair(leader, units[0]) == "given"
    assert leader.opening.given == [SERIALS[0]] and units[0].keys == [leader.group_key]
    air.left[0] = 0
    assert bench.pair(leader, units[0]) == "done"
    assert units[0].keys == [leader.group_key] * 2


def test_a_unit_that_cannot_store_says_so_and_can_be_paired_again():
    bench, leader, units = made()
    units[0].stores = False
    assert bench.pair(leader, units[0]) == "not_stored" and units[0].keys == []
    units[0].stores = True
    assert bench.pair(leader, units[0]) == "done"


def test_a_leader_without_a_group_to_give_says_so():
    bench, leader, units = made()
    leader.opening._record_for = lambda serial: None
    assert bench.pair(leader, units[0]) == "no_grant" and units[0].keys == []


def test_a_leader_that_fails_to_look_up_what_it_gives_comes_to_an_end():
    bench, leader, units = made()

    def failing(serial):
        raise NotLoaded("membership could not be loaded: try again")
    leader.opening._record_for = failing
    with pytest.raises(NotLoaded):
        bench.pair(leader, units[0])
    bench.run(1000)
    assert leader.opening.result == ("no_grant", SERIALS[0]) and not leader.opening.busy()
    leader.opening._record_for = leader.record_for
    assert bench.pair(leader, units[0]) == "done"


@pytest.mark.parametrize("kind", [layouts.BEGIN, layouts.SHARE, layouts.GIVE])
def test_a_unit_that_starts_anew_in_the_middle_leaves_a_state_that_can_be_repeated(kind):
    bench, leader, units = made()
    assert leader.opening.give(SERIALS[0], label_of(SERIALS[0]), bench.now_ms) is None
    sender = units[0] if kind == layouts.SHARE else leader
    bench.run_until(lambda: kind in bench.kinds(sender))
    units[0].boot(bench.now_ms)
    bench.run_until(lambda: leader.opening.result)
    assert leader.opening.result[0] in ("done", "given")
    bench.run(1000)
    assert bench.pair(leader, units[0]) == "done" and leader.opening.wrong == 0


def test_a_unit_that_falls_silent_is_given_up_and_is_no_wrong_code():
    bench, leader, units = made()
    bench.sides.remove(units[0])
    assert bench.pair(leader, units[0]) == "no_answer"
    assert leader.opening.wrong == 0 and not leader.opening.busy()


def test_a_lost_wrong_does_not_keep_the_unit_from_the_next_code():
    bench, leader, units = made(air=losing(layouts.WRONG, 100))
    assert bench.pair(leader, units[0], WRONG_LABEL) == "wrong"
    assert bench.pair(leader, units[0]) == "done"


def test_two_leaders_that_pair_one_unit_at_once_both_come_to_an_end():
    bench, leader, units = made()
    other = bench.leader(OTHER)
    bench.run(2000)
    for place in (leader, other):
        assert place.opening.give(SERIALS[0], label_of(SERIALS[0]), bench.now_ms) is None
    bench.run_until(lambda: leader.opening.result and other.opening.result)
    assert leader.opening.result == other.opening.result == ("done", SERIALS[0])
    assert units[0].keys == [leader.group_key, other.group_key]


def test_a_leader_without_the_code_cannot_keep_the_unit_from_one_that_has_it():
    bench, leader, units = made()
    other = bench.leader(OTHER)
    bench.run(2000)
    for _ in range(3):
        assert other.opening.give(SERIALS[0], WRONG_LABEL, bench.now_ms) is None
        bench.run_until(lambda: other.opening.result)
    assert other.opening.give(SERIALS[0], WRONG_LABEL, bench.now_ms) is None
    assert leader.opening.give(SERIALS[0], label_of(SERIALS[0]), bench.now_ms) is None
    bench.run_until(lambda: leader.opening.result)
    assert leader.opening.result == ("done", SERIALS[0])


def test_who_claims_the_leaders_own_serial_is_not_listed():
    bench, leader, _ = made()
    leader.opening.on_message(here(LEADER), 70, bench.now_ms)
    assert sorted(found(bench, leader)) == [SERIALS[0]]


def test_a_unit_blinks_before_it_is_paired_for_at_most_30_seconds():
    bench, leader, units = made(2)
    leader.opening.blink(SERIALS[0], 10)
    bench.run(40)
    assert bench.now_ms + 9900 <= units[0].newcomer.blink_until_ms <= bench.now_ms + 10000
    leader.opening.blink(SERIALS[0], 500)
    bench.run(40)
    assert units[0].newcomer.blink_until_ms <= bench.now_ms + 30000
    assert units[1].newcomer.blink_until_ms is None


def test_both_sides_say_when_they_are_due():
    bench, leader, units = made()
    units[0].store = lambda now_ms: None
    for _ in range(800):
        bench.run(STEP_MS)
        assert bench.now_ms < leader.opening.next_ms() <= bench.now_ms + 200
        due_ms = units[0].newcomer.next_ms()
        assert due_ms is None or due_ms > bench.now_ms
    bench.sides.remove(leader)
    bench.run(2000)
    assert units[0].newcomer.next_ms() is None
    units[0].newcomer.on_message(layouts.made(
        layouts.BEGIN, bytes(8), SERIALS[0], 1, OTHER, bytes([9] + [0] * 31)), 60, bench.now_ms)
    bench.run(200)
    assert bench.now_ms + 9000 < units[0].newcomer.next_ms() <= bench.now_ms + 10000
    bench.run(11000)
    assert units[0].newcomer.next_ms() is None
