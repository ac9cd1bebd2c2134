# SPDX-License-Identifier: MIT
"""The hal against a small chip: time, pilot, contactor, inputs, radio, last run."""

import asyncio
import sys
from types import SimpleNamespace

import pytest
from hal import last_run
from hal.clock import Clock
from hal.contactor import Contactor
from hal.pilot import ControlPilot
from hal.proximity import Proximity, Tethered
from hal.radio import INBOX_MAX
from hal.radio_espnow import EspNowRadio
from hal.rcm import Rcm
from hal.temperature import LOST_DC, temperature

from core import pilot as duty
from tests.fakes.chip import TICKS, EspNow, Machine, Network, Time

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


def test_samples_too_slow_to_see_both_halves_fail_the_self_test(machine, time):
    machine.adc_us = 217
    assert "a sample takes 217 us, must be 216 or less" in pilot_on(machine, time).self_test()


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


NTC_10K = {"kind": "ntc", "pin": 35, "pullup_ohm": 10000, "supply_mv": 3300, "r25_ohm": 10000,
           "beta": 3950}


@pytest.mark.parametrize("pin_mv", (0, 40, 3060, 3100, 3300))
def test_a_broken_or_shorted_thermistor_is_lost(machine, time, pin_mv):
    machine.uv[35] = pin_mv * 1000
    assert temperature(NTC_10K, machine, time).read_dc() == LOST_DC


@pytest.mark.parametrize("pin_mv, dc", ((1650, 250), (2900, -137), (400, 774)))
def test_a_thermistor_reads_tenths_of_a_degree(machine, time, pin_mv, dc):
    machine.uv[35] = pin_mv * 1000
    assert abs(temperature(NTC_10K, machine, time).read_dc() - dc) <= 10


def test_a_thermistor_that_ends_at_a_usual_temperature_is_not_lost_when_it_is_cold(machine, time):
    row = dict(NTC_10K, pullup_ohm=4700, r25_ohm=100000)
    sensor = temperature(row, machine, time)
    for pin_mv, dc in ((3300 * 100000 // 104700, 250), (3100, 320)):
        machine.uv[35] = pin_mv * 1000
        assert abs(sensor.read_dc() - dc) <= 10


@pytest.mark.parametrize("pin_mv, dc", ((750, 250), (1250, 750), (100, LOST_DC), (0, LOST_DC),
                                        (3100, LOST_DC)))
def test_the_mcp9700_reads_tenths_of_a_degree_and_at_an_end_of_the_adc_is_lost(
        machine, time, pin_mv, dc):
    machine.uv[36] = pin_mv * 1000
    assert temperature({"kind": "mcp9700", "pin": 36}, machine, time).read_dc() == dc


class OneWireBus:
    """A DS18B20 as its driver shows it; `says`: the next readings, or what they raise."""

    def __init__(self, roms=1):
        self.roms, self.says, self.present = [b"x" * 8] * roms, [], True
        self.dc = 31.5

    def scan(self):
        return self.roms

    def convert_temp(self):
        if not self.present:
            raise Exception("OneWireError")

    def read_temp(self, rom):
        said = self.says.pop(0) if self.says else self.dc
        if isinstance(said, Exception):
            raise said
        return said


def plug_in(bus, patch):
    """The driver's modules are those of this bus."""
    patch.setitem(sys.modules, "ds18x20", SimpleNamespace(DS18X20=lambda wire: bus))
    patch.setitem(sys.modules, "onewire", SimpleNamespace(OneWire=lambda pin: None))
    return bus


@pytest.fixture
def bus(monkeypatch):
    return plug_in(OneWireBus(), monkeypatch)


def ds18b20(machine, time):
    """The sensor once it has a reading."""
    sensor = temperature({"kind": "ds18b20", "pin": 4}, machine, time)
    assert sensor.read_dc() == LOST_DC
    assert after(sensor, time, 1) == [315]
    return sensor


def after(sensor, time, readings):
    """What it says after each of the next readings."""
    said = []
    for _ in range(readings):
        time.sleep_ms(2020)
        said.append(sensor.read_dc())
    return said


@pytest.mark.parametrize("bad", (Exception("CRC error"), None, 85.0, 100.0, -127.0, 55.0))
def test_one_or_two_bad_readings_of_a_1_wire_sensor_are_dropped(machine, time, bus, bad):
    sensor = ds18b20(machine, time)
    bus.says = [bad, 31.5, bad, 31.5]
    assert after(sensor, time, 4) == [315] * 4
    bus.says = [Exception("CRC error"), bad, 32.0]
    assert after(sensor, time, 3) == [315, 315, 320]


def test_a_missed_presence_pulse_is_no_temperature_and_raises_nothing(machine, time, bus):
    sensor = ds18b20(machine, time)
    bus.present = False
    assert after(sensor, time, 2) == [315, 315]
    bus.present, bus.dc = True, 31.0
    assert after(sensor, time, 2) == [315, 310]


@pytest.mark.parametrize("bad", (Exception("CRC error"), None, 85.0))
def test_a_1_wire_sensor_that_stays_bad_is_lost_and_comes_back(machine, time, bus, bad):
    sensor = ds18b20(machine, time)
    bus.says = [bad] * 6
    assert after(sensor, time, 6) == [315, 315, LOST_DC, LOST_DC, LOST_DC, LOST_DC]
    assert after(sensor, time, 1) == [315]


def test_a_1_wire_sensor_that_jumps_is_believed_the_second_time(machine, time, bus):
    sensor = ds18b20(machine, time)
    bus.says = [70.0, 70.5, 79.0, 85.0]
    assert after(sensor, time, 4) == [315, 705, 790, 850]


def test_a_1_wire_sensor_that_was_not_found_is_lost(machine, time, bus):
    bus.roms = []
    sensor = temperature({"kind": "ds18b20", "pin": 4}, machine, time)
    assert [sensor.read_dc(), *after(sensor, time, 3)] == [LOST_DC] * 4


# ---- radio

@pytest.fixture
def espnow(time):
    return EspNow(time)


@pytest.fixture
def radio(espnow, time):
    return EspNowRadio(Network, espnow, time)


def test_the_receive_buffer_is_set_before_the_driver_is_active(radio, espnow):
    assert espnow.rxbuf_before_active


def test_modem_sleep_is_off(radio):
    assert radio.station.settings["pm"] == 0


def test_frames_go_out_as_broadcast_without_waiting(radio, espnow):
    radio.send(0, b"x")
    radio.send(3, b"y")
    assert [(f[0], f[2]) for f in espnow.sent] == [(b"\xff" * 6, False)] * 2


def test_a_broken_receive_buffer_heals_by_starting_the_driver_anew(radio, espnow):
    espnow.broken = True
    assert radio.receive() is None
    assert radio.counts["healed"] == 1
    assert espnow.peers == [b"\xff" * 6]
    espnow.frames = [(b"abcdef", b"frame")]
    assert radio.receive() == (b"abcdef", b"frame")


def test_healing_is_not_repeated_in_a_tight_loop(radio, espnow, time):
    espnow.broken = True
    radio.receive()
    espnow.broken = True
    radio.receive()
    assert radio.counts["healed"] == 1
    time.sleep_ms(1000)
    radio.receive()
    assert radio.counts["healed"] == 2


def test_a_flood_is_dropped_and_counted_beyond_the_inbox(radio, espnow):
    espnow.frames = [(b"abcdef", b"frame")] * 3 * INBOX_MAX
    while radio.receive():
        pass
    assert radio.counts["dropped"] > 0


def test_a_frame_that_cannot_be_sent_is_counted_and_nothing_raises(radio, espnow):
    espnow.active(False)
    radio.send(0, b"x")
    assert radio.counts["unsent"] == 1


def test_a_busy_air_never_makes_the_sharing_task_wait_for_the_driver(radio, espnow, time):
    espnow.on_air = False
    begin_ms = time.ticks_ms()
    for _ in range(200):
        radio.send(0, b"x")
    assert time.ticks_ms() == begin_ms
    assert radio.counts["unsent"] == 200 - len(espnow.sent) > 100 and radio.counts["healed"] == 0
    espnow.waiting -= 1
    before = len(espnow.sent)
    radio.send(0, b"y")
    assert len(espnow.sent) == before + 1


def test_a_driver_that_sends_nothing_any_more_is_started_anew(radio, espnow, time):
    espnow.on_air = False
    starts = espnow.starts
    for _ in range(30):
        time.sleep_ms(100)
        radio.send(0, b"x")
    assert espnow.starts == starts + 1 and radio.counts["healed"] == 1
    espnow.on_air = True
    time.sleep_ms(2000)
    radio.send(0, b"x")
    before = len(espnow.sent)
    radio.send(0, b"x")
    assert len(espnow.sent) == before + 1


def test_a_slow_driver_is_left_alone(radio, espnow, time):
    espnow.on_air = False
    for _ in range(50):
        time.sleep_ms(100)
        radio.send(0, b"x")
        espnow.waiting -= espnow.waiting > 7
    assert radio.counts["healed"] == 0


def test_a_wait_ends_with_a_frame_a_wake_or_the_time(radio, espnow, time, monkeypatch):
    async def sleep_ms(ms):
        time.sleep_ms(max(1, ms))
    monkeypatch.setattr(asyncio, "sleep_ms", sleep_ms, raising=False)

    def waited(span_ms):
        begin_ms = time.ticks_ms()
        asyncio.run(radio.wait(span_ms))
        return time.ticks_ms() - begin_ms
    assert 1000 <= waited(1000) <= 1020
    radio.wake()
    assert waited(1000) <= 20
    espnow.frames = [(b"abcdef", b"frame")]
    assert waited(1000) <= 20


# ---- last run

def test_three_watchdog_resets_within_ten_minutes_lock(machine):
    machine.cause = machine.PWRON_RESET
    assert not last_run.LastRun(machine).locked
    machine.cause = machine.WDT_RESET
    assert [last_run.LastRun(machine).locked for _ in range(3)] == [False, False, True]


def test_a_long_run_between_two_watchdog_resets_starts_the_count_anew(machine):
    machine.cause = machine.WDT_RESET
    for _ in range(2):
        run = last_run.LastRun(machine)
    run.note(last_run.RUNNING, 601)
    assert not last_run.LastRun(machine).locked


def test_loss_of_power_and_the_owner_unlock(machine):
    machine.cause = machine.WDT_RESET
    for _ in range(3):
        run = last_run.LastRun(machine)
    run.unlock()
    assert not last_run.LastRun(machine).locked


def test_garbage_in_rtc_memory_is_no_count(machine):
    machine.rtc = b"\xff" * 10
    assert not last_run.LastRun(machine).locked
