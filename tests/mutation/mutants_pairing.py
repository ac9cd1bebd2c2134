# SPDX-License-Identifier: MIT
"""Deliberate faults in pairing: who is believed, what is given, and in what order it is kept."""

from tests.mutation.changes import always, becomes, change, first, never, returns
from tests.mutation.faults import Mutants

MUTANTS = Mutants()
caught_by = MUTANTS.caught_by

CORE = "tests/unit/test_pairing.py"
ATTACKER = "tests/unit/test_pairing_attacker.py"
APP = "tests/unit/test_app_pairing.py"


@caught_by(CORE, "test_a_wrong_code_gives_nothing_and_the_right_one_may_follow_at_once")
def the_leader_believes_every_share(patch):
    """The group's key would go to whoever answers."""
    change(patch, "core.pairing.on_demand.trial:Trial._computed",
           never("result is None or not same(tag(result, b'share', b''), self._theirs[1])"))


@caught_by(ATTACKER, "test_a_share_of_low_order_is_refused_by_both_sides", 0)
def a_share_of_low_order_is_taken(patch):
    """The key would be known to whoever sends such a one."""
    change(patch, "core.pairing.on_demand.agreement:agreed", never("not any(common)"))


@caught_by(ATTACKER, "test_everything_that_was_said_before_is_part_of_the_key")
def the_key_does_not_depend_on_the_attempt(patch):
    """What was said in one attempt would be worth something in another."""
    change(patch, "core.pairing.on_demand.agreement:agreed",
           becomes("terms.attempt.to_bytes(2, 'big')", "b'\\0\\0'"))


@caught_by(ATTACKER, "test_a_give_that_was_sealed_for_another_attempt_is_not_opened")
def a_grant_needs_no_tag(patch):
    """A unit would follow whoever calls himself its leader."""
    change(patch, "core.pairing.on_demand.sealing:opened",
           never("end < head_size or not same(tag(key, purpose, data[:end]), data[end:])"))


@caught_by(ATTACKER,
           "test_a_forged_taken_does_not_make_the_leader_believe_that_the_key_is_stored")
def taken_needs_no_tag(patch):
    """A leader would believe that a unit has joined which has not."""
    change(patch, "core.pairing.on_demand.trial:Trial.on_message",
           always("same(message.body[2], tag(self._key, b'taken', bytes(stored)))"))


@caught_by(CORE, "test_six_wrong_codes_in_a_row_close_pairing_and_each_further_one_for_twice_as_"
                 "long")
def wrong_codes_are_not_counted(patch):
    """Codes could be tried one after the other."""
    change(patch, "core.pairing.on_demand.opening:Opening._close", returns("None"))


@caught_by(APP, "test_six_wrong_codes_close_pairing_and_a_restart_does_not_open_it")
def wrong_codes_are_forgotten_at_a_start(patch):
    """Who can cut the power could go on trying."""
    change(patch, "app.on_demand.pairing_job:stored_wrong", first("return 0"))


@caught_by(APP, "test_a_vehicle_at_the_unit_that_joins_is_told_before_anything_is_stored")
def the_key_is_stored_beside_a_closed_contactor(patch):
    """Its vehicle would charge on while the unit counts as a newcomer without current."""
    change(patch, "app.on_demand.newcomer:Newcomer._join",
           never("unit.connector.snapshot(now_ms).closed"))


@caught_by(APP, "test_a_unit_whose_flash_refuses_the_key_stays_what_it_was")
def a_key_that_is_not_stored_is_used(patch):
    """After the next start the unit would be alone again, on a circuit that is shared."""
    change(patch, "app.on_demand.newcomer:Newcomer._join", always("ok"))


@caught_by(APP, "test_where_the_limit_has_no_room_no_code_is_asked_for")
def the_key_is_given_where_the_limit_has_no_room(patch):
    """A unit would stop charging for a group that cannot take it."""
    change(patch, "app.on_demand.admitting:_no_room", returns("None"))


@caught_by(APP, "test_members_of_a_group_load_nothing_for_a_stranger_that_pairs")
def members_answer_whoever_pairs(patch):
    """A stranger could take a unit out of its group."""
    change(patch, "app.unit:Unit._hear_pairing",
           always("member.codec is None or member.role == LEFT or not "
                  "member.group.confirmed_number"))
