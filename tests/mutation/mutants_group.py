# SPDX-License-Identifier: MIT
"""Deliberate faults in changes of the group and of its leader (rules 5, 12 and 13)."""

from tests.mutation.changes import (
    always, becomes, change, constant, first, given, left_out, never, returns)
from tests.mutation.faults import Mutants

MUTANTS = Mutants()
caught_by = MUTANTS.caught_by

GROUP = "tests/drills/test_group.py"
MEMBER = "tests/unit/test_member.py"
MEMBER_LEADS = "tests/unit/test_leadership.py"
LEADERSHIP = "tests/drills/test_leadership.py"
REVISION = "tests/unit/test_revision.py"
GROUP_UNIT = "tests/unit/test_group.py"
MISSED = "tests/unit/test_missed_revision.py"
APP = "tests/unit/test_app_unit.py"


@caught_by(GROUP, "test_hole_21_a_rating_raised_later_does_not_raise_the_fallback")
def the_fallback_follows_the_rating(patch):
    """Rule 5: the rating at the time of the revision would not cap the fallback."""
    change(patch, "core.group.group:Group.fallback",
           returns("self.confirmed.limit_ma // len(self.confirmed.members)"))


@caught_by(GROUP, "test_a_unit_that_was_rewired_uses_nothing_until_its_leader_has_followed")
def the_fallback_follows_the_wiring(patch):
    """Rules 5 and 14: a unit would use its fallback on phases that nobody keeps for it."""
    change(patch, "core.group.on_demand.group:own_row", always("row.wired == group.config.wired"))


@caught_by(MISSED,
           "test_a_unit_whose_leader_has_a_revision_that_it_does_not_hold_uses_no_fallback",
           quick=True)
def an_old_fallback_is_used_beside_a_revision_in_force(patch):
    """Rule 5: a leader that is back and cannot store would use what nobody keeps for it."""
    change(patch, "core.group.group:Group.hear_of", returns("None"))


@caught_by(MISSED, "test_an_entry_beside_a_proposal_does_not_show_that_a_unit_is_in",
           quick=True)
def an_entry_beside_a_proposal_counts_as_one_in_force(patch):
    """Rule 5: a unit that is only proposed would use its fallback of before."""
    change(patch, "core.sharing.follower:Follower.on_grants",
           always("frame.revision == frame.in_force"))


@caught_by(MISSED, "test_a_unit_that_is_in_a_revision_that_it_does_not_hold_has_its_fallback",
           quick=True)
def who_misses_a_revision_has_no_fallback(patch):
    """Rule 4: a unit that missed a change would be left behind when the radio fails."""
    change(patch, "core.group.group:Group.hear_of", never("counted"))


@caught_by(MISSED,
           "test_a_unit_keeps_its_fallback_where_one_that_it_held_as_a_proposal_is_in_force",
           quick=True)
def what_was_held_as_a_proposal_is_forgotten(patch):
    """Rule 4: a unit that missed that it came into force would be left behind."""
    change(patch, "core.group.on_demand.group:hear",
           left_out("group.counted = max(group.counted, group.number())"))


@caught_by(GROUP, "test_hole_10_a_new_member_offers_nothing_before_the_others_have_made_room",
           quick=True)
def revision_in_one_step(patch):
    """Rule 12: a proposed revision would be taken as in force."""
    change(patch, "core.group.on_demand.group:hear",
           always("in_force and group.confirmed is not group.revision"))


@caught_by(GROUP, "test_hole_10_nothing_is_raised_while_one_unit_has_not_lowered")
def in_force_without_waiting_for_all(patch):
    """Rule 12: a unit that cannot acknowledge would not be waited for."""
    change(patch, "core.group.on_demand.acknowledged:waiting_for", returns("[]"))


@caught_by(REVISION, "test_a_reaction_must_pass_after_the_last_acknowledgement")
def in_force_without_a_reaction(patch):
    """Rule 12: vehicles that still follow the old fallback would be overlooked."""
    change(patch, "core.group.on_demand.acknowledged:due_ms",
           becomes("revisions.timing.react_x_ms", "0"))


@caught_by(GROUP, "test_hole_10_a_raised_fallback_is_used_only_when_leases_from_before_are_over")
def raised_fallback_used_at_once(patch):
    """Rule 12: leases from before would still be running."""
    change(patch, "core.group.on_demand.group:raise_to", becomes("group.timing.rest_x_ms", "0"))


@caught_by(GROUP, "test_hole_10_old_fallbacks_are_reserved_also_after_the_leaders_reboot")
def a_proposal_counts_as_in_force_after_a_boot(patch):
    """Rule 12: the leader would forget which fallbacks are still in use."""
    change(patch, "core.group.on_demand.stored:new_revisions",
           becomes('revision_from(record["in_force"])',
                   'revision_from(record["pending"] or record["in_force"])'))


@caught_by(GROUP, "test_hole_19_a_leader_that_reboots_during_a_removal_waits_for_all_of_it")
def a_removal_waits_only_for_the_reaction(patch):
    """Rule 12: the lease of the one that leaves would be overlooked."""
    change(patch, "core.group.on_demand.revision:leaving", returns("[]"))


@caught_by(MEMBER, "test_a_revision_is_acknowledged_when_it_is_stored")
def acknowledged_before_it_is_stored(patch):
    """Rule 12: a boot would bring back a fallback that nobody reserves any more."""
    change(patch, "core.sharing.follower:Follower.report",
           becomes("group.stored_number", "group.number()"),
           becomes("group.stored_digest", "group.digest"))


@caught_by(REVISION, "test_nothing_is_in_force_before_storage_has_confirmed_it")
def in_force_before_it_is_stored(patch):
    """Rule 12: a boot of the leader would bring back the old revision."""
    change(patch, "core.group.on_demand.revision:note_committed", always("ok"))


@caught_by(MEMBER_LEADS,
           "test_a_leader_that_hears_of_a_newer_revision_grants_nothing_and_asks_for_it")
def a_newer_revision_is_overlooked(patch):
    """Rule 12: a leader whose storage fell back would go on with old settings."""
    change(patch, "core.sharing.on_demand.compare:compare", returns("None"))


@caught_by(MEMBER_LEADS,
           "test_a_leader_that_hears_of_a_newer_revision_grants_nothing_and_asks_for_it")
def a_leader_that_hears_of_an_unknown_revision_goes_on_granting(patch):
    """Rule 12: units may go by fallbacks that it does not know."""
    change(patch, "core.sharing.leader:Leader._plan", never("self.unsure()"))


@caught_by(MEMBER_LEADS, "test_an_unsure_leaders_own_connector_takes_the_smallest_fallback_of_all")
def an_unsure_leaders_own_connector_goes_on(patch):
    """Rule 12: its row may be smaller in a revision that others go by."""
    change(patch, "core.sharing.on_demand.own_cap:follow_cap", never("leader.unsure()"))


@caught_by(REVISION, "test_an_unsure_leader_waits_for_every_unit_of_every_revision_it_knows")
def an_unsure_leader_asks_only_those_whose_fallback_sinks(patch):
    """Rule 12: any of them may go by what this leader has never heard of."""
    change(patch, "core.group.on_demand.change:needed", never("revisions.known"))


@caught_by(GROUP_UNIT, "test_another_revision_of_the_same_number_is_never_taken")
def a_revision_of_the_same_number_is_taken(patch):
    """Rule 12: what one leader has in force would put another's proposal in force."""
    change(patch, "core.group.on_demand.group:hear",
           becomes("revision != group.revision", "revision.number != group.number()"))


@caught_by(REVISION, "test_an_acknowledgement_of_another_revision_does_not_count")
def acknowledgements_go_by_number_alone(patch):
    """Rule 12: two leaders may have made two revisions of one number."""
    change(patch, "core.group.on_demand.acknowledged:acknowledge",
           always("report.digest == revisions.digest"))


@caught_by(GROUP_UNIT, "test_what_is_stored_of_a_raise_is_said_while_it_is_waited_for")
def a_raise_that_is_waited_for_is_not_reported(patch):
    """Rule 6: the unit will use it without another frame."""
    change(patch, "core.sharing.follower:Follower.report", never("group.raised is not None"))


@caught_by(REVISION, "test_a_revision_that_is_not_enabled_has_no_fallback")
def a_group_that_is_not_enabled_has_fallbacks(patch):
    """Rule 12: units would keep room for what nobody may use, and use it when it is enabled."""
    change(patch, "core.group.on_demand.proposal:make", never("not enabled"))


@caught_by(REVISION, "test_the_owners_word_that_a_unit_has_no_power_ends_the_wait")
def the_word_of_the_owner_counts_from_the_past(patch):
    """Rule 12: the unit may have had power until the moment it is given."""
    change(patch, "core.group.on_demand.revision:word_no_power",
           becomes("now_ms", "revisions.proposed_ms"))


@caught_by(REVISION, "test_the_owners_word_ends_when_the_unit_is_heard")
def the_word_of_the_owner_outlives_the_units_return(patch):
    """Rule 12: it has power after all."""
    change(patch, "core.group.on_demand.acknowledged:acknowledge",
           never("serial in revisions.words"))


@caught_by(REVISION, "test_a_fallback_that_sinks_on_one_phase_is_waited_for")
def smaller_is_for_all_phases_together(patch):
    """Rule 12: a phase that is taken away would still be used."""
    change(patch, "core.group.on_demand.change:_sinks", never("kept.wired & ~row.wired > 0"))


@caught_by(APP, "test_a_clone_uses_nothing_of_the_record_but_the_key")
def a_clone_uses_the_record(patch):
    """Rule 5: two boards would go by one fallback, or lead one group."""
    change(patch, "app.on_demand.setup:Setup._stored",
           never('record["serial"].upper() != serial_text(self.unit.serial)'))


@caught_by(APP, "test_a_leader_of_a_new_group_leads_and_the_same_key_makes_no_second_group")
def the_same_key_begins_again(patch):
    """Rule 5: a leader would begin again beside its followers' fallbacks."""
    change(patch, "app.on_demand.setup:Setup._join", always('record["key"] != new["key"]'))


# --- rule 13


@caught_by(LEADERSHIP, "test_hole_14_a_leader_that_cannot_store_its_epoch_sends_nothing")
def the_epoch_is_not_stored_first(patch):
    """Rule 13: two boots of a leader could speak under the same epoch."""
    change(patch, "core.sharing.on_demand.leader:new_leader", given("leader.stored", "True"))


@caught_by(LEADERSHIP, "test_hole_14_an_older_copy_of_storage_is_left_behind")
def nobody_moves_above_an_older_copy(patch):
    """Rule 13: a leader would not notice that its epochs were used before."""
    change(patch, "core.sharing.on_demand.leadership:move_above", returns("None"))


@caught_by(LEADERSHIP, "test_hole_14_a_replaced_leader_that_comes_back_is_a_follower")
def a_higher_epoch_does_not_win(patch):
    """Rule 13: a leader that was replaced would lead on beside its heir."""
    change(patch, "core.sharing.member:Member._accepts", always("header.kind != frames.GRANT"))


@caught_by(MEMBER_LEADS, "test_a_leader_moves_above_its_own_name_three_times_and_then_stops")
def a_leader_moves_above_its_own_name_for_ever(patch):
    """Rule 13: two would outbid each other until no epoch is left."""
    constant(patch, "core.sharing.on_demand.leadership:_MOVES_MAX", 1 << 30)


@caught_by(MEMBER_LEADS, "test_a_leader_that_hears_another_board_under_its_number_stops", 9, True)
def two_boards_lead_under_one_number(patch):
    """Rule 13: their frames would be taken for each other's."""
    change(patch, "core.sharing.on_demand.leadership:stop", returns("None"))


@caught_by(MEMBER, "test_a_new_leader_is_stored_before_it_is_answered")
def a_new_leader_is_answered_before_it_is_stored(patch):
    """Rule 13: a boot would bring the unit back to the old leader."""
    change(patch, "core.sharing.on_demand.following:become_follower",
           given("member.unstored_leader", "False"))


@caught_by(LEADERSHIP, "test_hole_15_an_old_leader_that_reboots_does_not_lead")
def the_old_leader_forgets_that_it_follows(patch):
    """Rule 13: after a boot it would lead again."""
    change(patch, "core.sharing.on_demand.following:become_follower", first(
        "if member.leader is not None:\n"
        "    from core.group.on_demand.record import revisions_to_record\n"
        "    member.lead = revisions_to_record(member.leader.revisions)"), becomes(
        "(FOLLOWS, None, None)", "(FOLLOWS, None, member.lead)"))


@caught_by(LEADERSHIP, "test_hole_15_nobody_takes_over_while_the_leader_lives")
def a_promotion_needs_no_silence(patch):
    """Rule 13: two leaders would grant side by side."""
    change(patch, "core.sharing.on_demand.promoting:_promotion_error", returns("None"))


@caught_by(MEMBER_LEADS, "test_a_promoted_leader_takes_the_highest_epoch_heard_and_a_thousand")
def a_promotion_takes_the_next_epoch(patch):
    """Rule 13: restarts of the old leader would overtake it."""
    constant(patch, "core.sharing.on_demand.promoting:_PROMOTION", 1)


@caught_by(LEADERSHIP, "test_a_handover_moves_the_leadership_and_the_group_goes_on")
def a_handover_does_not_wait(patch):
    """Rule 13: the leadership would move while leases still run."""
    change(patch, "core.sharing.on_demand.change_waits:hand_over_due",
           becomes("leader.timing.rest_x_ms", "0"))


@caught_by(LEADERSHIP, "test_two_that_are_promoted_apart_do_not_go_on_without_each_other")
def a_promoted_leader_goes_on_without_who_may_lead_too(patch):
    """Rules 12 and 13: two would share out the dead leader's room, each for itself."""
    change(patch, "core.sharing.on_demand.going_on:change_without",
           never("revisions.in_force.leader != leader.unit"))


@caught_by(LEADERSHIP,
           "test_a_promoted_leader_that_changes_its_first_proposal_is_not_unsure_of_it")
def a_leader_does_not_know_its_own_proposals(patch):
    """Rule 12: it would wait for ever for what nobody holds any more."""
    change(patch, "core.sharing.on_demand.compare:holds", never("digest in revisions.former"))


@caught_by(LEADERSHIP, "test_a_dead_leader_does_not_come_back_by_a_report_of_before")
def a_recorded_report_brings_a_dead_leader_back(patch):
    """Rule 13: every change would wait for it."""
    change(patch, "core.sharing.on_demand.strangers:stranger", always("epoch == leader.epoch"))


@caught_by(GROUP, "test_a_unit_that_was_added_again_is_not_removed_by_a_frame_of_before")
def a_newcomer_forgets_the_sequence_when_it_learns_its_leaders_tag(patch):
    """Rule 3: after a boot it would take frames of before."""
    change(patch, "core.sharing.member:Member.take",
           left_out("self.group.sequence = header.sequence"))


@caught_by(LEADERSHIP, "test_an_heir_that_missed_a_lowered_limit_does_not_undo_it")
def an_heirs_own_number_makes_its_settings_the_newest(patch):
    """Rules 12 and 13: a lowered limit that it has not heard would be undone."""
    change(patch, "core.sharing.on_demand.unsure:newest_of",
           becomes("known.number > number", "known.number > newest.number"))


@caught_by(LEADERSHIP,
           "test_what_was_recorded_before_a_leadership_does_not_keep_it_unsure_for_ever")
def a_recorded_report_makes_unsure(patch):
    """Rule 12: whoever has recorded a unit once could keep a promoted leader from leading."""
    change(patch, "core.sharing.on_demand.compare:_is_past", returns("False"))


@caught_by("tests/unit/test_follower_left_out.py",
           "test_a_proposal_does_not_show_that_a_unit_is_in_the_revision_in_force", quick=True)
def a_proposal_shows_that_a_unit_is_in(patch):
    """Rule 12: an old leader that is back would use its fallback of before beside those of all."""
    change(patch, "core.group.on_demand.group:hear",
           always("in_force and revision.number >= group.elsewhere"))
