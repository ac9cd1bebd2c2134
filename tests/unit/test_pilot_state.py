# SPDX-License-Identifier: MIT
"""Voltages to states: thresholds, hysteresis, how many readings agree, and the diode."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.connector import pilot_duty
from core.connector.pilot_state import AGAIN_MS, UNKNOWN, A, B, C, D, E, F, PilotState, classify
from core.connector.on_demand.state_words import text

STATES = (A, B, C, D, E)
NOMINAL_MV = {A: 12000, B: 9000, C: 6000, D: 3000, E: 0}
# SAE J1772 table A1, with the old +/-1 V bands of table A2 where these are wider.
BANDS_MV = {A: (11000, 13000), B: (8000, 10000), C: (5000, 7000), D: (2000, 4000), E: (-500, 900)}
PWM = pilot_duty.duty_u16(16000)


class Readings:
    """Feeds one reading every 20 ms."""

    def __init__(self, start_ms=0, pace_ms=20):
        self.pilot, self.now_ms, self.pace_ms = PilotState(), start_ms, pace_ms

    def read(self, high_mv, low_mv=-12000, duty=PWM, count=1):
        for _ in range(count):
            self.pilot.step(high_mv, low_mv, duty, self.now_ms)
            self.now_ms += self.pace_ms
        return self.pilot.state

    def settle(self, state):
        assert self.read(NOMINAL_MV[state], count=25) == state
        return self


def needed(readings, high_mv):
    """How many readings it takes until the state is another one."""
    before = readings.pilot.state
    for count in range(1, 30):
        if readings.read(high_mv) != before:
            return count
    return None


@pytest.mark.parametrize("start_ms", [0, 2**30 - 60000, 2**30 - 40])
@pytest.mark.parametrize("state", STATES)
def test_nominal_voltages_are_recognised_from_the_start(state, start_ms):
    assert Readings(start_ms).settle(state).pilot.steady


@pytest.mark.parametrize("present", STATES + (UNKNOWN, F))
@pytest.mark.parametrize("state", STATES)
def test_the_whole_band_of_a_state_is_that_state_whatever_was_before(state, present):
    low_mv, high_mv = BANDS_MV[state]
    assert {classify(mv, present) for mv in range(low_mv, high_mv + 1, 10)} == {state}


@pytest.mark.parametrize("upper, lower, edge_mv", [
    (A, B, 10500), (B, C, 7500), (C, D, 4500), (D, E, 1500)])
def test_the_present_state_reaches_300_mv_beyond_its_edge(upper, lower, edge_mv):
    assert classify(edge_mv - 300, upper) == upper
    assert classify(edge_mv - 301, upper) == lower
    assert classify(edge_mv + 299, lower) == lower
    assert classify(edge_mv + 300, lower) == upper


@pytest.mark.parametrize("state", [B, C, D, E])
def test_an_unplug_is_seen_with_the_third_reading_in_every_state(state):
    assert needed(Readings().settle(state), 12000) == 3


@pytest.mark.parametrize("before, after, count", [
    (A, B, 3), (C, B, 3), (D, B, 3), (E, B, 3), (B, E, 3), (C, E, 3), (C, D, 3),
    (A, C, 20), (B, C, 20), (B, D, 20), (D, C, 20), (E, C, 20), (E, D, 20)])
def test_few_readings_leave_a_state_and_many_enter_one_that_may_charge(before, after, count):
    assert needed(Readings().settle(before), NOMINAL_MV[after]) == count


def test_nothing_is_known_before_enough_readings():
    readings = Readings()
    assert readings.read(12000, count=2) == UNKNOWN
    assert readings.read(12000) == A
    assert needed(Readings(), 6000) == 20


def test_on_the_way_out_passing_through_other_levels_takes_no_longer():
    readings = Readings().settle(C)
    assert readings.read(9000) == C
    assert readings.read(12000, count=2) == A


def test_one_wrong_reading_starts_the_count_for_charging_anew():
    readings = Readings().settle(B)
    assert readings.read(6000, count=19) == B
    readings.read(9000)
    assert needed(readings, 6000) == 20


def test_two_wrong_readings_between_good_ones_change_nothing():
    readings = Readings().settle(C)
    for _ in range(10):
        assert readings.read(12000, count=2) == C
        assert readings.read(6000) == C


def test_a_burst_without_a_high_sample_is_no_data_and_never_a_state():
    readings = Readings().settle(C)
    assert readings.read(None, count=3) == C
    assert not readings.pilot.no_data and not readings.pilot.steady
    readings.read(None)
    assert (readings.pilot.state, readings.pilot.no_data) == (C, True)
    readings.read(6000)
    assert not readings.pilot.no_data


@pytest.mark.parametrize("state", STATES[1:4])
def test_a_low_half_that_stays_away_while_pwm_runs_is_no_data(state):
    readings = Readings().settle(state)
    readings.read(NOMINAL_MV[state], low_mv=None, count=3)
    assert not readings.pilot.no_data and not readings.pilot.steady and readings.pilot.pending
    readings.read(NOMINAL_MV[state], low_mv=None)
    assert (readings.pilot.state, readings.pilot.no_data) == (state, True)
    readings.read(NOMINAL_MV[state])
    assert not readings.pilot.no_data and readings.pilot.steady


def test_halves_that_are_missing_in_turn_are_no_data():
    readings = Readings().settle(C)
    for high_mv, low_mv in ((None, -12000), (6000, None)) * 2:
        assert not readings.pilot.no_data
        readings.read(high_mv, low_mv)
    assert readings.pilot.no_data


def test_without_pwm_no_low_half_is_missed():
    readings = Readings().settle(B)
    readings.read(9000, low_mv=None, duty=pilot_duty.X1_U16, count=50)
    assert not readings.pilot.no_data and readings.pilot.steady


def test_an_unplug_is_seen_without_a_low_half():
    assert needed(Readings().settle(C), 12000) == 3
    readings = Readings().settle(C)
    assert readings.read(12000, low_mv=None, count=3) == A


def test_bursts_without_data_do_not_delay_an_unplug():
    readings = Readings().settle(C)
    for high_mv in (12000, None, 12000, None):
        assert readings.read(high_mv) == C
    assert readings.read(12000) == A


def test_our_own_minus_12_volts_is_state_f_and_is_left_as_at_the_start():
    readings = Readings().settle(C)
    assert readings.read(None, duty=pilot_duty.F_U16) == F
    assert needed(readings, 9000) == 3


def test_steps_closer_together_than_the_pace_are_one_reading():
    readings = Readings(pace_ms=AGAIN_MS - 1).settle(B)
    assert needed(readings, 12000) > 3
    # A timer's jitter of a few ms loses no reading.
    readings = Readings().settle(B)
    for pace_ms in (14, 26, 20):
        readings.pace_ms = pace_ms
        readings.read(12000)
    assert readings.pilot.state == A


def test_the_diode_is_checked_by_several_low_halves_while_pwm_runs():
    readings = Readings()
    readings.read(9000, low_mv=None, duty=pilot_duty.X1_U16, count=10)
    assert not readings.pilot.diode_ok
    readings.read(9000, -12000, count=2)
    assert not readings.pilot.diode_ok
    readings.read(9000, -10000)
    assert readings.pilot.diode_ok and not readings.pilot.diode_bad


def test_a_low_half_that_is_not_near_minus_12_volts_is_a_missing_diode():
    readings = Readings().settle(B)
    readings.read(9000, low_mv=-9999, count=2)
    assert not readings.pilot.diode_bad and not readings.pilot.diode_ok
    readings.read(9000, low_mv=-9999)
    assert readings.pilot.diode_bad
    readings.read(9000, low_mv=-12000)
    assert not readings.pilot.diode_bad


@pytest.mark.parametrize("high_mv, duty", [(12000, PWM), (0, PWM), (9000, pilot_duty.X1_U16)])
def test_the_diode_check_is_stale_after_a_short_an_unplug_or_a_pause(high_mv, duty):
    readings = Readings().settle(B)
    assert readings.pilot.diode_ok
    readings.read(high_mv, duty=duty)
    assert not readings.pilot.diode_ok


def test_the_diode_check_can_be_asked_for_anew():
    readings = Readings().settle(B)
    readings.pilot.renew_diode()
    assert not readings.pilot.diode_ok and readings.pilot.pending
    readings.read(9000, count=3)
    assert readings.pilot.diode_ok and not readings.pilot.pending


@given(st.lists(st.sampled_from([12000, 9000, 6000, 3000, 0, None, 7400, 10600]), max_size=80))
def test_three_readings_away_from_charging_always_end_it(levels):
    readings = Readings().settle(C)
    away = 0
    for high_mv in levels:
        if high_mv is not None and readings.pilot.state == C:
            away = 0 if classify(high_mv, C) == C else away + 1
        readings.read(high_mv)
        if away == 3:
            assert readings.pilot.state != C
            break


@given(st.lists(st.sampled_from([12000, 9000, 6000, 3000, 0, None]), max_size=120))
def test_charging_is_never_entered_without_twenty_readings_in_a_row(levels):
    readings = Readings().settle(B)
    run = 0
    for high_mv in levels:
        before = readings.pilot.state
        if high_mv is not None:
            run = run + 1 if high_mv == 6000 else 0
        if readings.read(high_mv) == C and before != C:
            assert run >= 20


def test_names_tell_whether_pwm_runs():
    assert [text(s, False) for s in STATES] == ["A1", "B1", "C1", "D1", "E"]
    assert [text(s, True) for s in (B, C, D, F, UNKNOWN)] == ["B2", "C2", "D2", "F", "?"]
