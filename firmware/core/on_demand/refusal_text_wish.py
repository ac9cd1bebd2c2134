# SPDX-License-Identifier: MIT
"""What cannot be wished of a unit or of a group: the English of refusal_words.py."""

TEXT = """
cap amps|<0> A is no maximum of unit <1>: must be <2> to <3> A, or 0 for nothing
cap_kind amps|amps is <0>: must be a whole number of amperes, or nothing
least min_a|<0> A is no smallest current of unit <1>: must be <2> to <3> A
wish_kind 0|<0> is <1>: must be a whole number, or nothing
changes_kind changes|changes is <0>: must be names and values
soft_limit amps|<0> A is no soft limit: must be 0 to <1> A, in whole amperes
ttl ttl_s|ttl_s is <0>: must be 1 to <1> s, or nothing
no_value |this is no value: it is a number, ON, OFF or none, or {"value": .., "ttl_s": ..}
clear_there |a fault of unit <0> is cleared on that unit
"""
