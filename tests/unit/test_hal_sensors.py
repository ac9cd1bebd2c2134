# SPDX-License-Identifier: MIT
"""What the hal reads of cable, monitor and temperature, good and bad."""

import sys
from types import SimpleNamespace

import pytest
from core.load import load
from hal.proximity import Proximity, Tethered
from hal.rcm import Rcm
from hal.temperature import LOST_DC, temperature

from tests.fakes.chip import Machine, Time


@pytest.fixture
def time():
    return Time(1000)


@pytest.fixture
def machine(time):
    return Machine(time)


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
    assert "no trip within 100 ms" in load("hal", "rcm").self_test(rcm)
    assert machine.levels[5] == 0


def test_an_rcm_that_stays_tripped_is_named(machine, time):
    machine.levels[13] = 1
    rcm = Rcm(RCM, machine, time)
    assert rcm.tripped()
    assert "still tripped" in load("hal", "rcm").self_test(rcm)


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
