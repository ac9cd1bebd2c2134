# SPDX-License-Identifier: MIT
"""Deliberate faults in the units' side of the sharing rules and in the leader's ledger.

A fault breaks one thing with pytest's `monkeypatch`; the test named with it must catch it.
"""

from tests.mutation.changes import always, becomes, change, first, given, left_out, never, returns
from tests.mutation.faults import Mutants

MUTANTS = Mutants()
caught_by = MUTANTS.caught_by

RADIO = "tests/drills/test_radio.py"
UNITS = "tests/drills/test_units.py"
CHAOS = "tests/chaos.py"
LEDGER = "tests/unit/test_ledger.py"
BELIEF = "tests/unit/test_belief.py"
FOLLOWER = "tests/unit/test_follower.py"
LEASE = "tests/unit/test_lease.py"


# --- rules 1 to 4: the unit


@caught_by(FOLLOWER, "test_nothing_is_offered_while_sharing_is_not_enabled")
def offers_while_not_enabled(patch):
    """Rule 1: enabling would not be looked at."""
    change(patch, "core.sharing.follower:Follower.offer", never("not group.takes"))


@caught_by(FOLLOWER, "test_amounts_are_not_taken_under_a_revision_that_is_not_enabled")
def takes_amounts_while_not_enabled(patch):
    """Rule 3: they would be used the moment sharing is enabled."""
    change(patch, "core.sharing.follower:Follower.on_grants", never("not group.takes"))


@caught_by(FOLLOWER, "test_disabling_ends_a_running_lease_at_once")
def a_lease_outlives_what_allowed_it(patch):
    """Rule 3: it would come back with the next revision."""
    change(patch, "core.sharing.on_demand.following:hear_revision", never("not group.takes"))


@caught_by(LEASE, "test_no_grant_for_an_earlier_report_brings_a_forgotten_lease_back")
def a_forgotten_lease_comes_back(patch):
    """Rule 3: a grant that was on its way would bring it back."""
    change(patch, "core.sharing.on_demand.lease:forget_lease", left_out("lease._sent = []"))


@caught_by("tests/unit/test_leadership.py",
           "test_a_leader_whose_revision_in_force_is_older_is_not_followed")
def a_unit_follows_a_leader_whose_revision_in_force_is_older(patch):
    """Rule 3: a boot loop takes epochs until it outbids the heir."""
    change(patch, "core.sharing.on_demand.hearing:accepts_another",
           never("body.in_force < member.group.confirmed_number"))


@caught_by(LEDGER, "test_what_a_unit_says_that_it_has_stored_is_kept_for_it")
def what_a_unit_has_stored_is_overlooked(patch):
    """Rule 6: its fallback may be larger than that of any revision its leader knows."""
    change(patch, "core.sharing.account:Account._keep_stored", returns("None"))


@caught_by(RADIO, "test_a_late_grant_is_worth_what_is_left_of_its_report", quick=True)
def lease_counted_from_receipt(patch):
    """Rule 2: a late grant would be worth as much as a prompt one."""
    change(patch, "core.sharing.lease:Lease.grant",
           becomes("sent_ms + self._timing.lease_ms", "now_ms + self._timing.lease_ms"))


@caught_by(FOLLOWER, "test_a_grant_for_another_unit_or_another_boot_is_not_taken")
def grants_for_other_boots_count(patch):
    """Rule 2: the nonce would not be looked at."""
    change(patch, "core.sharing.follower:Follower.on_grants", always("entry.nonce == self.nonce"))


@caught_by(UNITS, "test_hole_18_a_stall_over_the_end_of_a_lease_opens_the_contactor")
def a_stall_is_not_noticed(patch):
    """Rule 2: a drop done late would look like one done in time."""
    change(patch, "core.sharing.lease:Lease.stalled", returns("False"))


@caught_by(LEASE, "test_a_grant_for_a_report_as_old_as_a_lease_is_worth_nothing")
def any_report_renews(patch):
    """Rule 3: a grant for a report older than the lease would renew it."""
    change(patch, "core.sharing.lease:Lease.grant",
           never("now_ms - sent_ms >= self._timing.lease_ms"))


@caught_by(RADIO, "test_hole_6_a_late_frame_of_an_earlier_leadership_is_dropped", quick=True)
def epoch_ignored(patch):
    """Rule 3: a late frame of an earlier leadership would be followed."""
    change(patch, "core.sharing.member:Member._accepts", returns("True"))


@caught_by(UNITS, "test_after_a_boot_without_a_leader_nothing_is_offered_until_others_have_"
           "made_room", quick=True)
def fallback_at_once_after_boot(patch):
    """Rule 4: lease + grow would not be waited for."""
    change(patch, "core.sharing.on_demand.lease:new_lease",
           becomes("now_ms + timing.lease_ms", "now_ms - timing.grow_ms"))


@caught_by(UNITS, "test_hole_13_after_a_reboot_a_vehicle_may_still_follow_the_offer_from_before")
def offers_at_once_after_boot(patch):
    """Rule 4: the vehicle may still be following the offer from before the boot."""
    change(patch, "core.sharing.on_demand.lease:new_lease", given("lease.quiet_ms", "now_ms"))


@caught_by(RADIO, "test_hole_3_at_rest_a_unit_stays_at_the_lower_of_last_grant_and_fallback")
def fallback_at_once_after_the_lease(patch):
    """Rule 4: no waiting at the rest level until the others have made room."""
    change(patch, "core.sharing.lease:Lease.level",
           becomes("now_ms >= end_ms + self._timing.grow_ms",
                   "self._ever or now_ms >= end_ms + self._timing.grow_ms"))


@caught_by(RADIO, "test_hole_3_at_rest_a_unit_stays_at_the_lower_of_last_grant_and_fallback")
def keeps_the_last_grant_without_a_lease(patch):
    """Rule 4: no drop to min(last grant, fallback)."""
    change(patch, "core.sharing.lease:Lease.level",
           becomes("min(amount_ma, fallback_ma)", "amount_ma"))


# --- rule 6: the ledger


@caught_by(CHAOS, "net", 0, quick=True)
def increase_before_the_decrease_is_acknowledged(patch):
    """Rule 6: only the last amount sent would count, not those that may have been missed."""
    change(patch, "core.sharing.account:Account.hold",
           becomes("self.base_ma", "min(self.base_ma, self.last_ma)"))
    change(patch, "core.sharing.account:Account._raise",
           becomes("self._sent", "self._sent[-1:]"), becomes("self._tails", "()"))


@caught_by(RADIO, "test_an_increase_waits_for_the_echo_of_the_decrease")
def acknowledged_before_the_echo(patch):
    """Rule 6: a sent amount would be forgotten with the next report, whatever it echoes."""
    change(patch, "core.sharing.account:Account.believe",
           always("self._sent[0][0] <= report.echo_sequence"))


@caught_by(CHAOS, "net", 1, quick=True)
def tail_halved(patch):
    """Rule 6: the old offer would be given away while the vehicle may still follow it."""
    change(patch, "core.sharing.account:Account.believe",
           becomes("self._timing.stretch(report.tail_ms)", "report.tail_ms // 2"))


@caught_by(CHAOS, "net", 1, quick=True)
def no_time_for_the_vehicle(patch):
    """Rule 6: no 5 s for the vehicle after a decrease."""
    change(patch, "core.sharing.account:Account._add_tail", returns("None"))


@caught_by(RADIO, "test_hole_9_a_small_draw_does_not_prove_that_the_vehicle_has_followed")
def the_meter_ends_a_tail(patch):
    """Hole 9: a tail would end when the vehicle draws no more than its offer."""
    change(patch, "core.sharing.account:Account.believe",
           becomes("report.tail_ms > 0",
                   "report.tail_ms > 0 and max(report.draw_ma) > report.offered_ma"))


@caught_by(RADIO, "test_a_unit_whose_lease_runs_out_is_reserved_until_its_vehicle_has_followed")
def no_reaction_after_the_lease(patch):
    """Rule 6: room would be free the moment a lease ends."""
    change(patch, "core.sharing.account:Account.hold", first("now_ms += self._timing.react_x_ms"))


@caught_by(CHAOS, "net", 1)
def lease_never_waited_for(patch):
    """Rule 6: a silent unit's base would sink to its fallback at once."""
    change(patch, "core.sharing.account:Account._set_base",
           given("self._base_end_ms", "now_ms - 60000"))


@caught_by(UNITS, "test_hole_17_a_unit_without_a_vehicle_counts_with_what_it_may_offer")
def only_the_offer_counts(patch):
    """Rule 6: the level that rules 1 to 4 allow would not count, only what is offered."""
    change(patch, "core.sharing.account:Account._set_base",
           becomes("max(report.level_ma, report.offered_ma)", "report.offered_ma"))


@caught_by(RADIO, "test_hole_1_a_deaf_unit_rises_into_room_that_was_kept", quick=True)
def no_reserve_for_a_silent_unit(patch):
    """Rule 6: a unit that may rise to its fallback by itself would have no room kept."""
    change(patch, "core.sharing.account:Account.due", returns("self.report is None"))


@caught_by(RADIO, "test_hole_1_a_deaf_unit_rises_into_room_that_was_kept", quick=True)
def no_reserve_for_a_deaf_unit(patch):
    """Rule 6: a unit whose reports arrive would count as reached by ours."""
    change(patch, "core.sharing.account:Account.believe",
           given("self._rise_at_ms", "now_ms + self._timing.lease_ms + self._timing.grow_ms"))


@caught_by(RADIO, "test_hole_2_reports_of_a_unit_back_from_silence_do_not_end_its_reserve")
def silence_instead_of_due(patch):
    """Rule 6: only a unit that was not heard for a while would have its fallback kept."""
    change(patch, "core.sharing.account:Account.due",
           becomes("now_ms + self._timing.rest_x_ms > self._rise_at_ms",
                   "now_ms - self.received_ms > self._timing.silent_ms"))


@caught_by(UNITS, "test_hole_4_a_restarted_leader_keeps_room_for_units_it_does_not_hear")
def no_reserve_for_a_unit_never_heard(patch):
    """Rule 6: after a leader's boot the silent ones would be forgotten."""
    change(patch, "core.sharing.account:Account.due",
           first("if self.report is None: return False"))


@caught_by(RADIO, "test_hole_1_a_deaf_unit_rises_into_room_that_was_kept", quick=True)
def renewals_need_not_fit(patch):
    """Rule 6: amounts that do not rise would be planned and sent whatever is kept for others."""
    change(patch, "core.sharing.plan:Plan.keep", returns("None"))
    change(patch, "core.allocation.targets:targets_of",
           left_out("rest_ma[p] -= account.fallback_ma"),
           becomes("_within(account.fallback_ma, report)", "0"))


@caught_by(CHAOS, "net", 0)
def raises_need_not_fit(patch):
    """Rule 6: raises would be judged against the floors, not against what may be in use."""
    change(patch, "core.sharing.plan:Plan._used",
           becomes("zip(self._amounts, self._holds, self._floors)",
                   "zip(self._amounts, self._floors, self._floors)"))


@caught_by(RADIO, "test_hole_11_what_was_lowered_rises_only_beside_all_that_is_in_use")
def raise_judged_against_the_hold(patch):
    """Rule 6: an amount below the hold would not count as a raise."""
    change(patch, "core.sharing.plan:Plan.__init__",
           becomes("account.last_ma if account.last_ma < target_ma else target_ma",
                   "min(target_ma, max(holds[len(self._amounts)]))"))


@caught_by(RADIO, "test_clocks_that_run_apart_are_allowed_for")
def clocks_do_not_drift(patch):
    """Times: no allowance for two clocks that run apart."""
    change(patch, "core.timing:Timing.stretch", returns("span_ms"))
    change(patch, "core.timing:Timing.shrink", returns("span_ms"))


# --- rules 7 to 10 and 14


@caught_by(RADIO, "test_hole_7_replayed_reports_of_an_earlier_boot_are_not_believed")
def any_boot_is_believed(patch):
    """Rule 7: a replayed report of an earlier boot would be believed."""
    change(patch, "core.sharing.on_demand.account:knows", returns("True"))


@caught_by(RADIO, "test_hole_8_an_old_report_does_not_undo_a_newer_one")
def older_reports_count(patch):
    """Rule 7: a report older than the last one would be believed."""
    change(patch, "core.sharing.ledger:Ledger.believes", never("number <= account.number"))


@caught_by(RADIO, "test_hole_8_delayed_reports_look_alive_and_are_not")
def reports_to_earlier_leaderships_count(patch):
    """Rule 7: reports that echo another epoch would be believed."""
    change(patch, "core.sharing.ledger:Ledger.believes", never("epoch != self._epoch"),
           never("report.echo_nonce != self._nonce"))


@caught_by(BELIEF,
           "test_after_the_leaders_boot_no_more_phases_are_taken_as_sent_than_a_unit_may_use")
def what_is_kept_counts_as_sent(patch):
    """Rule 6: after a leader's boot a raise on further phases would not be one."""
    change(patch, "core.sharing.account:Account.believe",
           becomes("(report.level_ma, report.level_phases)", "(self.base_ma, self.base_phases)"))


@caught_by(BELIEF, "test_the_old_boots_hold_becomes_a_tail_of_the_new_one")
def old_boot_forgotten(patch):
    """Rule 7: the hold of the boot before would not become a tail."""
    change(patch, "core.sharing.on_demand.account:boots", never("account.report is not None"))


@caught_by(UNITS, "test_hole_4_a_restarted_leader_keeps_room_for_units_it_does_not_hear")
def raises_before_all_have_answered(patch):
    """Rule 8: a restarted leader would raise beside units it has not heard."""
    change(patch, "core.sharing.leader:Leader.all_heard", returns("True"))
    no_reserve_for_a_unit_never_heard(patch)


@caught_by("tests/unit/test_leader.py",
           "test_nothing_is_raised_until_all_have_answered_or_all_leases_are_over")
def raises_at_once_after_boot(patch):
    """Rule 8: an unheard unit's lease above its fallback would be overlooked."""
    change(patch, "core.sharing.leader:Leader._plan", always("self.all_heard()"))


@caught_by(UNITS, "test_hole_5_a_restarted_leader_counts_what_vehicles_still_follow", quick=True)
def adopts_without_the_tail(patch):
    """Rule 8: what the vehicles are still following would be overlooked by a new leader."""
    change(patch, "core.sharing.account:Account.believe",
           becomes("report.tail_ms > 0", "report.tail_ms > 0 and self.received_ms is not None"))


@caught_by(UNITS, "test_the_leaders_own_vehicle_has_its_time_too")
def the_leaders_own_connector_does_not_count(patch):
    """Rule 9: its hold would be nothing."""
    for name in ("floor", "hold"):
        change(patch, "core.sharing.account:Account." + name,
               first("if self.unit == 1: return [0, 0, 0]"))


@caught_by(UNITS, "test_hole_16_a_contactor_waits_for_a_larger_offer_to_be_forgotten")
def closes_after_a_larger_offer(patch):
    """Rule 10: the contactor would close although a larger offer is still being followed."""
    change(patch, "core.connector.offer_history:OfferHistory.sunk_ms", returns("0"))


@caught_by(UNITS, "test_hole_20_current_on_a_phase_left_out_counts")
def a_phase_left_out_counts_nothing(patch):
    """Rule 14: what is drawn there below the guard's threshold would be overlooked."""
    change(patch, "core.sharing.account:Account._set_base", never("a or b or c"))


@caught_by("tests/unit/test_plan.py", "test_adding_a_phase_is_a_raise")
def phases_are_added_without_a_raise(patch):
    """Rule 14: a phase would be granted again without room on it."""
    change(patch, "core.sharing.plan:Plan.__init__",
           becomes("(amount_ma, phases)", "(amount_ma, wanted)"))
