# SPDX-License-Identifier: MIT
"""Heat: what readings of a temperature sensor, good, noisy and impossible, do to the current."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import reasons
from core.connector.heat import derated_ma
from core.connector.protection import NO_LIMIT_MA
from tests.unit.connector_bench import Bench

MINUTE_MS = 60000
WINDOW_MS = 2000
SOON_MS = 16000  # 10 degrees in each window


def stopped(bench, limit_ms=8000):
    return bench.run(limit_ms, lambda: not bench.closed)


@pytest.mark.parametrize("temperature_dc, expected_ma", [
    (-400, NO_LIMIT_MA), (600, NO_LIMIT_MA), (601, 47580), (650, 27000), (699, 6420),
    (700, 6000), (740, 6000)])
def test_heat_lowers_the_current_from_60_to_70_degrees(temperature_dc, expected_ma):
    assert derated_ma(temperature_dc, 48000) == expected_ma


@given(st.integers(-400, 1500), st.integers(6000, 80000))
def test_more_heat_never_means_more_current(temperature_dc, rating_ma):
    hotter = derated_ma(temperature_dc + 1, rating_ma)
    assert 6000 <= hotter <= derated_ma(temperature_dc, rating_ma)


def test_a_warm_unit_offers_less_and_says_why():
    bench = Bench().charge(48000, draw_ma=(5000, 0, 0))
    bench.temperature_dc = 651
    bench.run(SOON_MS)
    assert (bench.offered_ma, bench.connector.reason) == (26500, reasons.TEMPERATURE)
    assert bench.snapshot().cap_ma == 26500


def test_small_changes_of_temperature_do_not_make_the_offer_swing():
    bench = Bench().charge(48000, draw_ma=(5000, 0, 0))
    bench.temperature_dc = 650
    bench.run(SOON_MS)
    offers = set()
    for _ in range(20):
        for bench.temperature_dc in (642, 650):
            bench.run(3000)
            offers.add(bench.offered_ma)
    assert offers == {27000}


def test_too_hot_stops_and_resumes_only_below_65_degrees():
    bench = Bench().charge(draw_ma=(5000, 0, 0))
    bench.temperature_dc = 749
    bench.run(SOON_MS)
    assert bench.closed
    bench.temperature_dc = 751
    assert stopped(bench) <= 2 * WINDOW_MS
    assert bench.connector.fault == reasons.OVERHEAT
    bench.temperature_dc = 650
    bench.run(5 * MINUTE_MS)
    assert bench.connector.fault == reasons.OVERHEAT
    bench.temperature_dc = 649
    assert bench.run(9000, lambda: bench.closed) is not None


def test_heat_may_come_and_go_without_end():
    bench = Bench().charge()
    for _ in range(30):
        bench.temperature_dc = 760
        bench.run(SOON_MS)
        assert not bench.closed
        bench.temperature_dc = 400
        assert bench.run(SOON_MS, lambda: bench.closed) is not None


@pytest.mark.parametrize("lost_dc", [None, -9999, -500, 2600])
def test_a_sensor_that_is_lost_limits_to_16_a_with_a_reason_of_its_own(lost_dc):
    bench = Bench().charge(32000, draw_ma=(5000, 0, 0))
    bench.temperature_dc = lost_dc
    bench.run(4900)
    assert (bench.offered_ma, bench.connector.reason) == (32000, reasons.LEASE)
    bench.run(200)
    assert (bench.offered_ma, bench.connector.reason) == (16000, reasons.SENSOR)
    assert bench.snapshot().cap_ma == 16000
    bench.temperature_dc = 300
    bench.run(9000)
    assert (bench.offered_ma, bench.connector.reason) == (32000, reasons.LEASE)


@pytest.mark.parametrize("lost_dc", [-9999, -500, 2600])
def test_a_sensor_that_never_worked_is_lost_as_well(lost_dc):
    bench = Bench()
    bench.temperature_dc = lost_dc
    bench.run(6000)
    bench.charge(32000, draw_ma=(5000, 0, 0))
    assert (bench.offered_ma, bench.connector.reason) == (16000, reasons.SENSOR)


def test_a_board_without_a_sensor_is_not_limited():
    bench = Bench(thermometer=False)
    bench.temperature_dc = None
    bench.charge(32000)
    bench.run(MINUTE_MS)
    assert bench.offered_ma == 32000


@pytest.mark.parametrize("hot_dc, offered_ma", [(700, 6000), (680, 14400), (640, 16000)])
def test_a_sensor_that_is_lost_raises_nothing(hot_dc, offered_ma):
    bench = Bench().charge(48000, draw_ma=(5000, 0, 0))
    bench.temperature_dc = hot_dc
    bench.run(SOON_MS)
    bench.temperature_dc = -9999
    bench.run(MINUTE_MS)
    assert bench.offered_ma == offered_ma


def test_a_hot_unit_whose_sensor_falls_silent_stays_off():
    bench = Bench().charge()
    bench.temperature_dc = 760
    bench.run(SOON_MS)
    bench.temperature_dc = None
    bench.run(MINUTE_MS)
    assert (bench.connector.fault, bench.closed) == (reasons.OVERHEAT, False)


def noisy(bench, true_dc, sigma_dc, ms, outliers=0):
    """Changes of the duty while each reading is off by noise, and one in so many by far more."""
    draw = random.Random(7)
    before = len(bench.trace)
    for _ in range(0, ms, 20):
        bench.temperature_dc = int(draw.gauss(true_dc, sigma_dc))
        if outliers and draw.randrange(outliers) == 0:
            bench.temperature_dc = true_dc + draw.choice((-1, 1)) * draw.randrange(200, 1000)
        bench.step()
    duties = [row[1][0] for row in bench.trace[before - 1:]]
    return sum(a != b for a, b in zip(duties, duties[1:]))


@pytest.mark.parametrize("true_dc", [580, 600, 610, 640, 690])
@pytest.mark.parametrize("sigma_dc, most", [(5, 3), (20, 8)])
def test_noise_at_the_edge_of_derating_hardly_changes_the_duty(true_dc, sigma_dc, most):
    bench = Bench().charge(48000, draw_ma=(5000, 0, 0))
    bench.temperature_dc = true_dc
    bench.run(SOON_MS)
    assert noisy(bench, true_dc, sigma_dc, 10 * MINUTE_MS) <= most
    assert bench.closed


@pytest.mark.parametrize("sigma_dc, outliers", [(100, 0), (300, 0), (100, 20000), (100, 300)])
def test_readings_far_off_stop_nothing(sigma_dc, outliers):
    bench = Bench().charge()
    noisy(bench, 450, sigma_dc, 10 * MINUTE_MS, outliers)
    assert (bench.closed, bench.connector.fault, bench.offered_ma) == (True, 0, 16000)


def test_real_heat_is_seen_through_noise():
    bench = Bench().charge()
    draw = random.Random(3)
    for seconds in range(40):
        for _ in range(50):
            bench.temperature_dc = int(draw.gauss(600 + 5 * seconds, 20))
            bench.step()
    assert not bench.closed and bench.connector.fault == reasons.OVERHEAT
