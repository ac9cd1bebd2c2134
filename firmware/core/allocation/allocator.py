# SPDX-License-Identifier: MIT
"""Share the circuit's current among the units: one pure function (design, section 4).

Safe: never above a limit on any phase, never between 0 and what is useful at a unit, never
above what it would take. Nothing is left on a phase that a unit on it could use. Equal priority
shares max-min fair: all rise together until each has what it asks for or sits on a full phase.
Integers only; sums are kept in steps of 0.1 A, and the last odd steps go to the smallest unit ids.
"""

from collections import namedtuple

from core.allocation.usage import LOCK_MS
from core.load import load
from core.units import STEP_MA
from micropython import const

_NO_TOP = const(1 << 20)

# A mask of phases with 8 bits for each, so that one addition counts units on all three.
_APART = const(1 | 1 << 7 | 1 << 14)
_L1 = const(1)
_L2 = const(1 << 8)
_L3 = const(1 << 16)
_EACH = const(255)

# What one unit could use. ask_ma: what it wants; spare_ma: all that it would take if nobody else
# asks for it, the asked part included; max_ma: least of rating, cable, temperature. phases: mask
# of the circuit's phases it counts on. priority: larger goes first. energy: A s so far. active:
# allocation has it switched on; since_ms: for how long it has been on or paused (usage.py).
# least_ma: smallest current that is useful there, 6000 and more.
Demand = namedtuple("Demand", ("unit", "ask_ma", "spare_ma", "max_ma", "phases", "priority",
                               "energy", "active", "since_ms", "least_ma"))


def allocate(limits_ma, demands):
    """[(unit, amount_ma)] by rising unit id; 0 or least_ma and more, multiples of 100.

    limits_ma: mA per phase of the circuit, three. demands: Demand of each unit, in any order, ids
    unique. Asks below its least_ma count as none.
    """
    demands = sorted(demands)
    rooms = [limits_ma[0] // STEP_MA, limits_ma[1] // STEP_MA, limits_ma[2] // STEP_MA]
    asks, tops = _wishes(demands)
    if _take_all(rooms, demands, tops):  # the common case of a quiet circuit
        amounts = tops
    else:
        amounts = _share(rooms, demands, asks, tops)
    for i in range(len(demands)):
        amounts[i] = demands[i].unit, amounts[i] * STEP_MA
    return amounts


def _wishes(demands):
    # Asked steps and most that would be taken, per demand; 0 or at least its smallest.
    asks = []
    tops = []
    for _, ask, top, most, phases, _, _, active, since_ms, least in demands:
        if top < ask:
            top = ask
        if top > most:
            top = most
        top //= STEP_MA
        ask //= STEP_MA
        if ask > top:
            ask = top
        if ask * STEP_MA < least:
            ask = 0
        # What allocation has paused must stay paused for a while.
        if top * STEP_MA < least or not phases or (
                ask and not active and since_ms < LOCK_MS):
            ask = top = 0
        asks.append(ask)
        tops.append(top)
    return asks, tops


def _share(rooms, demands, asks, tops):
    # Minimums of all, asks level by level of priority, then what is left over the same way.
    masks = []
    amounts = []
    for i in range(len(asks)):
        masks.append(demands[i].phases * _APART & (_L1 | _L2 | _L3))
        amounts.append(demands[i].least_ma // STEP_MA if asks[i] else 0)
    if not _take_all(rooms, demands, amounts):
        amounts = load("core", "allocation", "admission").admit(rooms, demands, asks)
    levels = _levels(demands)
    for members in levels:
        _fill(rooms, masks, amounts, asks, members)
    if amounts != tops and asks != tops:  # nobody can have more of what he asks for
        if 0 in amounts:
            load("core", "allocation", "admission").admit_spare(rooms, demands, amounts, tops)
        for members in levels:
            _fill(rooms, masks, amounts, tops, members)
    return amounts


def _take_all(rooms, demands, amounts):
    # Takes all amounts from the rooms, if they fit.
    a = b = c = 0
    for i in range(len(amounts)):
        mask = demands[i].phases
        amount = amounts[i]
        if mask & 1:
            a += amount
        if mask & 2:
            b += amount
        if mask & 4:
            c += amount
    if a > rooms[0] or b > rooms[1] or c > rooms[2]:
        return False
    rooms[0] -= a
    rooms[1] -= b
    rooms[2] -= c
    return True


def _levels(demands):
    # Indexes of the demands, one list per priority, largest first.
    first = demands[0].priority
    for d in demands:
        if d.priority != first:
            break
    else:
        return [range(len(demands))]
    priorities = sorted(set([d.priority for d in demands]))
    priorities.reverse()
    return [[i for i in range(len(demands)) if demands[i].priority == p] for p in priorities]


def _fill(rooms, masks, amounts, caps, members):
    # Progressive filling: the lowest of those that can still rise do so together, as far as the
    # next one's level, the first of their caps, or a phase that cannot lift them all.
    rising = _rising(members, amounts, caps)
    while rising:
        level = top = _NO_TOP
        count = 0  # how many stand at the level, apart for each phase
        for i in rising:
            height = amounts[i]
            if height < level:
                top, level = level, height
                count = 0
            if height == level:
                height = caps[i]
                count += masks[i]
            if height < top:
                top = height
        step = _lift(rooms, count, top - level)
        for i in rising:
            if amounts[i] == level:
                amounts[i] = level + step
        if step == top - level:
            rising = _rising(rising, amounts, caps)
        else:  # a phase is in the way: of what it has left not each can have a step
            rising = _hand_out(rooms, masks, amounts, caps, rising, level + step)


def _rising(members, amounts, caps):
    rising = []
    for i in members:
        if 0 < amounts[i] < caps[i]:
            rising.append(i)
    return rising


def _lift(rooms, count, step):
    # How many steps, at most `step`, so many can rise together; takes them from the rooms.
    n1 = count & _EACH
    n2 = count >> 8 & _EACH
    n3 = count >> 16
    if n1 * step > rooms[0]:
        step = rooms[0] // n1
    if n2 * step > rooms[1]:
        step = rooms[1] // n2
    if n3 * step > rooms[2]:
        step = rooms[2] // n3
    rooms[0] -= n1 * step
    rooms[1] -= n2 * step
    rooms[2] -= n3 * step
    return step


def _hand_out(rooms, masks, amounts, caps, rising, level):
    # A phase cannot lift all at `level`: its odd steps go to the first ones; those that get none
    # are done, because the room on their phase never comes back.
    still = []
    for i in rising:
        if amounts[i] == level:
            mask = masks[i]
            if (mask & _L1 and not rooms[0]) or (mask & _L2 and not rooms[1]) \
                    or (mask & _L3 and not rooms[2]):
                continue
            amounts[i] += 1
            if mask & _L1:
                rooms[0] -= 1
            if mask & _L2:
                rooms[1] -= 1
            if mask & _L3:
                rooms[2] -= 1
        if amounts[i] < caps[i]:
            still.append(i)
    return still
