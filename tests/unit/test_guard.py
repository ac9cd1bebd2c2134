# SPDX-License-Identifier: MIT
"""Rule 14 in the unit: phases left out of a grant are guarded, and counted as they must be."""

import pytest

from core import reasons
from tests.unit.connector_bench import Bench, grant


def three_phase(phases=7, **config):
    return Bench(wired=7, **config).charge(16000, phases)


def test_phases_that_the_grant_leaves_out_are_guarded_and_not_counted():
    bench = three_phase(phases=1)
    shown = bench.snapshot()
    assert (bench.guard, shown.offered_phases) == (6, 1)
    assert shown.possible_ma == (16000, 0, 0)


@pytest.mark.parametrize("draw_ma, trips", [((16000, 500, 0), False), ((16000, 501, 0), True),
                                            ((16000, 0, 9000), True)])
def test_a_phase_left_out_that_wakes_opens_the_contactor_in_a_fifth_of_a_second(draw_ma, trips):
    bench = three_phase(phases=1)
    bench.draw_ma = draw_ma
    opened_ms = bench.run(3000, lambda: not bench.closed)
    assert opened_ms == (200 if trips else None)
    assert bench.connector.snapshot(bench.now_ms).phases_all is trips


def test_a_short_peak_on_a_guarded_phase_is_forgiven():
    bench = three_phase(phases=1)
    for _ in range(5):
        bench.draw_ma = (16000, 3000, 0)
        bench.run(180)
        bench.draw_ma = (16000, 0, 0)
        bench.run(20)
    assert bench.closed


def test_a_tripped_guard_waits_for_a_grant_for_all_wired_phases_until_the_unplug():
    bench = three_phase(phases=1)
    bench.draw_ma = (16000, 16000, 16000)
    bench.run(300)
    bench.run(9000)
    assert (bench.offered_ma, bench.connector.reason) == (0, reasons.PHASE_GUARD)
    assert bench.snapshot().phases_all
    bench.allowed = grant(16000, 7)
    assert bench.run(9000, lambda: bench.closed) is not None
    assert (bench.guard, bench.snapshot().phases_all) == (0, True)
    assert bench.snapshot().possible_ma == (16000, 16000, 16000)
    bench.letter = "A"
    bench.run(100)
    assert not bench.snapshot().phases_all


def test_without_a_meter_for_each_phase_a_grant_for_some_of_them_gives_nothing():
    bench = Bench(wired=7, metered=False)
    bench.allowed = grant(16000, 1)
    bench.plug("B")
    assert (bench.offered_ma, bench.connector.reason) == (0, reasons.PHASE_GUARD)
    bench.allowed = grant(16000, 7)
    bench.run(100)
    assert bench.offered_ma == 16000


def test_a_grant_for_no_wired_phase_gives_nothing():
    bench = Bench(wired=2)
    bench.allowed = grant(16000, 1)
    bench.plug("B")
    assert (bench.offered_ma, bench.connector.reason) == (0, reasons.PHASE_GUARD)


def test_no_current_for_no_phase_keeps_the_member_s_reason():
    bench = Bench(wired=7)
    bench.allowed = grant(0, 0, reasons.NO_LEASE)
    bench.plug("B")
    assert bench.connector.reason == reasons.NO_LEASE


def test_a_guard_stays_until_no_larger_offer_can_be_followed_on_its_phase():
    bench = three_phase(phases=1)
    bench.run(6000)
    bench.allowed = grant(10000, 7)
    bench.step()
    assert (bench.offered_ma, bench.guard) == (10000, 6)
    bench.run(4900)
    assert bench.guard == 6
    bench.run(300)
    assert bench.guard == 0
    assert bench.snapshot().possible_ma[1] == 10000


def test_no_guard_is_lost_when_a_grant_names_other_phases():
    bench = three_phase(phases=1)
    bench.run(6000)
    bench.allowed = grant(10000, 6)
    bench.step()
    assert (bench.closed, bench.guard) == (True, 7)
    bench.run(100)
    # All are guarded while it is known that the vehicle draws on one of them: that opens it.
    assert bench.snapshot().possible_ma == (16000, 0, 0)
    bench.run(200)
    assert not bench.closed and bench.connector.snapshot(bench.now_ms).phases_all


def test_a_guard_goes_at_once_when_the_offer_does_not_sink():
    bench = three_phase(phases=1)
    bench.allowed = grant(16000, 7)
    bench.step()
    assert bench.guard == 0


def test_a_stop_leaves_the_guard_as_it_was():
    bench = three_phase(phases=7)
    bench.allowed = grant(0, 0, reasons.NO_LEASE)
    bench.run(1000)
    assert bench.closed and bench.guard == 0
    assert not bench.connector.snapshot(bench.now_ms).phases_all
    assert bench.snapshot().possible_ma == (16000, 16000, 16000)


def test_a_phase_left_out_still_counts_for_5_s():
    bench = three_phase(phases=7)
    bench.draw_ma = (16000, 0, 0)
    bench.run(6000)
    bench.allowed = grant(16000, 1)
    bench.run(1000)
    assert bench.snapshot().possible_ma == (16000, 16000, 16000)
    assert 4000 <= bench.snapshot().tail_ms <= 5050
    bench.run(4200)
    assert bench.snapshot().possible_ma == (16000, 0, 0)
    assert bench.snapshot().tail_ms == 0
