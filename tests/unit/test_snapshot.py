# SPDX-License-Identifier: MIT
"""What the connector shows the member: charge, offer, cap, at any moment."""

import pytest

from tests.unit.connector_bench import Bench, grant

STARTS_MS = [0, 2**30 - 60000, 2**30 - 3000]


@pytest.mark.parametrize("start_ms", STARTS_MS)
def test_the_charge_is_the_integral_of_the_largest_draw_at_any_moment(start_ms):
    bench = Bench(start_ms, wired=7).charge(16000, draw_ma=(8000, 9000, 0))
    before = bench.snapshot().charge
    bench.run(1000)
    bench.draw_ma = (12000, 9000, 0)
    bench.run(2000)
    expected = before + 9000 * 1000 + 12000 * 2000
    assert bench.snapshot().charge == expected % 2**30
    assert bench.connector.snapshot(bench.now_ms + 7).charge == (expected + 7 * 12000) % 2**30


def test_the_charge_wraps_at_2_to_the_30():
    bench = Bench().charge(32000, draw_ma=(30000, 0, 0))
    before = bench.snapshot().charge
    bench.run(60000)
    assert bench.snapshot().charge == (before + 30000 * 60000) % 2**30 < before + 30000 * 60000


def test_a_snapshot_of_an_instant_before_the_last_step_does_not_run_backwards():
    bench = Bench().charge()
    bench.draw_ma = (9000, 0, 0)
    bench.step()
    assert bench.connector.snapshot(bench.now_ms - 60).charge == bench.connector._charge


def test_a_second_step_at_once_sees_what_the_output_reads_back():
    bench = Bench().charge(20000)
    bench.allowed = grant(10000)
    bench.step()
    assert bench.snapshot().offered_ma == 20000
    bench.now_ms -= 20
    bench.step()
    assert (bench.snapshot().offered_ma, bench.snapshot().possible_ma[0]) == (10000, 20000)
    assert bench.snapshot().tail_ms > 5000


def test_the_cap_is_what_the_unit_can_give_whatever_is_granted():
    bench = Bench(breaker_ma=40000)
    bench.cable_ma = 32000
    bench.plug("B")
    assert (bench.snapshot().cap_ma, bench.offered_ma) == (32000, 0)
    bench.temperature_dc = 680
    bench.run(16000)
    assert bench.snapshot().cap_ma == 12800
    bench.rcm = True
    bench.run(100)
    assert bench.snapshot().cap_ma == 0
