# SPDX-License-Identifier: MIT
"""How units hear each other: the English of finding_words.py, which says how it is read.

Each entry begins at the start of a line, with its code; the lines below belong to it.
"""

TEXT = """
never_heard unit <0> has not been heard since unit <2> started <1t> ago; <3a> is kept for it|go
 to unit <0>: is its breaker on, is its light on, is it within reach of unit <2>? A change does
 not wait for it after go_on_without(<0>) here
missing unit <0> has not been heard for <1t>; <3a> is kept for it|go to unit <0>: has its breaker
 tripped, is its light on, is something in the way to unit <2>? A change does not wait for it
 after go_on_without(<0>) here
signal_weak unit <0> and unit <3> hear each other weakly: -<1> dBm<2b>|good is better than -70
 dBm: turn or move unit <0> or its antenna a little, or leave it if no frames are lost
signal_too_weak unit <0> and unit <3> hardly hear each other: -<1> dBm<2b>|go to unit <0>: move
 it or its antenna closer to unit <3>, or take away what stands between; -82 dBm is needed
frames_lost <1> reports of unit <0> were lost in the last minute|is the air crowded, or is
 something in the way to unit <0>? Above 10 a minute its current may change late
version <0> frames of units with another program version were not understood|give all units the
 same version: ./flash.sh --all
foreign another AmpPool group was heard <0t> ago|are its units on this circuit? Then they must be
 in this group: factory_reset(True) there, then pair() here. Else nothing is to be done
leader_lost the leader, unit <0>, has not been heard for <1t>|go to unit <0>: is it on, and
 within reach? If it is dead for good, and has no power: promote(True) here
double unit <0> seems to start again and again: <2> times in a row. Two boards may say that they
 are it, serial <1>|go to unit <0>: does its light go out and on? Then its board or supply is
 broken. Else another board is a copy of it: take the power of that one away, for together they
 may use twice what one may
stranger a unit with this group's key is not in the group: <0>. It gets nothing|add it with
 pair() here, or forget the group there: factory_reset(True) at its prompt
"""
