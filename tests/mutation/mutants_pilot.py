# SPDX-License-Identifier: MIT
"""Deliberate faults of the pilot path: sensors, errors, retries, what vehicles do."""

import pytest

from core import reasons
from core.connector.pilot_state import C
from tests.fakes.chip import Machine, Time
from tests.mutation.changes import always, becomes, change, constant, left_out, never, returns
from tests.mutation.faults import Mutants

MUTANTS = Mutants()
caught_by = MUTANTS.caught_by

PROTECTION = "tests/unit/test_protection.py"
STATE = "tests/unit/test_pilot_state.py"
ERRORS = "tests/unit/test_pilot_path_errors.py"
AGREEMENT = "tests/unit/test_agreement.py"
LATE = "tests/unit/test_late_vehicle.py"
HEAT = "tests/unit/test_heat.py"
HABITS = "tests/unit/test_habits.py"


# --- sensors, errors, retries


@caught_by(AGREEMENT, "test_no_single_reading_opens_or_changes_the_offer", "rcm", True, False,
           quick=True)
def one_reading_of_the_monitor_opens(patch):
    """Design 5: no single sample of anything opens."""
    change(patch, "core.connector.protection:Protection._present",
           becomes("self._lasts(_TRIPPED, inputs.rcm_tripped, _AGREE_MS, now_ms)",
                   "inputs.rcm_tripped"))


@caught_by(AGREEMENT, "test_no_single_reading_opens_or_changes_the_offer", "cable_ma", 0, 63000)
def one_reading_of_the_cable_opens(patch):
    """Design 5: no single sample of anything opens."""
    change(patch, "core.connector.protection:Protection.step", becomes("_AGREE_MS", "0"))


@caught_by(PROTECTION, "test_a_fault_opens_the_contactor_at_once_and_ends_the_offer",
           reasons.RCM, 40, 0)
def the_monitor_is_waited_for(patch):
    """Design 5: a residual current opens within its time."""
    constant(patch, "core.connector.protection:_AGREE_MS", 200)


@caught_by(AGREEMENT, "test_nothing_closes_on_a_single_reading_that_forbids_it", "rcm", True)
def closes_on_a_reading_that_forbids_it(patch):
    """Design 5: few readings open, many close."""
    change(patch, "core.connector.connector:Connector._set_contactor",
           always("not inputs.rcm_tripped"))


@caught_by(STATE, "test_a_low_half_that_stays_away_while_pwm_runs_is_no_data", C)
def a_low_half_is_not_missed(patch):
    """Design 5: a low half that stays away is a fault as a high half is."""
    change(patch, "core.connector.pilot_state:PilotState.step", never("low_mv is None"))


@caught_by(ERRORS, "test_a_missing_half_opens_in_time", 1)
def a_missing_half_is_waited_for(patch):
    """Design 5: the contactor is open within 100 ms."""
    constant(patch, "core.connector.pilot_state:_MISSING", 5)


def a_chip(test):
    """A test of the hal takes its chip and its time as fixtures."""
    def called(*arguments):
        time = Time(1000)
        return test(Machine(time), time, *arguments)
    return called


@caught_by("tests/mutation/mutants_pilot.py", "a_short_is_seen")
def a_short_is_no_data(patch):
    """Design 5: a short to 0 V opens as soon as an unplug does."""
    constant(patch, "hal.pilot:_SHORT_MV", 1 << 20)


def a_short_is_seen():
    """The test of the hal for 0 V on both halves."""
    from tests.unit import test_hal
    a_chip(test_hal.test_a_short_is_0_v_and_a_low_half_is_never_taken_for_granted)(
        0, 0, 0, 0, 16)


@caught_by(ERRORS, "test_a_pilot_held_at_minus_12_v_for_a_welded_contactor_keeps_the_watchdog_fed")
def a_welded_contactor_starves_the_watchdog(patch):
    """Design 5: the board would start again and again, and forget the fault each time."""
    change(patch, "app.unit:Unit._step", never("inputs.duty_u16 == F_U16"))


@caught_by(ERRORS, "test_a_missing_half_opens_in_time", 0)
def the_watchdog_is_fed_without_a_measurement(patch):
    """Design 5: only after the ADC was read."""
    change(patch, "app.unit:Unit._step", always("high_mv is not None"))


@caught_by(ERRORS, "test_a_call_that_raises_opens_the_contactor_and_nothing_closes_again",
           "rcm.tripped", OSError, True)
def an_error_is_forgotten(patch):
    """Design 5: after an error in the pilot path nothing closes again before a restart."""
    change(patch, "app.unit:Unit.charge_step", always("sound"))


@caught_by(ERRORS, "test_a_call_that_raises_opens_the_contactor_and_nothing_closes_again",
           "rcm.tripped", OSError, True)
def an_error_leaves_the_contactor_as_it_is(patch):
    """Design 5: it opens at once."""
    change(patch, "app.unit:Unit.halt", left_out("self.hal.contactor.write(False)"))


@caught_by(ERRORS, "test_a_call_that_raises_opens_the_contactor_and_nothing_closes_again",
           "rcm.tripped", OSError, True)
def an_error_leaves_the_offer_as_it_is(patch):
    """Design 5: nor is anything offered."""
    change(patch, "app.unit:Unit.halt", left_out("self.hal.pilot.write(X1_U16)"))


@caught_by(HEAT, "test_readings_far_off_stop_nothing", 100, 300)
def one_hot_reading_counts_in_full(patch):
    """Design 5: no single sample of anything stops."""
    change(patch, "core.connector.heat:Heat._near", returns("temperature_dc"))
    constant(patch, "core.connector.heat:_WINDOW_MS", 20)


@caught_by(HEAT, "test_a_sensor_that_is_lost_limits_to_16_a_with_a_reason_of_its_own", -500)
def what_no_sensor_can_say_is_a_temperature(patch):
    """Design 5: an open sensor would switch off the protection by heat."""
    constant(patch, "core.connector.heat:_LEAST_DC", -9999)


@caught_by(HEAT, "test_a_sensor_that_is_lost_raises_nothing", 700, 6000)
def a_lost_sensor_raises_the_current(patch):
    """Design 5: what was reduced by heat is not raised by a broken wire."""
    change(patch, "core.connector.heat:Heat._is_lost",
           becomes("min(self.limit_ma, _LOST_MA)", "_LOST_MA"))


@caught_by(HEAT, "test_noise_at_the_edge_of_derating_hardly_changes_the_duty", 610, 20, 8)
def noise_changes_the_duty(patch):
    """Design 5: a sensor's noise would change the duty many times a minute."""
    constant(patch, "core.connector.heat:_HYSTERESIS_DC", 0)
    constant(patch, "core.connector.heat:_COOLER_DC", 0)


@caught_by("tests/mutation/mutants_pilot.py", "a_power_on_value_is_dropped")
def the_value_of_power_on_is_a_temperature(patch):
    """Design 5: a value that the sensor cannot have is a lost sensor."""
    change(patch, "hal.temperature:Ds18b20._take", always("dc != _POWER_ON_DC"))


def a_power_on_value_is_dropped():
    """The test of the hal for a sensor that only says 85 degrees."""
    from tests.unit import test_hal_sensors
    bus = test_hal_sensors.OneWireBus()
    with pytest.MonkeyPatch.context() as patch:
        test_hal_sensors.plug_in(bus, patch)
        a_chip(test_hal_sensors.test_a_1_wire_sensor_that_stays_bad_is_lost_and_comes_back)(
            bus, 85.0)


@caught_by(PROTECTION, "test_six_short_faults_20_minutes_apart_do_not_end_a_session_for_good")
def retries_never_come_back(patch):
    """Design 5: retries come back."""
    constant(patch, "core.connector.protection:_HOUR_MS", 1 << 40)


@caught_by(PROTECTION, "test_a_residual_current_that_comes_a_fourth_time_waits_for_the_owner")
def a_residual_current_is_tried_for_ever(patch):
    """Design 5: a residual current waits for the owner."""
    change(patch, "core.connector.protection:Protection._end",
           always("self.fault != reasons.RCM"))


@caught_by(LATE, "test_a_vehicle_that_follows_cuts_late_is_given_less_and_not_locked", 8000)
def a_late_vehicle_is_locked(patch):
    """Design 5: a vehicle that follows cuts late is given less, not locked."""
    change(patch, "core.connector.protection:Protection._lower", returns("None"))


@caught_by(LATE, "test_a_vehicle_that_never_obeys_is_locked_whatever_it_is_offered")
def a_vehicle_that_never_obeys_is_only_given_less(patch):
    """Rule 11: one that draws more than 6 A whatever it is offered must not come back at once."""
    change(patch, "core.connector.protection:Protection._lower",
           always("self.ceiling_ma > _CEILING_MIN_MA"))


@caught_by(PROTECTION, "test_what_flows_through_a_contactor_that_should_be_open_is_possible")
def what_a_welded_contactor_lets_through_is_nothing(patch):
    """Rule 6: what a vehicle draws is reported, whatever the contactor was told."""
    constant(patch, "core.connector.connector:_FLOWS_MA", 1 << 40)


@caught_by(HABITS, "test_a_vehicle_that_toggles_wears_out_no_contactor_and_is_never_given_up",
           2000, 2000)
def a_vehicle_may_toggle(patch):
    """Design 4: a vehicle that toggles backs off alone."""
    constant(patch, "core.connector.habits:_FREE", 1 << 40)


@caught_by(HABITS, "test_a_vehicle_that_does_not_take_its_offer_is_woken_twice_an_hour")
def a_sleeper_is_woken_without_end(patch):
    """Design 5: at most twice an hour."""
    constant(patch, "core.connector.habits:_WAKE_AGAIN_MS", 0)


@caught_by(HABITS, "test_waking_can_be_switched_off")
def waking_cannot_be_switched_off(patch):
    """Design 5: it is a setting."""
    change(patch, "core.connector.habits:Habits.step", always("self._wakes"))


@caught_by(HABITS, "test_a_meter_that_shows_nothing_for_a_minute_is_not_believed_and_that_is_said")
def a_meter_that_shows_nothing_is_believed(patch):
    """Design 4: no estimate costs current that nobody else wants."""
    constant(patch, "core.connector.habits:_BLIND_MS", 1 << 40)


@caught_by(HABITS, "test_a_meter_that_froze_is_not_believed_once_the_contactor_is_open")
def a_frozen_meter_is_a_welded_contactor(patch):
    """Design 4: it would hold current that nobody uses until the power is cycled."""
    change(patch, "core.connector.protection:Protection._welded", always("closed is not False"))


@caught_by(HABITS,
           "test_where_the_meter_has_worked_another_vehicle_without_a_draw_is_doubted_for_15_minutes")
def a_meter_is_doubted_for_ever(patch):
    """Design 4: a vehicle that is full would keep its share from the others."""
    constant(patch, "core.connector.habits:_BLIND_SHORT_MS", 1 << 40)
