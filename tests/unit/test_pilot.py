# SPDX-License-Identifier: MIT
"""Amps to duty and back, every 0.1 A of both branches, against exact fractions."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.connector import pilot_duty

EVERY_TENTH = range(6000, 80001, 100)


def understood_ma(duty, scale=65536):
    """What a vehicle reads (SAE J1772 table 6B), exactly; written apart from the firmware's."""
    percent = Fraction(duty * 100, scale)
    if percent < 8 or percent > 97:
        return Fraction(0)
    if percent < 10:
        return Fraction(6000)
    if percent <= 85:
        return percent * 600
    return min(Fraction(80000), (percent - 64) * 2500)


def in_gap(amount_ma):
    return 51000 < amount_ma <= 52500


def test_every_tenth_of_an_amp_comes_back_and_is_never_rounded_up():
    for amount in EVERY_TENTH:
        duty = pilot_duty.duty_u16(amount)
        expected = 51000 if in_gap(amount) else amount
        assert pilot_duty.amount_ma(duty) == expected
        # One step of 16 bits is 0.92 mA on the first line, 3.81 mA on the second.
        assert expected - 4 < understood_ma(duty) <= expected


@pytest.mark.parametrize("bits", [13, 14, 15])
def test_coarser_hardware_never_offers_more_than_asked(bits):
    step_ma = 250000 / (1 << bits)
    for amount in EVERY_TENTH:
        duty = pilot_duty.duty_u16(amount, bits)
        expected = 51000 if in_gap(amount) else amount
        hardware = duty >> (16 - bits)
        assert hardware << (16 - bits) == duty
        assert expected - step_ma < understood_ma(hardware, 1 << bits) <= expected
        assert pilot_duty.amount_ma(duty) == expected


@given(st.integers(-1000, 200000), st.integers(13, 16))
def test_any_amount_is_signalled_at_most_as_asked(amount, bits):
    duty = pilot_duty.duty_u16(amount, bits)
    assert understood_ma(duty) <= max(0, amount)
    assert pilot_duty.amount_ma(duty) == pilot_duty.floor_ma(amount)
    assert 0 <= pilot_duty.floor_ma(amount) <= max(0, amount)


@pytest.mark.parametrize("amount", [-1, 0, 1, 3000, 5900, 5999])
def test_below_six_amps_there_is_no_code_so_the_pilot_is_steady(amount):
    assert pilot_duty.floor_ma(amount) == 0
    for bits in (13, 16):
        assert pilot_duty.duty_u16(amount, bits) == pilot_duty.X1_U16


def test_no_amount_gives_the_duties_for_digital_communication_or_errors():
    for amount in range(0, 100000, 50):
        for bits in (13, 16):
            duty = pilot_duty.duty_u16(amount, bits)
            percent = Fraction(duty * 100, 65536)
            assert duty == pilot_duty.X1_U16 or Fraction(998, 100) < percent <= 96


@pytest.mark.parametrize("amount", [51001, 51100, 52000, 52499, 52500, 52599])
def test_between_51_and_52_5_amps_it_goes_down_to_51(amount):
    duty = pilot_duty.duty_u16(amount)
    assert pilot_duty.floor_ma(amount) == pilot_duty.amount_ma(duty) == 51000
    assert understood_ma(duty) <= 51000


def test_the_second_line_begins_above_the_seam():
    assert pilot_duty.amount_ma(pilot_duty.duty_u16(52600)) == 52600
    assert understood_ma(pilot_duty.duty_u16(52600, 13), 65536) > 52500


def test_above_80_amps_it_stays_at_80():
    assert pilot_duty.duty_u16(80001) == pilot_duty.duty_u16(1000000) == pilot_duty.duty_u16(80000)


@pytest.mark.parametrize("amount, percent", [
    (6000, "10.00"), (8000, "13.33"), (10000, "16.67"), (13000, "21.67"), (16000, "26.67"),
    (20000, "33.33"), (24000, "40.00"), (32000, "53.33"), (40000, "66.67"), (48000, "80.00"),
    (63000, "89.20"), (80000, "96.00")])
def test_the_usual_currents_have_the_duties_of_the_standard(amount, percent):
    assert "%.2f" % (pilot_duty.duty_u16(amount) * 100 / 65536) == percent


def test_what_is_read_back_is_never_less_than_a_vehicle_understands():
    for duty in range(65536):
        exact = understood_ma(duty) if duty != pilot_duty.X1_U16 else 0
        assert exact <= pilot_duty.amount_ma(duty) < exact + 100


def test_a_longer_pulse_never_means_less_within_the_coded_range():
    read = [pilot_duty.amount_ma(duty) for duty in range(5243, 63570)]
    assert read == sorted(read)


def test_the_steady_levels_offer_nothing():
    assert pilot_duty.amount_ma(pilot_duty.X1_U16) == pilot_duty.amount_ma(pilot_duty.F_U16) == 0
    assert pilot_duty.amount_ma(65536 * 5 // 100) == 0
