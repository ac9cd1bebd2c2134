# SPDX-License-Identifier: MIT
"""Who gets the smallest useful current when it is not enough for all (design, section 4).

Only scarcity is decided here: the allocator asks when the minimums of all do not fit, and when
idle units may try what is left over. Answers depend on nothing but the demands: priority, energy,
and how long a unit has been on or paused. Amounts are steps of 0.1 A.
"""

from core.allocation.usage import LOCK_MS, NEVER_MS
from core.units import STEP_MA
from micropython import const

_TURN_MS = const(900000)  # 15 min: then a running unit gives way to a waiting one

# Place in the queue, first to last. Locked units come before priority: only safety ends a lock.
_LOCKED = const(0)
_OVERDUE = const(1)
_RUNNING = const(2)
_WAITING = const(3)
_HAD_ITS_TURN = const(4)


def admit(rooms, demands, asks):
    """Steps for each demand, its smallest or 0; `rooms` (steps per phase) sinks by what is given.

    `asks` holds 0 for units that take no part. First come those that have seen all others have a
    turn, then priority and the place in the queue, then least energy; whoever still fits after one
    that does not is taken, so no room is lost.
    """
    amounts = [0] * len(asks)
    _take(rooms, demands, _queue(demands, [i for i in range(len(asks)) if asks[i]]), amounts)
    return amounts


def admit_spare(rooms, demands, amounts, tops):
    """Add the smallest for units that got nothing but would take room that nobody else asks for.

    Those that are on stay on, so that what is left over does not wander between idle vehicles.
    """
    queue = []
    for i in range(len(tops)):
        if tops[i] and not amounts[i]:
            d = demands[i]
            queue.append((-d.priority, not d.active, d.energy, d.unit, i))
    queue.sort()
    _take(rooms, demands, [entry[4] for entry in queue], amounts)


def _queue(demands, asking):
    # A waiting unit that has seen every other one have a turn goes first, whatever its energy:
    # a vehicle that had much before would otherwise wait until newcomers have had as much. It
    # also goes before running ones, or a unit on three phases might never find all three free, and
    # before all of a higher priority: those may want current for ever.
    overdue_ms = len(asking) * _TURN_MS
    queue = []
    for i in asking:
        d = demands[i]
        place = _place(d, overdue_ms)
        queue.append((place != _LOCKED, place != _OVERDUE, -d.priority, place, d.energy, d.unit,
                      i))
    queue.sort()
    return [entry[6] for entry in queue]


def _place(demand, overdue_ms):
    since_ms = demand.since_ms
    if demand.active:
        if since_ms < LOCK_MS:
            return _LOCKED
        return _RUNNING if since_ms < _TURN_MS else _HAD_ITS_TURN
    return _OVERDUE if overdue_ms <= since_ms < NEVER_MS else _WAITING


def _take(rooms, demands, order, amounts):
    for i in order:
        mask = demands[i].phases
        least = demands[i].least_ma // STEP_MA
        if not ((mask & 1 and rooms[0] < least) or (mask & 2 and rooms[1] < least)
                or (mask & 4 and rooms[2] < least)):
            amounts[i] = least
            if mask & 1:
                rooms[0] -= least
            if mask & 2:
                rooms[1] -= least
            if mask & 4:
                rooms[2] -= least
