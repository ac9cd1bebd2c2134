# SPDX-License-Identifier: MIT
"""What cannot be of a unit, or was said wrong: the English of refusal_words.py."""

TEXT = """
not_running |nothing runs: start with run()
nothing_ran |nothing has run yet: start with run()
no_group_now |this unit runs no group now: <0>
only_itself |this unit runs no group now: identify() lets this one blink
alone_setting |<0> of a unit without a group is a setting: stop it first, by Ctrl-C
stand_first |a setting is changed while the unit stands: stop it first, by Ctrl-C at its prompt,
 and run() afterwards
flash |the flash cannot be written. Nothing was changed
charging |a vehicle charges here, and nothing is stored meanwhile: try again when it does not
whole_amps amps|<0> is <1>: must be a whole number of amperes
true_false on|<0> is <1>: must be true or false
unit_number unit|unit is <0>: a unit is named by its number, as members() shows it
seconds seconds|seconds is <0>: must be 1 to <1>
name_long name|a name is text of at most <0> bytes, without line breaks
stopped_leading |this unit has stopped leading, because another one led too: lead_again() here,
 or on that one
not_stopped |this unit has not stopped leading: lead_again() is for one that did, beside another
 leader
is_leader |this unit is the leader already: nothing is to be done
leads_no_more |this unit does not lead any more
in_no_group |this unit is in no group: pair it on a leader first
promote_early |the leader, unit <2><3s>, was heard <0t> ago: hand_over(<4>) there, or take its
 power away and wait until it has been silent for <1t>
promise old_leader_has_no_power|promote(True) is your word that the old leader, unit <0><1s>,
 has no power, and gets none before it is reset or is where it hears the group
test_running |the self-test goes on for another <0t>
test_alone |a unit alone has no group to test: pair() takes units in
test_missing |<0u> cannot be heard: go there first, troubles() says more
sharing_off |sharing is off: enable(True) first
settings |<0>
set_there unit|the settings of unit <0> are changed on its own page, or at its prompt
setting_unknown 0|<0> is no setting. See settings()
setting_number 0|<0> is <1>: must be <2> to <3>
setting_choice 0|<0> is <1>: must be <2>
setting_length 0|<0> has <1> characters: must be empty or have <2> to <3>
breaker breaker_a|breaker_a is <0>: must be <1>
role_fixed role|role stays <0>: this unit is in a group. Hand it over or remove it first, or
 forget the group by factory_reset(True) at its prompt
cable |that can be done only at the cable
not_sure sure|this forgets the group and all settings: say that it is to be so
unknown 0|<0> is not known here: known are <1>
missing 0|<0> is missing
login_waits |logging in is possible again in <0> s
login_old |that took too long: try again
login_wrong code|that is not the code of this unit
sessions_silent |unit <0> is not heard, and keeps its sessions itself
"""
