# SPDX-License-Identifier: MIT
"""What cannot be of pairing: the English of refusal_words.py, which says how it is read."""

TEXT = """
code_text code|a label's code is text, as in XXXX-XXXX-XXXX-X
code_letter code|a label's code has digits and letters except U, as in XXXX-XXXX-XXXX-X: read it
 again from the new unit's label
code_length code|a label's code has 13 characters, as in XXXX-XXXX-XXXX-X, and this has <0>:
 read it again from the new unit's label
code_check code|a character of the code is wrong, or two have changed places: read it again from
 the new unit's label
pair_kind |a unit is named by its serial, a code is that of its label: texts
serial_form serial|serial is <0>: must be 12 hexadecimal digits
being_paired serial|unit <0> is being paired: try again when that has ended
pairing_closed code|pairing takes no code for <0m>, after <1> wrong ones in a row: then read it
 from the new unit's label
not_heard serial|no unit with serial <0> is heard that can be paired: it must have power, be in
 reach of this unit's radio and be in no group
none_heard |no unit is heard that can be paired: it must have power, be in reach of this unit's
 radio and be in no group
join_version serial|unit <0> pairs by versions <1> to <2> and this unit by <3> to <4>: install
 the same firmware on both
join_not_set_up serial|unit <0> is not set up: choose its breaker and its phases on it first
join_double serial|two boards answer as unit <0>: switch off the one that is not to be added,
 and try again after 10 s
join_other_group serial|unit <0> is in another group: remove it there, or reset it, and try
 again
key_not_heard serial|unit <0> is not heard, or has not this group's key: its label code is
 needed
group_full |the group has <0> units: more cannot be
no_room |limit is <0> A: must be at least <1> A for <2> units. Raise the limit first, if the
 circuit allows it
not_set_up |this unit is not set up: <0>
follower_alone |this unit is a follower without a group: open pairing on the unit that leads, or
 make this one the leader with role("leader")
removed |this unit was removed from its group: it is paired from the leader
"""
