# SPDX-License-Identifier: MIT
"""What cannot be wished of a unit or of a group: the English of refusal_words.py."""

TEXT = """
cap amps|<0> A is no maximum of unit <1>: must be <2> to <3> A, or 0 for nothing
cap_kind amps|amps is <0>: must be a whole number of amperes, or nothing
changes_kind changes|changes is <0>: must be names and values
soft_limit amps|<0> A is no soft limit: must be 0 to <1> A, in whole amperes
no_value |this is no value: it is a number, ON, OFF or none, or {"value": .., "ttl_s": ..}
clear_there |unit <0> is not heard: a fault of it is cleared on that unit
"""
