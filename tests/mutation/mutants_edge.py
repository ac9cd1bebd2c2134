# SPDX-License-Identifier: MIT
"""Deliberate faults where the core meets the world: frames, pilot, connector, allocation."""

from core.sharing.frames import VERSION, Row
from host_tools.records import serial_of
from tests.mutation.changes import always, becomes, change, constant, left_out, never, returns
from tests.mutation.faults import Mutants
from tests.unit import test_demand_odd
from tests.unit.demand_bench import Bench

MUTANTS = Mutants()
caught_by = MUTANTS.caught_by

FRAMES = "tests/unit/test_frames.py"
REFUSED = "tests/unit/test_frames_refused.py"
CONNECTOR = "tests/unit/test_connector.py"
PROTECTION = "tests/unit/test_protection.py"
PILOT = "tests/unit/test_pilot.py"
STATE = "tests/unit/test_pilot_state.py"
ALLOCATOR = "tests/unit/test_allocator.py"


# --- frames


@caught_by(FRAMES, "test_a_frame_of_another_key_with_this_groups_number_is_forged", quick=True)
def the_tag_is_not_checked(patch):
    """Design 7: anybody could speak."""
    change(patch, "core.sharing.frames:_same", returns("True"))


@caught_by(REFUSED, "test_foreign_and_replayed_frames_change_no_member")
def the_group_is_not_checked(patch):
    """Design 7: a neighbour with the same key would count."""
    change(patch, "core.sharing.frames:Codec.decode", never("group != self.group"))


@caught_by(FRAMES, "test_versions_that_do_not_overlap_are_refused_by_name", 9,
           VERSION + 1)
def the_version_is_not_checked(patch):
    """Design 7: frames whose layout is not known would be read."""
    change(patch, "core.sharing.frames:Codec.decode", never("oldest > VERSION"))


@caught_by(FRAMES, "test_what_is_used_is_rounded_up_and_what_is_wanted_down", "level_ma", 10001,
           10010)
def use_is_rounded_down(patch):
    """Frames: what a unit may use would look smaller than it is."""
    change(patch, "core.sharing.frames:_up", becomes("-(-amount_ma // 10)", "amount_ma // 10"))


@caught_by(REFUSED, "test_impossible_members_are_refused",
           [Row(2, serial_of(2), 0, 1, 0, 0, 0), Row(2, serial_of(3), 0, 1, 0, 0, 0)])
def members_may_be_there_twice(patch):
    """Frames: a revision with one unit twice would be taken."""
    change(patch, "core.sharing.on_demand.rare_read:_read_revision", never("unit <= last"))


@caught_by(REFUSED, "test_impossible_members_are_refused",
           [Row(1, serial_of(1), 0, 1, 0, 0, 0), Row(2, serial_of(1), 0, 1, 0, 0, 0)])
def a_serial_may_be_there_twice(patch):
    """Frames: one board would have two fallbacks."""
    change(patch, "core.sharing.on_demand.rare_read:_read_revision",
           never("[r for r in rows if r.serial == serial]"))


# --- pilot and contactor


@caught_by(PILOT, "test_every_tenth_of_an_amp_comes_back_and_is_never_rounded_up", quick=True)
def offers_are_rounded_up(patch):
    """Design 5: the pilot would offer more than was asked for."""
    change(patch, "core.connector.pilot_duty:duty_u16",
           becomes("tenths * 8192 // 75", "-(-tenths * 8192 // 75)"))


@caught_by(PILOT, "test_between_51_and_52_5_amps_it_goes_down_to_51", 52000)
def the_gap_is_not_clamped(patch):
    """Design 5: never between 51 and 52.5 A."""
    change(patch, "core.connector.pilot_duty:floor_ma", left_out("return _SEAM_MA"))


@caught_by(CONNECTOR, "test_the_contactor_closes_only_after_a_fresh_look_at_the_diode")
def the_diode_is_not_checked(patch):
    """Design 5: something that is no vehicle would be switched on."""
    change(patch, "core.connector.connector:Connector._set_contactor", always("state.diode_ok"))


@caught_by(STATE, "test_the_present_state_reaches_300_mv_beyond_its_edge", 1, 2, 10500)
def the_levels_have_no_hysteresis(patch):
    """Design 5: noise at an edge would switch the contactor."""
    constant(patch, "core.connector.pilot_state:_REACH_MV", 0)


@caught_by(STATE, "test_few_readings_leave_a_state_and_many_enter_one_that_may_charge", 2, 3, 20)
def few_readings_close_the_contactor(patch):
    """Design 5: few readings open, many close."""
    constant(patch, "core.connector.pilot_state:_ENTER", 3)


@caught_by(CONNECTOR, "test_a_vehicle_is_seen_offered_current_and_connected", 0)
def the_contactor_closes_in_b(patch):
    """Design 5: closed only in C2, or D2 with ventilation."""
    change(patch, "core.connector.connector:Connector._set_contactor",
           becomes("state.state == C", "state.state in (B, C)"))


@caught_by(CONNECTOR, "test_increases_wait_5_s_after_the_last_change_and_decreases_never",
           quick=True)
def increases_do_not_wait(patch):
    """IEC 61851-1: 5 s between two changes of the duty."""
    change(patch, "core.connector.connector:Connector._set_offer", becomes("DUTY_GAP_MS", "0"))


@caught_by(CONNECTOR, "test_a_vehicle_that_does_not_let_go_is_opened_under_load_after_6_s", 0)
def a_stop_never_opens_under_load(patch):
    """Design 5: a vehicle that does not let go would stay connected."""
    constant(patch, "core.connector.connector:_STOP_MS", 1 << 40)


@caught_by(CONNECTOR, "test_after_a_decrease_it_closes_only_when_the_larger_offer_is_5_s_old")
def the_connector_closes_after_a_larger_offer(patch):
    """Rule 10 in the connector itself."""
    change(patch, "core.connector.connector:Connector._set_contactor",
           becomes("self._history.sunk_ms(now_ms)", "0"))


@caught_by(PROTECTION, "test_excess_of_more_than_half_an_amp_and_two_percent_is_allowed_for_2_s",
           17000, 2000)
def excess_is_allowed_for_ever(patch):
    """Rule 11."""
    constant(patch, "core.connector.protection:_EXCESS_MS", 1 << 40)


@caught_by(PROTECTION, "test_the_clock_of_excess_is_not_reset_by_new_grants")
def new_grants_reset_the_clock_of_excess(patch):
    """Rule 11."""
    change(patch, "core.connector.protection:Protection._excess",
           becomes("_sunk(self._base_ma, largest_ma)", "largest_ma"))


@caught_by("tests/drills/test_units.py",
           "test_a_phase_that_wakes_is_opened_and_comes_back_with_all_phases")
def the_guard_sleeps(patch):
    """Rule 14: a vehicle that wakes on a phase left out would stay connected."""
    change(patch, "core.connector.guard:Guard.step", returns("False"))


# --- allocation


@caught_by(ALLOCATOR, "test_only_the_limit_switches_a_young_unit_off")
def a_phase_is_overfilled(patch):
    """Design 4: never above a limit on any phase."""
    change(patch, "core.allocation.on_demand.admission:_take",
           never("mask & 1 and rooms[0] < least"))


@caught_by(ALLOCATOR, "test_priority_gives_all_their_minimum_before_anyone_more")
def priority_is_ignored(patch):
    """Design 4: a larger number goes first."""
    change(patch, "core.allocation.allocator:_levels", left_out("priorities.reverse()"))


@caught_by(ALLOCATOR, "test_the_waiting_unit_with_least_energy_takes_over")
def nobody_rotates(patch):
    """Design 4: those that wait would wait for ever."""
    constant(patch, "core.allocation.on_demand.admission:_TURN_MS", 1 << 40)


@caught_by("tests/unit/test_demand_odd.py",
           "test_idle_units_have_turns_of_2_min_one_at_a_time_before_15_min_are_over", 5)
def idle_units_have_no_turns(patch):
    """Design 4: a vehicle that wants current late would wait for ever on a full circuit."""
    constant(patch, "core.allocation.on_demand.turns:_EVERY_MS", 1 << 40)


@caught_by("tests/mutation/mutants_edge.py", "a_followed_cap_goes")
def a_cap_that_is_followed_stays(patch):
    """Design 4: an estimate would cost current that nobody else wants."""
    change(patch, "core.allocation.draw_cap:DrawCap._suspect", returns("None"))


def a_followed_cap_goes():
    """The test of the estimator for a vehicle that takes three quarters of any offer."""
    test_demand_odd.test_a_cap_that_the_draw_follows_goes_and_is_not_tried_for_15_min(Bench())


@caught_by("tests/unit/test_leader.py",
           "test_a_high_meter_beside_a_full_circuit_keeps_nobody_waiting")
def what_lasts_beyond_amounts_is_nobodys(patch):
    """Design 4: a meter that reads high would keep others waiting for ever."""
    change(patch, "core.sharing.on_demand.account:overdraw_ma", returns("[0, 0, 0]"))


@caught_by("tests/unit/test_leader.py",
           "test_a_high_meter_pauses_nobody_where_the_minimums_just_fit")
def a_high_meter_pauses_a_unit(patch):
    """Design 4: what lasts would be taken from the minimums as well."""
    change(patch, "core.allocation.on_demand.overdraw:leaves_overdraw",
           becomes("min(rest_ma[p], needed_ma)", "0"))
