# SPDX-License-Identifier: MIT
"""Currents from transformers: right at every mains frequency, place of the bursts and noise,
and whatever is no measurement is no data instead of no current."""

import math
import random
import types

import pytest
from hal.meter_ct import READS, CtMeter, root
from hal.pilot import ControlPilot

from core.connector import pilot_duty as duty
from core.load import load
from tests.fakes.chip import Machine, Time

PILOT = {"pwm_pin": 27, "adc_pin": 36, "offset_mv": 1338, "gain_mv_per_v_x10": 1021}
ROW = {"kind": "ct", "pins": [35], "ma_per_mv_x10": 909, "offset_mv": 1650, "floor_ma": 700}
THREE = dict(ROW, pins=[35, 34, 39])
STEP_US = 20000


class Wires:
    """A board whose pilot takes a meter's samples along; current by pin, A."""

    def __init__(self, row=ROW, hertz=50, begin_us=1000000, adc_us=160, noise_mv=4,
                 middle_mv=1650):
        self.time = Time()
        self.time.us = self.next_us = begin_us
        self.machine = machine = Machine(self.time)
        machine.adc_us = adc_us
        machine.pilot = (1338, 1021, 6000, -12000)
        self.row, self.hertz, self.middle_mv = row, hertz, middle_mv
        self.amps = {pin: 0 for pin in row["pins"]}
        self.third = 0  # part of the third harmonic
        self._random = random.Random(1)
        self._noise_mv = noise_mv
        for number, pin in enumerate(row["pins"]):
            machine.uv[pin] = self.wave(pin, number * 2 * math.pi / 3)
        self.contactor = types.SimpleNamespace(is_closed=False)
        self.meter = CtMeter(row, machine, self.time, self.contactor)
        self.pilot = ControlPilot(PILOT, machine, self.time, self.meter)
        self.longest_us = 0

    def wave(self, pin, lag):
        def uv(us):
            angle = 2 * math.pi * self.hertz * us / 1000000 - lag
            peak_mv = self.amps[pin] * 10000 / self.row["ma_per_mv_x10"] * math.sqrt(2)
            swing = math.sin(angle) + self.third * math.sin(3 * angle)
            mv = self.middle_mv + peak_mv * swing + self._random.gauss(0, self._noise_mv)
            return int(1000 * min(3100, max(0, mv)))
        return uv

    def offer(self, ma):
        self.time.us += 5000
        self.pilot.write(duty.duty_u16(ma))
        self.next_us = self.time.us + STEP_US

    def run(self, seconds):
        """Bursts every 20 ms, sharp; the levels of the last one."""
        for _ in range(int(seconds * 50)):
            self.time.us = self.next_us
            self.next_us += STEP_US
            levels = self.pilot.read()
            self.longest_us = max(self.longest_us, self.time.us - self.next_us + STEP_US)
        return levels

    def charge(self, *amps, seconds=0.7):
        """The vehicle draws so much on the board's phases; what is read then."""
        self.run(3)
        self.offer(32000)
        self.contactor.is_closed = True
        for pin, current in zip(self.row["pins"], amps):
            self.amps[pin] = current
        self.run(seconds)
        return self.meter.read()


@pytest.mark.parametrize("adc_us", (60, 160, 230))
@pytest.mark.parametrize("hertz", (49.9, 50, 60))
@pytest.mark.parametrize("begin_us", (0, 2500, 5000))
@pytest.mark.parametrize("amps", (6, 32))
def test_one_phase_is_measured_wherever_the_bursts_lie_in_its_period(
        amps, begin_us, hertz, adc_us):
    wires = Wires(hertz=hertz, begin_us=1000000 + begin_us, adc_us=adc_us)
    draw = wires.charge(amps)
    assert abs(draw[0] - 1000 * amps) <= 30 * amps


@pytest.mark.parametrize("adc_us", (60, 190))
@pytest.mark.parametrize("hertz", (49.95, 60))
@pytest.mark.parametrize("begin_us", (0, 2500, 7500))
def test_three_phases_are_measured_each_by_itself(begin_us, hertz, adc_us):
    wires = Wires(THREE, hertz=hertz, begin_us=1000000 + begin_us, adc_us=adc_us)
    for ma, amps in zip(wires.charge(32, 6, 13), (32, 6, 13)):
        assert abs(ma - 1000 * amps) <= 30 * amps + 100


@pytest.mark.parametrize("begin_us", (0, 3000, 6000))
def test_a_third_harmonic_does_not_mislead(begin_us):
    wires = Wires(THREE, begin_us=1000000 + begin_us)
    wires.third = 0.1
    for ma, amps in zip(wires.charge(6, 6, 6), (6, 6, 6)):
        assert abs(ma - 1000 * amps) <= 300


def test_a_middle_that_is_off_is_learned_while_the_contactor_is_open():
    for middle_mv in (1520, 1780):
        wires = Wires(middle_mv=middle_mv)
        assert abs(wires.charge(6)[0] - 6000) <= 400


def test_a_current_that_stays_on_while_open_is_seen_and_no_middle_is_learned_from_it():
    wires = Wires()
    wires.run(3)
    assert wires.meter.read() == (0, 0, 0)
    wires.amps[35] = 10  # welded
    wires.run(5)
    assert abs(wires.meter.read()[0] - 10000) <= 1000


def test_noise_without_a_current_is_none_and_not_a_small_one():
    wires = Wires(noise_mv=6)
    assert wires.charge(16) is not None
    wires.amps[35] = 0
    wires.run(0.7)
    assert wires.meter.read() == (0, 0, 0)


def test_a_transformer_that_is_not_plugged_in_is_no_data_and_never_0_a():
    wires = Wires()
    wires.amps = {35: 0}
    assert wires.charge(0, seconds=20) is None
    wires.contactor.is_closed = False
    wires.run(3)
    assert wires.meter.read() == (0, 0, 0)
    assert wires.charge(0) is None


def test_a_transformer_that_came_off_between_two_vehicles_is_no_data():
    wires = Wires()
    assert wires.charge(16) is not None
    wires.contactor.is_closed = False
    wires.amps[35] = 0
    wires.run(1)
    assert wires.charge(0, seconds=20) is None


def test_a_wave_that_is_cut_off_is_no_data():
    assert Wires(dict(ROW, ma_per_mv_x10=500)).charge(70) is None


@pytest.mark.parametrize("begin_us", (0, 2500, 5000, 7500))
def test_a_small_current_does_not_move_the_middle(begin_us):
    wires = Wires(begin_us=1000000 + begin_us, noise_mv=1)
    wires.charge(1.2, seconds=3)
    wires.amps[35] = 6
    wires.run(0.7)
    assert abs(wires.meter.read()[0] - 6000) <= 300


@pytest.mark.parametrize("steps", range(0, 15, 2))
def test_what_was_before_the_contactor_closed_has_no_part_in_what_is_read(steps):
    wires = Wires()
    wires.run(3)
    wires.offer(16000)
    wires.run((steps + 1.1) / 50)
    wires.contactor.is_closed = True
    wires.amps[35] = 16
    draws = []
    for _ in range(40):
        wires.run(0.02)
        draws.append(wires.meter.read())
    assert draws[-1] is not None
    assert all(draw is None or abs(draw[0] - 16000) < 500 for draw in draws)


def test_no_current_is_believed_once_one_was_seen_in_the_same_closing():
    wires = Wires()
    assert wires.charge(0) is None
    wires.amps[35] = 6
    wires.run(0.7)
    assert wires.meter.read() is not None
    wires.amps[35] = 0
    wires.run(0.7)
    assert wires.meter.read() == (0, 0, 0)


def test_one_transformer_stands_for_all_phases_of_the_unit():
    draw = Wires().charge(16)
    assert draw[0] == draw[1] == draw[2]


@pytest.mark.parametrize("pin_mv", (0, 80, 3100))
def test_an_input_at_an_end_of_the_adc_is_no_data(pin_mv):
    wires = Wires()
    assert wires.charge(16) is not None
    wires.machine.uv[35] = pin_mv * 1000
    wires.run(0.7)
    assert wires.meter.read() is None


@pytest.mark.parametrize("pin_mv", (1450, 1850, 700))
@pytest.mark.parametrize("closed", (False, True))
def test_a_middle_voltage_that_is_gone_is_no_data_and_never_0_a(pin_mv, closed):
    wires = Wires(THREE)
    wires.charge(16, 16, 16)
    wires.contactor.is_closed = closed
    wires.machine.uv[34] = pin_mv * 1000
    wires.run(0.7)
    assert wires.meter.read() is None


def test_a_current_beyond_the_range_is_no_data():
    wires = Wires(dict(ROW, ma_per_mv_x10=2000))
    assert wires.charge(130) is None


def test_what_is_old_is_no_data_even_when_the_ticks_have_wrapped():
    wires = Wires()
    assert wires.charge(16) is not None
    for days in (0, 7, 13):
        wires.run(0.7)
        wires.time.us += days * 86400000000 + 2600000
        assert wires.meter.read() is None
        wires.next_us = wires.time.us


def test_before_the_first_window_is_full_nothing_is_known():
    wires = Wires()
    assert wires.meter.read() is None
    wires.run(1)
    assert wires.meter.read() is None
    wires.run(0.3)
    assert wires.meter.read() == (0, 0, 0)


def test_one_step_takes_at_most_six_samples_along_and_none_of_the_pilots_away():
    wires = Wires(THREE)
    wires.charge(16, 16, 16)
    before = dict(wires.machine.reads)
    wires.run(0.02)
    taken = {pin: wires.machine.reads[pin] - before.get(pin, 0) for pin in wires.machine.reads}
    assert taken[36] == 60
    assert sum(taken[pin] for pin in THREE["pins"]) == READS == 6
    assert wires.longest_us < 12500


def test_without_pwm_three_of_four_steps_take_no_sample_along():
    wires = Wires()
    wires.run(0.4)
    assert wires.machine.reads[35] == 20 // 4 * READS


@pytest.mark.parametrize("high_mv", (12000, 9000, 6000, 3000))
@pytest.mark.parametrize("amps", (6, 16, 48))
@pytest.mark.parametrize("adc_us", (40, 45, 60, 75, 90, 100, 120, 125, 145, 160, 172, 190))
def test_both_levels_of_the_pilot_are_found_with_samples_of_a_meter_between_them(
        high_mv, amps, adc_us):
    wires = Wires(adc_us=adc_us)
    wires.machine.pilot = (1338, 1021, high_mv, -12000)
    wires.offer(amps * 1000)
    for _ in range(20):
        wires.next_us += 37
        high, low = wires.run(0.02)
        assert high is not None and abs(high - high_mv) <= 150
        assert low is not None and abs(low + 12000) <= 150


def slots_of_the_pilot(step_us, reads):
    """Numbers of the slots in which the pilot is sampled when the meter takes its own."""
    slots, taken, slot = [], 0, 0
    while len(slots) < 60:
        if taken < reads and slot * step_us >= taken * 1667:
            taken += 1
        else:
            slots.append(slot)
        slot += 1
    return slots


@pytest.mark.parametrize("reads, steps", (
    (0, load("hal", "pilot").STEPS_US), (READS, load("hal", "pilot").STEPS_BESIDE_US)))
def test_every_step_hits_any_75_us_of_the_period_three_times(reads, steps):
    assert sorted(set(steps)) == list(steps)
    for step_us in steps:
        for period_us in (1000, 1001, 1002):
            hits = sorted(slot * step_us % period_us
                          for slot in slots_of_the_pilot(step_us, reads))
            hits += [hit + period_us for hit in hits]
            assert max(hits[n + 3] - hits[n] for n in range(60)) <= 75, (step_us, period_us)


def test_roots():
    for number in list(range(300)) + [10 ** 6 - 1, 10 ** 6, 2 ** 28 - 1, 2 ** 28]:
        assert root(number) == math.isqrt(number)
