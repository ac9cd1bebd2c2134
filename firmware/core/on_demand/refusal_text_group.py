# SPDX-License-Identifier: MIT
"""What cannot be of a group: the English of refusal_words.py, which says how it is read."""

TEXT = """
role |that is done on the leader, unit <0><1s>
limit_low amps|limit is <0> A: must be at least <1> A, 6 A for each of <2> units
limit_low_min amps|limit is <0> A: must be at least <1> A, the smallest current for each of <2>
 units
limit_high amps|limit is <0> A: must be at most <1> A, the sum of the nameplates minus 1 A; with
 more, sharing is not needed
limit_one amps|limit is <0> A: must be at most <1> A, the greatest output of the only unit
limit_step amps|limit is <0> mA: must be a multiple of <1> mA
fallback mode|fallback is <0>: must be one of equal, minimum, stop
group_size |a group of <0> units: must be 1 to <1>
id_range |unit_id is <0>: must be 1 to <1>
id_twice |unit_id <0> is there twice: each in a group must be different
no_leader |no unit is the leader: a group must have exactly one
leaders |units <0> are all leaders: a group must have exactly one
not_in_group unit|unit <0> is not in the group: in it are <1u>
remove_leader unit|unit <0> leads: hand_over(N) first, then remove(<0>) there
replace_leader unit|unit <0> leads: hand_over(N) first, then replace(<0>) there
hand_over_leader unit|unit <0> leads already: hand over to <1u>
hand_over_to unit|unit <0> is not in the group: hand over to <1u>
nobody_else unit|there is no other unit to hand over to: pair() takes one in
handing_over |unit <0> is about to lead: wait until it does, and change the group there
change_waits |a change of the group comes first: it waits for <0u>; go there, or
 go_on_without(N)
change_soon |a change of the group comes first: it is in force within a minute
agreeing |the group's settings are being agreed upon anew: wait until that is over, troubles()
 says what it waits for
newer |<0u> may hold newer settings that are not here yet: wait until they are, or
 go_on_without(N)
held |<0u> may still use <1> A without being asked, and the limit is to be <2> A: choose at
 least <1> A, or go there and take the power away, then remove(N, True)
not_waited_for unit|unit <0> is not waited for: the change waits for <1u>
none_waited_for unit|unit <0> is not waited for: no change waits for a unit
stays unit|unit <0> stays in the group: go_on_without(<0>), or remove(<0>) first
other_leader unit|unit <0> may have been made the leader too: go there, switch it off, and then
 remove(<0>, True)
serial_there |serial <0> is unit <1> already: remove(<1>) first
nothing_waits |no change waits: there is nothing to take back
members |this unit leads a group of <0>: hand_over(N) first, or remove(N) the others
"""
