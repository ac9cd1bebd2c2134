# SPDX-License-Identifier: MIT
"""Values that more than one part of the core means when it names them."""

from micropython import const

OFFER_MIN_MA = const(6000)  # IEC 61851-1: the least that a pilot can offer
USEFUL_MAX_MA = const(16000)  # the smallest useful current of a unit is no larger
STEP_MA = const(100)  # offers are multiples of this
NEVER_MS = 1 << 62  # one object for all: such a large number takes memory wherever it is written
UNITS_MAX = const(16)  # in a group
UNIT_MAX = const(250)  # greatest number of a unit
FALLBACKS = ("equal", "minimum", "stop")  # what units use without a lease
