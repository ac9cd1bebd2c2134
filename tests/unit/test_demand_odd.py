# SPDX-License-Identifier: MIT
"""Demand of odd vehicles: that leave much, toggle, keep S2 closed; turns of idle ones."""

import pytest

from core.connector.pilot_state import B, C
from core.allocation.on_demand.turns import give
from core.allocation.usage import Usage
from tests.unit.demand_bench import RATING, Bench


@pytest.fixture
def bench():
    return Bench()


# ---- a cap that the draw follows was not its need


def _part(bench, part, seconds, offer_ma=None):
    # A vehicle that takes a part of its offer; gives all the asks seen.
    asks = []
    for _ in range(int(seconds * 2)):
        ma = min(bench.estimator.spare_ma, 30000) if offer_ma is None else offer_ma
        bench.run(0.5, C, ma, ma * part // 100)
        if not asks or asks[-1] != bench.estimator.ask_ma:
            asks.append(bench.estimator.ask_ma)
    return asks


def test_a_cap_that_the_draw_follows_goes_and_is_not_tried_for_15_min(bench):
    bench.charging(30000, 22500, seconds=4)
    assert len(_part(bench, 75, 60)) > 1, "a cap was tried"
    for _ in range(840):
        ask_ma = bench.estimator.ask_ma
        bench.run(1, C, min(ask_ma, 30000), min(ask_ma, 30000) * 75 // 100)
        assert bench.estimator.spare_ma == RATING
    assert bench.estimator.ask_ma >= 29700


def test_after_that_a_cap_takes_away_nothing_that_nobody_else_wants(bench):
    bench.charging(30000, 22500, seconds=4)
    _part(bench, 75, 60)
    asks = _part(bench, 75, 1800, offer_ma=30000)
    assert min(asks) < 23000, "others may have what it seems to leave"
    assert bench.estimator.spare_ma == RATING


def test_a_need_that_falls_while_a_cap_is_tried_is_still_its_need(bench):
    bench.charging(30000, 22500, seconds=4)
    bench.run(7, C, bench.estimator.ask_ma, 15000)
    bench.run(20, C, 30000, 15000)
    assert bench.estimator.ask_ma <= 15300


def test_a_vehicle_that_stops_as_its_offer_sinks_to_6_a_is_not_offered_so_little_again(bench):
    bench.charging(10000, 4000, seconds=5)
    assert bench.estimator.ask_ma == 6000
    bench.run(2, C, 6000, 4000)
    assert bench.run(1, B, 6000) == RATING
    assert bench.run(20, C, 10000, 4000) == RATING


# ---- it wants current only for moments, or keeps S2 closed without need


def _toggle(bench, times, offer_ma=16000):
    for _ in range(times):
        bench.run(2, B, offer_ma)
        bench.run(2, C, offer_ma, 10000)


def test_a_vehicle_that_toggles_asks_for_no_more_than_it_has_until_it_charges_for_a_while(bench):
    bench.step(B, 16000)
    _toggle(bench, 5)
    assert bench.run(2, B, 16000) == 0
    assert bench.run(1, C, 0) == 0
    bench.run(8, C, 16000, 10000)
    assert bench.estimator.ask_ma == 6000
    assert bench.estimator.spare_ma == RATING
    assert bench.run(480, C, 16000, 10000) > 6000, "nobody is left behind for ever"


def test_a_vehicle_that_draws_nothing_for_2_min_asks_for_nothing_until_it_draws(bench):
    bench.charging(16000, 0, seconds=119)
    assert bench.estimator.ask_ma == 6000
    assert bench.run(3, C, 6000, 0) == 0
    assert bench.estimator.spare_ma == RATING
    assert bench.run(20, C, 0, closed=False) == 0, "its contactor opens, S2 stays closed"
    assert bench.run(2, C, 6000, 5000) > 0


def test_one_that_leaves_all_of_6_a_has_not_shown_that_it_needs_nothing(bench):
    bench.charging(6000, 0, seconds=300)
    assert bench.estimator.ask_ma > 0


def _turns(idle, offered=True):
    """When each of so many idle units was offered current, in an hour of rounds 1 s apart."""
    usages = [Usage(0) for _ in range(idle)]
    seen = [[] for _ in usages]
    turn = -1
    for now_ms in range(0, 3600000, 1000):
        having = [k for k, u in enumerate(usages) if u.rests(now_ms, False, k == turn and offered)]
        if not having:
            having = [give(now_ms, [(u, k) for k, u in enumerate(usages)])]
        turn = having[0]
        assert len(having) == 1
        if turn >= 0:
            seen[turn].append(now_ms)
    return seen


@pytest.mark.parametrize("idle", [1, 2, 5])
def test_idle_units_have_turns_of_2_min_one_at_a_time_before_15_min_are_over(idle):
    for times in _turns(idle):
        starts = [at for at, before in zip(times, [-9000] + times) if at - before > 2000]
        assert starts and starts[0] <= 700000
        assert all(later - at <= 830000 for at, later in zip(starts, starts[1:]))
        assert len(times) >= 118 * (len(starts) - 1)


def test_a_turn_lasts_until_it_was_really_offered():
    assert len(_turns(1, offered=False)[0]) > 2800


def test_one_that_asks_needs_no_turn():
    usage = Usage(0)
    assert not usage.rests(690000, False, False)
    assert give(690000, [(usage, 3)]) == 3
    assert usage.rests(691000, False, True)
    assert not usage.rests(692000, True, True)
    assert not usage.rests(693000, False, True)
