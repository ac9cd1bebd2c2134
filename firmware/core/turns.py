# SPDX-License-Identifier: MIT
"""Turns of those that ask for nothing, on a circuit where nothing is left over (design 4).

Without an offer a vehicle cannot show that it wants current again. So idle units that were offered
nothing for long get their smallest useful current for a while, one at a time. The more there are,
the sooner the next one follows: each has its turn again before 15 min are over.
"""

from micropython import const

TURN_MS = const(120000)  # a vehicle may need 90 s from PWM to its first current
# 90 s of a turn that came too early, this, and 90 s to start are less than 15 min.
_EVERY_MS = const(690000)


def give(now_ms: int, idle) -> int:
    """Begin the next turn, if one is due. idle: (usage, index) of those that have nothing and of
    which none has a turn. The index of the one whose turn it is now, or -1."""
    usage, index = min(idle, key=_order)
    if now_ms - usage.idle_ms < _EVERY_MS - TURN_MS * (len(idle) - 1):
        return -1
    usage.turn_ms = TURN_MS
    return index


def _order(entry):
    return entry[0].idle_ms, entry[1]
