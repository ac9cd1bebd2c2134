# SPDX-License-Identifier: MIT
"""The connector from outside: inputs to pilot duty and contactor, on a clock of 20 ms."""

import pytest

from core import reasons
from core.connector import pilot_duty
from core.connector.on_demand.state_words import state_name
from tests.unit.connector_bench import Bench, grant

STARTS_MS = [0, 2**30 - 60000, 2**30 - 3000]


def opens_after(bench, limit_ms=10000):
    """Time of the last reading before the contactor's output went off, in ms."""
    return bench.run(limit_ms, lambda: not bench.closed)


@pytest.mark.parametrize("start_ms", STARTS_MS)
def test_a_vehicle_is_seen_offered_current_and_connected(start_ms):
    bench = Bench(start_ms)
    bench.allowed = grant(16000)
    bench.run(1000)
    assert (state_name(bench.connector), bench.connector.reason) == ("A1", reasons.NO_VEHICLE)
    bench.plug("B")
    assert (state_name(bench.connector), bench.offered_ma, bench.closed) == ("B2", 16000, False)
    bench.letter = "C"
    assert bench.run(3000, lambda: bench.closed) == 19 * 20
    assert (state_name(bench.connector), bench.connector.reason) == ("C2", reasons.LEASE)


@pytest.mark.parametrize("start_ms", STARTS_MS)
@pytest.mark.parametrize("phase_ms", range(0, 20, 5))
def test_an_unplug_opens_within_three_readings_and_stops_the_oscillator(start_ms, phase_ms):
    bench = Bench(start_ms + phase_ms).charge()
    bench.letter = "A"
    assert opens_after(bench) == 40
    assert (bench.duty, bench.offered_ma) == (pilot_duty.X1_U16, 0)


@pytest.mark.parametrize("letter, within_ms", [("A", 40), ("B", 40), ("D", 40), ("E", 40)])
def test_every_way_out_of_charging_opens_within_60_ms(letter, within_ms):
    bench = Bench().charge()
    bench.letter = letter
    assert opens_after(bench) == within_ms


def test_an_unplug_while_charging_with_ventilation_opens_within_60_ms():
    bench = Bench(ventilation=True)
    bench.allowed = grant(16000)
    bench.plug("B")
    bench.letter = "D"
    assert bench.run(3000, lambda: bench.closed) == 19 * 20
    bench.letter = "A"
    assert opens_after(bench) == 40


def test_an_unplug_while_stopping_opens_within_60_ms():
    bench = Bench().charge()
    bench.allowed = grant(0, reason=reasons.PAUSED)
    bench.run(1000)
    assert bench.closed and bench.duty == pilot_duty.X1_U16
    bench.letter = "A"
    assert opens_after(bench) == 40


def test_an_unplug_is_seen_between_bursts_without_data():
    bench = Bench().charge()
    bench.letter = "A"
    for no_sample in (True, False, True, False, True, False):
        bench.no_sample = no_sample
        bench.step()
    assert not bench.closed


def test_a_vehicle_that_pauses_is_disconnected_and_may_come_back():
    bench = Bench().charge()
    bench.letter = "B"
    assert opens_after(bench) == 40
    assert bench.offered_ma == 16000
    bench.letter = "C"
    assert bench.run(3000, lambda: bench.closed) == 19 * 20


def test_a_stop_is_x1_first_and_opens_when_the_vehicle_has_let_go():
    bench = Bench().charge()
    bench.allowed = grant(0, reason=reasons.PAUSED)
    bench.step()
    assert (bench.duty, bench.closed) == (pilot_duty.X1_U16, True)
    bench.run(2500)
    assert bench.closed and bench.connector.reason == reasons.PAUSED
    bench.letter = "B"
    assert opens_after(bench) == 40


@pytest.mark.parametrize("start_ms", STARTS_MS)
def test_a_vehicle_that_does_not_let_go_is_opened_under_load_after_6_s(start_ms):
    bench = Bench(start_ms).charge()
    bench.allowed = grant(0, reason=reasons.PAUSED)
    assert opens_after(bench) == 6000


def test_a_stop_that_has_begun_is_ended_before_pwm_runs_again():
    bench = Bench().charge()
    bench.allowed = grant(0, reason=reasons.PAUSED)
    bench.run(500)
    bench.allowed = grant(20000)
    while bench.step().contactor:
        assert bench.duty == pilot_duty.X1_U16
        assert bench.connector.reason == reasons.WAIT_INCREASE
    bench.run(100)
    assert bench.offered_ma == 20000


def test_the_member_can_have_the_contactor_opened_at_once():
    bench = Bench().charge()
    bench.allowed = grant(0, reason=reasons.STALLED, open_now=True)
    assert opens_after(bench) == 0
    assert bench.connector.reason == reasons.STALLED


def test_increases_wait_5_s_after_the_last_change_and_decreases_never():
    bench = Bench().charge(20000, draw_ma=(9000, 0, 0))
    bench.run(6000)
    bench.allowed = grant(10000)
    bench.step()
    assert bench.offered_ma == 10000
    bench.allowed = grant(16000)
    assert 5000 <= bench.run(9000, lambda: bench.offered_ma == 16000) <= 5100
    bench.allowed = grant(32000)
    bench.run(2000)
    assert (bench.offered_ma, bench.connector.reason) == (16000, reasons.WAIT_INCREASE)
    bench.allowed = grant(12000)
    bench.step()
    assert bench.offered_ma == 12000
    bench.allowed = grant(11000)
    bench.step()
    assert bench.offered_ma == 11000


def test_the_first_pwm_comes_at_once_and_a_later_vehicle_waits_3_s_of_x1():
    bench = Bench()
    bench.allowed = grant(16000)
    bench.run(100)
    bench.letter = "B"
    assert bench.run(1000, lambda: bench.offered_ma > 0) == 40
    bench.run(8000)
    bench.letter = "A"
    off_ms = bench.run(1000, lambda: bench.offered_ma == 0)
    assert off_ms == 40
    bench.letter = "B"
    assert 3000 <= bench.run(9000, lambda: bench.offered_ma > 0) <= 3060


def test_current_that_returns_to_the_same_vehicle_waits_5_s_of_x1():
    bench = Bench()
    bench.allowed = grant(16000)
    bench.plug("B")
    bench.allowed = grant(0, reason=reasons.PAUSED)
    bench.step()
    bench.allowed = grant(6000)
    assert 5000 <= bench.run(9000, lambda: bench.offered_ma > 0) <= 5080


def test_after_a_decrease_it_closes_only_when_the_larger_offer_is_5_s_old():
    bench = Bench()
    bench.allowed = grant(20000)
    bench.plug("B")
    bench.allowed = grant(10000)
    bench.step()
    bench.letter = "C"
    assert 5000 <= bench.run(9000, lambda: bench.closed) <= 5100
    assert bench.snapshot().possible_ma == (10000, 0, 0)


def test_the_contactor_closes_only_after_a_fresh_look_at_the_diode():
    bench = Bench()
    bench.plug("C")
    assert state_name(bench.connector) == "C1"
    bench.allowed = grant(16000)
    # Three good low halves of the new PWM; the steps of the change itself see none.
    assert bench.run(1000, lambda: bench.closed) == 60
    assert state_name(bench.connector) == "C2"


def test_after_each_opening_the_diode_is_looked_at_anew():
    bench = Bench().charge()
    bench.letter = "B"
    assert opens_after(bench) == 40
    assert not bench.connector._pilot.diode_ok
    bench.run(1000)
    assert bench.connector._pilot.diode_ok


@pytest.mark.parametrize("letter", ["B", "C"])
def test_without_a_low_half_nothing_closes(letter):
    bench = Bench()
    bench.allowed, bench.no_low = grant(16000), True
    bench.plug(letter)
    bench.letter = "C"
    assert bench.run(30 * 60000, lambda: bench.closed) is None
    assert bench.connector.fault == reasons.NO_DATA


@pytest.mark.parametrize("early_ms", range(0, 200, 20))
def test_it_never_closes_on_a_reading_that_says_the_vehicle_has_left(early_ms):
    bench = Bench()
    bench.allowed = grant(20000)
    bench.plug("B")
    bench.allowed = grant(10000)
    bench.letter = "C"
    bench.run(5100 - early_ms)
    bench.letter = "B" if not bench.closed else "C"
    assert bench.run(3000, lambda: bench.closed) == (None if bench.letter == "B" else 0)


@pytest.mark.parametrize("config, inputs, expected", [
    ({"board_ma": 32000}, {}, (32000, reasons.BOARD)),
    ({"breaker_ma": 24000}, {}, (24000, reasons.BREAKER)),
    ({}, {"cable_ma": 20000}, (20000, reasons.CABLE)),
    ({}, {"temperature_dc": 650}, (27000, reasons.TEMPERATURE)),
    ({}, {}, (40000, reasons.LEASE)),
    ({"board_ma": 40000}, {}, (40000, reasons.BOARD)),
    ({"board_ma": 32000, "breaker_ma": 32000}, {}, (32000, reasons.BREAKER)),
])
def test_the_least_of_all_limits_is_offered_and_is_the_reason(config, inputs, expected):
    bench = Bench(**config)
    bench.allowed = grant(40000)
    for name, value in inputs.items():
        setattr(bench, name, value)
    bench.run(2200)  # the mean of a temperature takes 2 s
    bench.plug("B")
    assert (bench.offered_ma, bench.connector.reason) == expected


def test_of_equal_limits_the_first_is_the_reason():
    bench = Bench(board_ma=24000, breaker_ma=24000)
    bench.allowed = grant(24000)
    bench.cable_ma = 24000
    bench.plug("B")
    assert (bench.offered_ma, bench.connector.reason) == (24000, reasons.CABLE)
    bench.allowed = grant(0, reason=reasons.PAUSED)
    bench.plug("A")
    assert (bench.offered_ma, bench.connector.reason) == (0, reasons.NO_VEHICLE)


def test_what_the_member_gives_as_reason_for_no_current_is_shown():
    bench = Bench()
    bench.allowed = grant(0, reason=reasons.NOT_ENABLED)
    bench.plug("B")
    assert (bench.offered_ma, bench.connector.reason) == (0, reasons.NOT_ENABLED)


def test_a_vehicle_found_at_power_return_waits_its_delay():
    bench = Bench(start_delay_ms=12000)
    bench.allowed = grant(16000)
    bench.letter = "C"
    bench.run(11900)
    assert (bench.offered_ma, bench.connector.reason) == (0, reasons.POWER_RETURN)
    assert bench.snapshot().cap_ma == 0
    bench.run(200)
    assert bench.offered_ma == 16000


def test_a_vehicle_that_comes_after_power_return_need_not_wait():
    bench = Bench(start_delay_ms=12000)
    bench.allowed = grant(16000)
    bench.run(200)
    bench.plug("B")
    assert bench.offered_ma == 16000
