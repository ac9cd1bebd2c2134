# SPDX-License-Identifier: MIT
"""Turns of those that ask for nothing, on a circuit where nothing is left over (design 4).

Without an offer a vehicle cannot show that it wants current again. So idle units that were offered
nothing for long get their smallest useful current for a while, one at a time. The more there are,
the sooner the next one follows: each has its turn again before 15 min are over.
"""

from core.allocation.allocator import Demand
from micropython import const

TURN_MS = const(120000)  # a vehicle may need 90 s from PWM to its first current
# 90 s of a turn that came too early, this, and 90 s to start are less than 15 min.
_EVERY_MS = const(690000)


def take_turn(index, idle, demands, now_ms: int):
    """The unit whose turn it is asks for its smallest useful current, in `demands`. index: its
    place there, or -1; then give() says whose turn is next."""
    if index < 0:
        index = give(now_ms, idle)
    if index >= 0:
        old = demands[index]
        demands[index] = Demand(old.unit, min(old.least_ma, old.spare_ma), *old[2:])


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
