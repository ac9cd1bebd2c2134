# SPDX-License-Identifier: MIT
"""The demand estimator, step by step: waiting, gaps, caps, dips, probes, stops, energy."""

import pytest

from core.connector.pilot_state import UNKNOWN, A, B, C, D, E
from core.allocation.usage import Usage
from tests.unit.demand_bench import RATING, WRAP, Bench

@pytest.fixture
def bench():
    return Bench()


# ---- plugged, not charging


def test_nothing_plugged_asks_for_nothing(bench):
    assert bench.step(A, 0) == 0
    assert bench.estimator.spare_ma == 0


def test_a_new_vehicle_asks_for_its_rating_until_30_s_after_its_first_offer(bench):
    assert bench.step(B, 0) == RATING
    assert bench.run(100, B, 0) == RATING, "without an offer it had no chance yet"
    assert bench.run(30, B, 8000) == RATING
    assert bench.run(1, B, 8000) == 6000


def test_then_for_6_a_until_100_s_then_only_for_what_is_left(bench):
    bench.step(B, 8000)
    assert bench.run(99.5, B, 8000) == 6000
    assert bench.run(1, B, 8000) == 0
    assert bench.estimator.spare_ma == RATING


def test_offers_that_were_withdrawn_do_not_use_up_its_chance(bench):
    bench.step(B, 8000)
    bench.run(14, B, 8000)
    assert bench.run(200, B, 0) == RATING


def test_a_vehicle_that_never_started_waits_for_its_turn(bench):
    bench.step(B, 8000)
    assert bench.run(101, B, 8000) == 0
    assert bench.run(7200, B, 0) == 0
    assert bench.estimator.spare_ma == RATING, "so the leader knows that it is there"


def test_what_is_left_over_counts_as_a_try(bench):
    bench.step(B, 8000)
    assert bench.run(1000, B, 8000) == 0


def test_a_vehicle_that_stopped_by_itself_gets_only_what_is_left(bench):
    bench.charging(16000, 15800)
    assert bench.run(1, B, 16000) == 0
    assert bench.estimator.spare_ma == RATING
    assert bench.run(599, B, 0) == 0


def test_one_that_stopped_and_closes_s2_again_asks_before_its_contactor_closes(bench):
    """Rule 10 may keep the contactor open for 5 s: until then its offer must not go to others."""
    bench.charging(20000, 19500)
    bench.run(30, B, 20000)
    assert bench.estimator.ask_ma == 0
    assert bench.run(1, C, 6000, closed=False) == RATING
    bench.run(0.5, UNKNOWN, 6000, closed=False)
    bench.run(110, C, 6000, closed=False)
    assert bench.estimator.ask_ma == 0  # nothing came of it
    bench.run(0.5, UNKNOWN, 6000, closed=False)
    assert bench.run(1, C, 6000, closed=False) == 0


def test_one_stopped_by_our_own_cut_is_as_newly_plugged(bench):
    bench.charging(16000, 15800)
    bench.run(2, C, 0, 15800)
    assert bench.run(1, B, 0) == RATING


def test_a_vehicle_that_lets_go_in_the_same_step_as_our_cut_did_not_stop_by_itself(bench):
    bench.charging(16000, 15800)
    assert bench.run(1, B, 0) == RATING


def test_a_contactor_opened_under_a_ready_vehicle_is_no_stop_of_its_own(bench):
    bench.charging(16000, 15800)
    assert bench.run(1, C, 16000, closed=False) == RATING


def test_a_pilot_fault_asks_for_nothing_and_recovers(bench):
    bench.charging(16000, 15800)
    assert bench.run(1, E, 0, closed=False) == 0
    assert bench.estimator.spare_ma == 0
    assert bench.run(1, B, 0) == RATING


def test_an_unknown_state_changes_nothing(bench):
    asked = bench.charging(16000, 10000)
    assert bench.run(1, UNKNOWN, 16000, 10000, closed=False) == asked


def test_unplugging_forgets_the_vehicle(bench):
    bench.charging(16000, 10000)
    assert bench.step(A, 16000) == 0
    assert bench.estimator.energy_as == 0
    assert bench.step(B, 0) == RATING
    assert bench.cap_ma is None


# ---- charging


def test_a_charging_vehicle_asks_for_its_rating_at_first(bench):
    assert bench.charging(16000, 10000, seconds=2.5) == RATING


def test_a_calm_draw_well_below_the_offer_is_capped_within_4_s(bench):
    assert bench.charging(16000, 10000, seconds=4) < 10300
    assert bench.cap_ma == 10200


def test_state_d_charges_too(bench):
    bench.step(B, 16000)
    bench.run(3, B, 16000)
    assert bench.run(4, D, 16000, 10000, closed=True) < 10300


def test_a_draw_that_moves_is_not_capped(bench):
    bench.charging(16000, 10000, seconds=2)
    for draw_ma in (10300, 10600, 10900, 11200, 11500, 11800, 12100, 12400):
        assert bench.run(1, C, 16000, draw_ma) == RATING


def test_no_cap_within_the_reaction_to_a_new_offer(bench):
    bench.charging(10000, 9900)
    assert bench.run(5.5, C, 16000, 9900) == RATING
    assert bench.run(1, C, 16000, 9900) < 16000


def test_a_cap_is_never_under_6_a(bench):
    bench.charging(16000, 3500)
    assert bench.estimator.ask_ma == 6000


def _capped(bench):
    # Needs 10 A, follows offers without a gap, which is known.
    bench.charging(16000, 10000, seconds=4)
    bench.run(7, C, 9900, 9900)
    assert (bench.gap_ma, bench.estimator.ask_ma) == (0, 10200)


def test_a_slightly_lower_draw_keeps_the_cap(bench):
    _capped(bench)
    assert bench.asks(8, C, 10200, 10000) == {10200}
    assert bench.asks(8, C, 10200, 9850) == {10200}
    assert bench.asks(8, C, 10200, 9400) == {10200, 9600}


def test_a_vehicle_that_draws_nothing_at_first_keeps_its_offer_for_15_s(bench):
    assert bench.charging(16000, 200, seconds=15) == RATING
    assert bench.run(1, C, 16000, 200) == 6000


def test_the_gap_is_learned_from_a_cut_that_was_followed(bench):
    bench.charging(16000, 15800, seconds=4)
    bench.run(8, C, 12000, 11400)
    assert bench.gap_ma == 600
    assert bench.cap_ma is None


def test_a_draw_far_below_the_offer_teaches_no_gap(bench):
    # It needed less than the new offer all along: the fall was its own.
    bench.charging(16000, 15900, seconds=4)
    bench.run(8, C, 12000, 9000)
    assert bench.gap_ma == 0


def test_a_cap_that_took_current_away_goes_and_leaves_the_gap(bench):
    _capped(bench)
    # Now it wants all, and keeps 0.5 A below 16 A: the cap at 15.7 A makes it draw 15.2 A.
    assert bench.run(7, C, 16000, 15500) == 15700
    assert bench.asks(8, C, 15700, 15200) == {15700, RATING}
    assert bench.gap_ma == 500
    assert bench.run(20, C, 16000, 15500) == RATING


def test_a_cut_below_the_cap_keeps_it(bench):
    bench.charging(16000, 15000, seconds=4)
    bench.run(8, C, 10000, 9500)
    assert bench.cap_ma is not None
    assert bench.gap_ma == 500


def test_a_cap_that_was_only_the_gap_of_a_small_offer_goes_when_the_gap_is_known(bench):
    # 0.8 A below 9.4 A looks like its need until a smaller offer leaves the same gap.
    bench.charging(9400, 8600, seconds=4)
    assert bench.cap_ma is not None
    bench.run(8, C, 8400, 7600)
    assert bench.cap_ma is None
    assert bench.gap_ma == 800


def test_a_vehicle_that_fills_its_cap_loses_it_within_a_second(bench):
    _capped(bench)
    assert bench.run(8, C, 10200, 10000) == 10200
    assert bench.run(1, C, 10200, 10150) == RATING


def test_a_draw_above_what_was_capped_uncaps_before_the_offer_has_sunk(bench):
    bench.charging(16000, 10000, seconds=4)
    assert bench.run(1, C, 16000, 10400) == RATING


def test_a_first_cap_asks_for_a_little_less_to_learn_the_gap(bench):
    assert bench.charging(16000, 10000, seconds=4) == 9900
    assert bench.run(7, C, 9900, 9800) == 10300, "its gap is 0.1 A"
    assert bench.run(7200, C, 10300, 10000) == 10300, "no probes with a small gap"


def test_a_vehicle_that_only_stays_below_its_offer_is_not_held_down(bench):
    assert bench.charging(16000, 15500, seconds=4) == 15400
    assert bench.asks(7, C, 15400, 14900) == {15400, RATING}
    assert bench.asks(20, C, 16000, 15500) == {RATING}


def _answer(bench, under_ma, step_ma, need_ma, seconds):
    # A vehicle that follows at once, on the offer it asks for; gives all the asks seen.
    asks = []
    for _ in range(int(seconds * 2)):
        offer_ma = min(bench.estimator.ask_ma, 20000)
        draw_ma = min(need_ma, offer_ma - under_ma)
        bench.run(0.5, C, offer_ma, draw_ma - draw_ma % step_ma)
        if not asks or asks[-1] != bench.estimator.ask_ma:
            asks.append(bench.estimator.ask_ma)
    return asks


def test_a_vehicle_with_a_large_gap_but_no_steps_is_not_probed(bench):
    bench.charging(20000, 10000, seconds=4)
    _answer(bench, 600, 1, 10000, 120)
    assert _answer(bench, 600, 1, 10000, 7200) == [10800]


@pytest.mark.parametrize("step_ma, under_ma", [(1000, 500), (500, 300), (250, 400)])
def test_a_vehicle_with_steps_is_probed_ever_more_rarely(bench, step_ma, under_ma):
    bench.charging(20000, 10000, seconds=4)
    _answer(bench, under_ma, step_ma, 10000, 100)
    asks = _answer(bench, under_ma, step_ma, 10000, 3500)
    cap_ma = bench.cap_ma
    assert set(asks) == {cap_ma, cap_ma + 1500}
    assert 3 <= asks.count(cap_ma + 1500) <= 6


def test_a_cap_at_the_same_need_as_before_is_not_probed_anew(bench):
    bench.charging(20000, 10000, seconds=4)
    _answer(bench, 500, 1000, 10000, 1000)
    cap_ma = bench.cap_ma
    assert RATING in _answer(bench, 500, 1, 11000, 3), "it goes up for a moment"
    asks = _answer(bench, 500, 1000, 10000, 150)
    assert bench.cap_ma == cap_ma
    assert cap_ma + 1500 not in asks


def test_dips_at_different_needs_are_not_compared(bench):
    bench.charging(20000, 10000, seconds=4)
    assert 9900 in _answer(bench, 600, 1, 10000, 7), "the first dip"
    asks = _answer(bench, 600, 1, 14000, 60)
    assert {13900, 13500} <= set(asks)


def test_a_probe_finds_out_that_a_vehicle_with_steps_wants_more(bench):
    bench.charging(20000, 10000, seconds=4)
    _answer(bench, 500, 1000, 10000, 100)
    asks = _answer(bench, 500, 1000, 14000, 1000)
    assert RATING in asks
    assert 14500 <= bench.cap_ma <= 16500


def test_a_probe_that_is_not_offered_ends(bench):
    bench.charging(20000, 10000, seconds=4)
    _answer(bench, 500, 1000, 10000, 100)
    cap_ma = bench.cap_ma
    while bench.run(0.5, C, cap_ma, 10000) == cap_ma:
        pass
    assert bench.run(29, C, cap_ma, 10000) == cap_ma + 1500
    assert bench.run(2, C, cap_ma, 10000) == cap_ma
    assert bench.cap_ma == cap_ma


def test_asks_never_exceed_the_rating(bench):
    bench.charging(32000, 31000, seconds=4)
    asks = _answer(bench, 600, 1000, 31000, 1200)
    assert max(asks) <= RATING
    bench.estimator.rating_ma = 10000
    assert bench.run(1, C, 10000, 9000) == 10000


# ---- measuring


def test_steps_in_between_change_nothing(bench):
    twin = Bench()
    for fixture in (bench, twin):
        fixture.step(B, 16000)
        fixture.run(3, B, 16000)
    for _ in range(40):
        for _ in range(5):
            twin.now_ms += 100
            twin.charge = (twin.charge + 12000 * 100) % WRAP
            twin.step(C, 16000, 12000)
        bench.run(0.5, C, 16000, 12000)
    assert abs(twin.cap_ma - bench.cap_ma) <= 100


def test_energy_counts_every_ampere_second_over_the_wrap(bench):
    bench.step(B, 32000)
    bench.run(3600, C, 32000, 31001)
    assert abs(bench.estimator.energy_as - 31001 * 3600 // 1000) <= 16


def test_a_long_silence_is_no_measurement(bench):
    bench.charging(16000, 10000, seconds=2.5)
    energy = bench.estimator.energy_as
    bench.now_ms += 60000
    bench.step(C, 16000, 10000)
    assert bench.estimator.energy_as == energy
    assert bench.run(2, C, 16000, 10000) == RATING, "calm must be seen anew"
    assert bench.run(1, C, 16000, 10000) < 16000


# ---- what the leader keeps per unit


def test_usage_counts_only_switching_by_allocation():
    usage = Usage(0)
    assert (usage.active, usage.since_ms(0)) == (False, 1 << 29)
    usage.note(1000, 32000, 0)
    assert usage.since_ms(1000) == 210000, "waiting, but free to start"
    usage.note(5000, 32000, 6000)
    assert (usage.active, usage.since_ms(6000)) == (True, 1000)
    usage.note(7000, 32000, 8000)
    assert usage.since_ms(7000) == 2000
    usage.note(9000, 32000, 0)
    assert (usage.active, usage.since_ms(9500)) == (False, 500)
    usage.note(9600, 0, 0)
    assert (usage.active, usage.since_ms(9600)) == (False, 1 << 29)
