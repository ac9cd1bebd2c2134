# SPDX-License-Identifier: MIT
"""The hal against a small chip: time, pilot, contactor, inputs."""

import pytest
from hal.clock import Clock
from hal.contactor import Contactor
from hal.pilot import ControlPilot
from hal.proximity import Proximity, Tethered
from hal.rcm import Rcm
from hal.temperature import temperature

from core import pilot as duty
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


def test_the_self_test_names_a_level_that_is_wrong(machine, time):
    machine.uv[36] = 1338000  # 0 V whatever is driven
    assert "low level is 0 mV" in pilot_on(machine, time).self_test()


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


# ---- inputs

@pytest.mark.parametrize("pin_mv, cable_ma", (
    (300, 63000), (595, 32000), (1336, 20000), (1980, 13000), (3300, 0), (100, 0), (2500, 0)))
def test_the_cable_is_known_by_its_resistor_and_anything_else_is_none(machine, pin_mv, cable_ma):
    machine.uv[34] = pin_mv * 1000
    row = {"adc_pin": 34, "pullup_ohm": 1000, "supply_mv": 3300}
    assert Proximity(row, machine).cable_ma() == cable_ma


def test_a_tethered_cable_has_the_current_of_the_board_file():
    assert Tethered(32).cable_ma() == 32000 and Tethered(None).cable_ma() == 0


RCM = {"trip_pin": 13, "active_level": 1, "test_pin": 5, "test_level": 1, "test_ms": 100,
       "clear_ms": 100}


def test_an_rcm_that_does_not_trip_in_its_test_is_named(machine, time):
    rcm = Rcm(RCM, machine, time)
    assert "no trip within 100 ms" in rcm.self_test()
    assert machine.levels[5] == 0


def test_an_rcm_that_stays_tripped_is_named(machine, time):
    machine.levels[13] = 1
    rcm = Rcm(RCM, machine, time)
    assert rcm.tripped()
    assert "still tripped" in rcm.self_test()


def test_a_broken_or_shorted_thermistor_reads_as_hot(machine, time):
    row = {"kind": "ntc", "pin": 35, "pullup_ohm": 4700, "supply_mv": 3300, "r25_ohm": 100000,
           "beta": 3950}
    sensor = temperature(row, machine, time)
    for pin_mv in (0, 3300):
        machine.uv[35] = pin_mv * 1000
        assert sensor.read_dc() >= 1000
    machine.uv[35] = 3300 * 100000 // 104700 * 1000
    assert abs(sensor.read_dc() - 250) <= 5


def test_the_mcp9700_reads_tenths_of_a_degree(machine, time):
    machine.uv[36] = 750000
    assert temperature({"kind": "mcp9700", "pin": 36}, machine, time).read_dc() == 250
