# SPDX-License-Identifier: MIT
"""The hal against a small chip: time, pilot, contactor."""

import pytest
from hal.clock import Clock
from hal.contactor import Contactor
from hal.pilot import ControlPilot

from core.connector import pilot_duty as duty
from core.load import load
from tests.fakes.chip import TICKS, Machine, Time

DEVKITC = {"pwm_pin": 27, "adc_pin": 36, "offset_mv": 1338, "gain_mv_per_v_x10": 1021}


@pytest.fixture
def time():
    return Time(1000)


@pytest.fixture
def machine(time):
    return Machine(time)


# ---- clock

def test_the_clock_grows_over_the_wrap_of_the_ticks():
    time = Time(TICKS - 50)
    clock = Clock(time)
    time.sleep_ms(100)
    assert clock.now_ms() == 100
    time.sleep_ms(1 << 28)
    assert clock.now_ms() == 100 + (1 << 28)


# ---- control pilot

def pilot_on(machine, time, high_mv=12000, low_mv=-12000):
    machine.pilot = (1338, 1021, high_mv, low_mv)
    return ControlPilot(DEVKITC, machine, time)


def test_the_pilot_starts_at_steady_high_never_at_the_drivers_50_percent(machine, time):
    pilot_on(machine, time)
    assert machine.pwms[0].duty_u16() == 65535
    assert machine.pwms[0].freq == 1000


def test_two_writes_are_at_least_3_ms_apart_and_the_later_one_is_not_lost(machine, time):
    pilot = pilot_on(machine, time)
    time.sleep_ms(20)
    pilot.write(6553)
    before = machine.pwms[0].writes
    pilot.write(13107)
    assert machine.pwms[0].writes == before
    time.sleep_ms(20)
    pilot.write(13107)
    assert machine.pwms[0].duty_u16() == 13107


def test_a_write_that_the_hardware_lost_is_seen_and_repeated(machine, time):
    pilot = pilot_on(machine, time)
    time.sleep_ms(20)
    machine.pwms[0].lose = 1
    pilot.write(6553)
    assert pilot.duty_u16() == 65535
    time.sleep_ms(20)
    pilot.write(6553)
    assert pilot.duty_u16() == 6553
    assert pilot.retries == 1


@pytest.mark.parametrize("high_mv", (12000, 9000, 6000, 3000))
@pytest.mark.parametrize("amps", (6, 16, 32, 48))
@pytest.mark.parametrize("interval_us", (40, 45, 60, 75, 80, 90, 100, 120, 125))
def test_both_levels_are_found_at_every_current_and_sampling_interval(
        machine, time, high_mv, amps, interval_us):
    machine.adc_us = interval_us
    pilot = pilot_on(machine, time, high_mv)
    time.sleep_ms(20)
    pilot.write(duty.duty_u16(amps * 1000))
    for _ in range(20):
        time.sleep_ms(20)
        high, low = pilot.read()
        assert high is not None and abs(high - high_mv) <= 150
        assert low is not None and abs(low + 12000) <= 150


def test_a_level_beyond_the_end_of_the_adc_is_plus_12_v(machine, time):
    clipping = dict(DEVKITC, offset_mv=1723, gain_mv_per_v_x10=1299, clip_mv=3100)
    machine.pilot = (1723, 1299, 12000, -12000)
    pilot = ControlPilot(clipping, machine, time)
    machine.uv[36] = 3070000  # the ADC shows no more
    assert pilot.read()[0] == 12000
    machine.uv[36] = 2892000
    assert abs(pilot.read()[0] - 9000) <= 10


def test_a_burst_without_a_high_sample_is_no_data_and_not_state_f(machine, time):
    pilot = pilot_on(machine, time, high_mv=-12000)
    time.sleep_ms(20)
    pilot.write(6553)
    assert pilot.read()[0] is None


@pytest.mark.parametrize("high_mv, low_mv, high, low", (
    (0, 0, 0, 0), (300, -300, 300, -300), (-200, -100, 0, -100),  # a short to 0 V
    (6000, 0, 6000, 0), (6000, 200, 6000, 200), (6000, -200, 6000, -200),  # no low half
    (6000, 6000, 6000, None), (9000, 9000, 9000, None), (3000, 3000, 3000, None)))  # frozen
@pytest.mark.parametrize("amps", (6, 16, 32, 48))
def test_a_short_is_0_v_and_a_low_half_is_never_taken_for_granted(
        machine, time, high_mv, low_mv, high, low, amps):
    pilot = pilot_on(machine, time)
    time.sleep_ms(20)
    pilot.write(duty.duty_u16(amps * 1000))
    machine.pilot = (1338, 1021, high_mv, low_mv)
    for _ in range(20):
        time.sleep_ms(20)
        read_high, read_low = pilot.read()
        assert read_high is not None and abs(read_high - high) <= 250
        assert (read_low is None) == (low is None)
        assert low is None or abs(read_low - low) <= 250


def test_at_minus_12_v_there_is_a_low_half_and_no_high_one(machine, time):
    pilot = pilot_on(machine, time)
    time.sleep_ms(20)
    pilot.write(0)
    assert pilot.read()[0] is None and abs(pilot.read()[1] + 12000) <= 20


def self_test(pilot):
    return load("hal", "pilot").self_test(pilot)


def test_samples_too_slow_to_see_both_halves_fail_the_self_test(machine, time):
    machine.adc_us = 217
    assert "a sample takes 217 us, must be 216 or less" in self_test(pilot_on(machine, time))


def test_the_self_test_names_a_level_that_is_wrong(machine, time):
    machine.uv[36] = 1338000  # 0 V whatever is driven
    assert "low level is 0 mV" in self_test(pilot_on(machine, time))


# ---- contactor

CONTACTOR = {"pins": [32, 27], "active_level": 1, "min_on_ms": 0, "min_off_ms": 3000}


def test_the_contactor_is_off_from_the_start_and_both_poles_switch(machine, time):
    contactor = Contactor(CONTACTOR, machine, time)
    assert (machine.levels[32], machine.levels[27]) == (0, 0)
    time.sleep_ms(3000)
    contactor.write(True)
    assert (machine.levels[32], machine.levels[27]) == (1, 1)


def test_closing_waits_for_the_least_time_off_and_opening_for_nothing(machine, time):
    contactor = Contactor(CONTACTOR, machine, time)
    contactor.write(True)
    assert machine.levels[32] == 0
    time.sleep_ms(3000)
    contactor.write(True)
    contactor.write(False)
    assert machine.levels[32] == 0
    time.sleep_ms(2999)
    contactor.write(True)
    assert machine.levels[32] == 0


def test_an_inverted_output_is_off_when_it_is_high(machine, time):
    contactor = Contactor(dict(CONTACTOR, active_level=0, min_off_ms=0), machine, time)
    assert machine.levels[32] == 1
    contactor.write(True)
    assert machine.levels[32] == 0


def test_feedback_is_read_where_fitted_and_none_elsewhere(machine, time):
    assert Contactor(CONTACTOR, machine, time).closed() is None
    fitted = dict(CONTACTOR, feedback={"pin": 33, "active_level": 0, "pull": "up"})
    contactor = Contactor(fitted, machine, time)
    assert machine.pulls[33] == machine.Pin.PULL_UP
    machine.levels[33] = 0
    assert contactor.closed() is True


def test_while_closing_waits_its_feedback_says_nothing_about_a_contact_that_fails(machine, time):
    fitted = dict(CONTACTOR, feedback={"pin": 35, "active_level": 1, "pull": "none"})
    contactor = Contactor(fitted, machine, time)
    assert contactor.closed() is False and machine.pulls[35] is None
    contactor.write(True)  # 3 s too early
    assert contactor.closed() is None
    time.sleep_ms(3000)
    contactor.write(True)
    assert contactor.closed() is False


def test_what_an_early_opening_left_of_the_least_time_on_is_waited_for_when_open(machine, time):
    contactor = Contactor(dict(CONTACTOR, min_on_ms=1000), machine, time)
    time.sleep_ms(3000)
    contactor.write(True)
    time.sleep_ms(400)
    contactor.write(False)  # an unplug: at once, whatever min_on_ms says
    assert machine.levels[32] == 0
    for wait_ms, level in ((3599, 0), (1, 1)):
        time.sleep_ms(wait_ms)
        contactor.write(True)
        assert machine.levels[32] == level
    time.sleep_ms(1000)
    contactor.write(False)
    time.sleep_ms(3000)
    contactor.write(True)
    assert machine.levels[32] == 1

