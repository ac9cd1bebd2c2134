# SPDX-License-Identifier: MIT
"""The circuit rule's checker finds a breach to the ms, and reports apart what is none."""

import pytest

from host_tools.simulate.checkers.circuit_rule import CircuitRule
from host_tools.simulate.offer_window import OfferWindow
from tests.simulation.outside import ByHand


def _rule(hand, limit_a=32):
    return hand.watch(CircuitRule, limit_a * 1000)


def _over_ms(hand, rule):
    rule.count_time()
    return rule.over_limit_ms


def test_two_that_fit_are_no_breach_and_two_that_do_not_are_one():
    hand = ByHand()
    rule = _rule(hand)
    hand.charge(1, 16)
    hand.charge(2, 16)
    hand.run(10)
    assert _over_ms(hand, rule) == 0 and rule.violations == []
    hand.offer(2, 17)
    hand.run(12)
    assert _over_ms(hand, rule) == 2000
    assert 990 <= rule.over_limit_peak_ma <= 1010
    assert rule.violations[0].checker == "circuit_rule"


def test_a_vehicle_may_follow_its_old_offer_for_5_s():
    hand = ByHand()
    rule = _rule(hand)
    hand.charge(1, 32)
    hand.run(10)
    hand.offer(1, 16)  # the vehicle obeys at once; others could not
    hand.offer(2, 16)
    hand.plug(2)
    hand.boards[2].write_output(True)
    hand.run(20)
    assert _over_ms(hand, rule) == 5000
    assert rule.drawn_over_limit_ms == 0


def test_an_offer_counts_only_while_the_contactor_is_closed():
    hand = ByHand()
    rule = _rule(hand)
    hand.charge(1, 32)
    hand.plug(2)
    hand.offer(2, 32)
    hand.run(10)
    assert _over_ms(hand, rule) == 0
    hand.boards[2].write_output(True)
    hand.run(11)
    hand.boards[2].write_output(False)
    hand.run(20)
    assert _over_ms(hand, rule) == 1025  # and the drop-out time


def test_closing_after_a_lowered_offer_counts_the_higher_one():
    hand = ByHand()
    rule = _rule(hand)
    hand.charge(1, 16)
    hand.plug(2)
    hand.offer(2, 32)
    hand.run(10)
    hand.offer(2, 16)
    hand.run(12)
    hand.boards[2].write_output(True)
    hand.run(30)
    assert _over_ms(hand, rule) == 3000


def test_phases_are_added_up_each_by_itself():
    hand = ByHand(phases="L1")
    rule = _rule(hand)
    hand.boards[2].wiring = (1,)
    hand.charge(1, 32)
    hand.charge(2, 32)
    hand.run(10)
    assert _over_ms(hand, rule) == 0
    assert rule.possible_ma(1) == (32000, 0, 0) and rule.possible_ma(2) == (0, 32000, 0)


def test_a_guarded_phase_counts_at_its_draw():
    hand = ByHand()
    rule = _rule(hand)
    hand.charge(1, 32, phases=1)
    hand.boards[1].write_guard(0b110)
    hand.boards[2].wiring = (1,)
    hand.charge(2, 32)
    hand.run(10)
    assert _over_ms(hand, rule) == 0
    assert rule.possible_ma(1) == (32000, 0, 0)


def test_a_waking_phase_is_reported_apart_for_the_second_that_its_guard_has():
    hand = ByHand()
    rule = _rule(hand)
    hand.boards[1].write_guard(0b110)
    hand.charge(1, 32, phases=3, wake_s=5)
    hand.boards[2].wiring = (1,)
    hand.charge(2, 32)
    hand.run(7)  # it wakes at 5 s and nobody opens the contactor
    _over_ms(hand, rule)
    assert rule.phase_wake_ms == 1000
    assert rule.over_limit_ms == pytest.approx(1000, abs=150)


def test_what_does_not_trip_a_guard_counts_when_the_others_had_time_to_give_way():
    hand = ByHand()
    rule = _rule(hand)
    hand.boards[1].write_guard(0b110)
    hand.charge(1, 32, phases=3, wake_s=5, max_a=0.4, ramp_a_per_s=0.2)
    hand.boards[2].wiring = (1,)
    hand.charge(2, 32)
    hand.run(14)  # it wakes at 5 s and draws 0.4 A from 7 s on
    assert hand.boards[1].draw_ma == (400, 400, 400)
    assert _over_ms(hand, rule) == 0
    hand.run(16)
    assert _over_ms(hand, rule) == pytest.approx(2000, abs=150)
    assert rule.over_limit_peak_ma == 400 and rule.violations


def test_what_flows_through_a_weld_when_a_program_starts_is_excess():
    hand = ByHand()
    rule = _rule(hand)
    hand.charge(1, 20, max_a=10, obeys=False)
    hand.run(10)
    hand.charge(2, 20)
    assert rule.possible_ma(1)[0] == 20000
    board = hand.boards[1]
    board.set_fault("welded", True)
    board.safe_pins()
    hand.run(11)
    assert board.contact and _over_ms(hand, rule) > 900  # its program runs: it knows
    hand.watchers.program_changed(board)
    over_ms = _over_ms(hand, rule)
    board.draw_changed()
    hand.run(14)
    assert _over_ms(hand, rule) == over_ms
    assert rule.excess_ms == 3000


def test_what_wakes_behind_a_weld_is_excess_once_the_guard_has_had_its_second():
    hand = ByHand()
    rule = _rule(hand)
    board = hand.boards[1]
    board.write_guard(0b110)
    hand.charge(1, 32, phases=3, wake_s=5, obeys=False)
    hand.boards[2].wiring = (1,)
    hand.charge(2, 32)
    board.set_fault("welded", True)
    hand.run(6)
    board.write_output(False)  # the guard does what it can
    hand.run(9)
    assert board.contact and board.draw_ma[1] > 30000
    assert _over_ms(hand, rule) == 0
    assert rule.phase_wake_ms == 1000 and rule.excess_ms > 1000


def test_a_guard_that_is_opening_the_contactor_still_guards():
    hand = ByHand()
    rule = _rule(hand)
    hand.boards[1].write_guard(0b110)
    hand.charge(1, 32, phases=1)
    hand.boards[2].wiring = (1,)
    hand.charge(2, 32)
    hand.run(5)
    hand.boards[1].write_output(False)
    hand.boards[1].write_guard(0)
    hand.run(6)
    assert _over_ms(hand, rule) == 0


def test_a_guard_that_is_given_up_while_closed_is_a_breach():
    hand = ByHand()
    rule = _rule(hand)
    hand.boards[1].write_guard(0b110)
    hand.charge(1, 32, phases=1)
    hand.boards[2].wiring = (1,)
    hand.charge(2, 32)
    hand.run(5)
    hand.boards[1].write_guard(0)
    hand.run(6)
    assert _over_ms(hand, rule) == 1000


def test_a_draw_above_every_offer_is_excess_and_not_a_breach():
    hand = ByHand()
    rule = _rule(hand)
    hand.charge(1, 20, obeys=False)
    hand.charge(2, 12)
    hand.offer(1, 12)
    hand.run(10)
    hand.offer(2, 20)
    hand.run(20)
    _over_ms(hand, rule)
    assert rule.over_limit_ms == 0
    assert rule.excess_ms == 20000 - 400 - 5000
    assert rule.drawn_over_limit_ms > 9000
    assert rule.possible_ma(1)[0] >= 19999  # counted at its draw


def test_a_larger_limit_binds_16_s_longer_and_a_larger_new_one_at_once():
    hand = ByHand()
    rule = _rule(hand, limit_a=32)
    hand.charge(1, 16)
    hand.charge(2, 16)
    hand.run(10)
    rule.set_limit(24000)
    hand.run(40)
    assert _over_ms(hand, rule) == 14000 and rule.limit_ma() == 24000
    rule.set_limit(32000)
    hand.run(60)
    assert _over_ms(hand, rule) == 14000


@pytest.mark.parametrize("changes, at_ms, largest", [
    ([], 0, 0),
    ([(0, 10), (100, 20)], 200, 20),
    ([(0, 20), (100, 10)], 5099, 20),
    ([(0, 20), (100, 10)], 5100, 10),
    ([(0, 20), (100, 10), (200, 5)], 5150, 10),
    ([(0, 20), (100, 30), (200, 5)], 5199, 30),
    ([(0, 30), (100, 10), (200, 20), (300, 0)], 5299, 20),
    ([(0, 30), (100, 10), (200, 20), (300, 0)], 5300, 0),
])
def test_the_window_holds_the_largest_offer_of_the_last_5_s(changes, at_ms, largest):
    window = OfferWindow()
    for change_ms, amount_ma in changes:
        window.change(amount_ma, change_ms)
    assert window.largest(at_ms) == largest
