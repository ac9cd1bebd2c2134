# SPDX-License-Identifier: MIT
"""Deliberate faults in changes of the group and of its leader (rules 5, 12 and 13)."""

from core import member, proposal
from core.follower import Follower
from core.group import Group
from core.leader import Leader
from core.member import Member
from core.revision import Revisions
from tests.mutation.faults import Mutants, rewrite

MUTANTS = Mutants()
caught_by = MUTANTS.caught_by

GROUP = "tests/drills/test_group.py"
MEMBER = "tests/unit/test_member.py"
REVISION = "tests/unit/test_revision.py"


@caught_by(GROUP, "test_hole_21_a_rating_raised_later_does_not_raise_the_fallback")
def the_fallback_follows_the_rating(patch):
    """Rule 5: the rating at the time of the revision would not cap the fallback."""
    patch.setattr(Group, "fallback", lambda self, now_ms: (
        self.confirmed.limit_ma // len(self.confirmed.members)))


@caught_by(GROUP, "test_a_unit_that_was_rewired_uses_only_phases_that_are_kept_for_it")
def the_fallback_follows_the_wiring(patch):
    """Rules 5 and 14: a unit would use its fallback on phases that nobody keeps for it."""
    patch.setattr(Group, "reserved", lambda self, wired: wired)


@caught_by(GROUP, "test_a_phase_added_to_a_units_wiring_waits_like_a_raised_fallback")
def a_phase_is_added_at_once(patch):
    """Rules 12 and 14: leases from before would still run on it."""
    rewrite(patch, Group, "hear", "row.wired & ~before.wired", "False")


@caught_by(GROUP, "test_hole_10_a_new_member_offers_nothing_before_the_others_have_made_room",
           quick=True)
def revision_in_one_step(patch):
    """Rule 12: a proposed revision would be taken as in force."""
    rewrite(patch, Group, "hear", "if in_force and revision.number",
            "if revision.number")


@caught_by(GROUP, "test_hole_10_nothing_is_raised_while_one_unit_has_not_lowered")
def in_force_without_waiting_for_all(patch):
    """Rule 12: a unit that cannot acknowledge would not be waited for."""
    patch.setattr(Revisions, "waiting_for", lambda self: [])


@caught_by(REVISION, "test_a_reaction_must_pass_after_the_last_acknowledgement")
def in_force_without_a_reaction(patch):
    """Rule 12: vehicles that still follow the old fallback would be overlooked."""
    rewrite(patch, Revisions, "ready_ms", "wait_ms = self._timing.react_x_ms", "wait_ms = 0")


@caught_by(GROUP, "test_hole_10_a_raised_fallback_is_used_only_when_leases_from_before_are_over")
def raised_fallback_used_at_once(patch):
    """Rule 12: leases from before would still be running."""
    rewrite(patch, Group, "_raise_to", "self._timing.rest_x_ms", "0")


@caught_by(GROUP, "test_hole_10_old_fallbacks_are_reserved_also_after_the_leaders_reboot")
def a_proposal_counts_as_in_force_after_a_boot(patch):
    """Rule 12: the leader would forget which fallbacks are still in use."""
    rewrite(patch, Revisions, "__init__", 'revision_from(record["in_force"])',
            'revision_from(record["pending"] or record["in_force"])')


@caught_by(GROUP, "test_hole_19_a_leader_that_reboots_during_a_removal_waits_for_all_of_it")
def a_removal_waits_only_for_the_reaction(patch):
    """Rule 12: the lease of the one that leaves would be overlooked."""
    patch.setattr(Revisions, "leaving", lambda self: [])


@caught_by(MEMBER, "test_a_revision_is_acknowledged_when_it_is_stored")
def acknowledged_before_it_is_stored(patch):
    """Rule 12: a boot would bring back a fallback that nobody reserves any more."""
    original = Follower.report

    def report(self, now_ms):
        self.group.stored_number = self.group.number()
        return original(self, now_ms)
    patch.setattr(Follower, "report", report)


@caught_by(REVISION, "test_nothing_is_in_force_before_storage_has_confirmed_it")
def in_force_before_it_is_stored(patch):
    """Rule 12: a boot of the leader would bring back the old revision."""
    rewrite(patch, Revisions, "stored", "self.committing and ok", "self.committing")


@caught_by(MEMBER, "test_a_leader_that_hears_of_a_newer_revision_grants_nothing_until_it_is_"
           "confirmed")
def a_newer_revision_is_overlooked(patch):
    """Rule 12: a leader whose storage fell back would go on with old settings."""
    rewrite(patch, Leader, "on_report", "report.revision > revisions.newest().number",
            "False")


# --- rule 13


@caught_by(GROUP, "test_hole_14_a_leader_that_cannot_store_its_epoch_sends_nothing")
def the_epoch_is_not_stored_first(patch):
    """Rule 13: two boots of a leader could speak under the same epoch."""
    original = Member._lead

    def lead(self, record, epoch, now_ms):
        original(self, record, epoch, now_ms)
        self.leader.stored = True
    patch.setattr(Member, "_lead", lead)


@caught_by(GROUP, "test_hole_14_an_older_copy_of_storage_is_left_behind")
def nobody_moves_above_an_older_copy(patch):
    """Rule 13: a leader would not notice that its epochs were used before."""
    patch.setattr(Member, "_move_above", lambda self, epoch, now_ms: None)


@caught_by(MEMBER, "test_a_new_leader_is_stored_before_it_is_answered")
def a_new_leader_is_answered_before_it_is_stored(patch):
    """Rule 13: a boot would bring the unit back to the old leader."""
    rewrite(patch, Member, "_follow", "self._unstored_leader = True",
            "self._unstored_leader = False")


@caught_by(GROUP, "test_hole_15_an_old_leader_that_reboots_does_not_lead")
def the_old_leader_forgets_that_it_follows(patch):
    """Rule 13: after a boot it would lead again."""
    original = Member.record_to_store

    def record_to_store(self, now_ms):
        record = original(self, now_ms)
        if record is not None and record["lead"] is None and self.unit == 1:
            revision = record["group"]["confirmed"]
            record["lead"] = {"in_force": revision[:1] + [1] + revision[2:], "pending": None}
        return record
    patch.setattr(Member, "record_to_store", record_to_store)


@caught_by(GROUP, "test_hole_15_nobody_takes_over_while_the_leader_lives")
def a_promotion_needs_no_silence(patch):
    """Rule 13: two leaders would grant side by side."""
    patch.setattr(proposal, "promotion_error", lambda *given: None)


@caught_by(MEMBER, "test_a_promoted_leader_takes_the_highest_epoch_heard_and_a_thousand")
def a_promotion_takes_the_next_epoch(patch):
    """Rule 13: restarts of the old leader would overtake it."""
    patch.setattr(member, "_PROMOTION_EPOCHS", 1)


@caught_by(GROUP, "test_a_handover_moves_the_leadership_and_the_group_goes_on")
def a_handover_does_not_wait(patch):
    """Rule 13: the leadership would move while leases still run."""
    rewrite(patch, Leader, "hand_over_due", "self._timing.rest_x_ms", "0")
