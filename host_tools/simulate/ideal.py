# SPDX-License-Identifier: MIT
"""The perfect controller that a run is measured against: no radio, no delay, knows everything.

Max-min by priority over the vehicles past their start delay, within the limit of each phase, the
ratings and the 6 A minimum (design 9). Written for clearness, and on purpose without anything of
the firmware's allocator.
"""

from collections import namedtuple

_MINIMUM_MA = 6000

# A vehicle as the perfect controller sees it. phases: indexes of the circuit's phases that it
# uses; cap_ma: the offer above which it draws no more, or its unit's rating if that is less.
# part_permille: what it takes of an offer; min_ma: below it, it takes nothing.
Car = namedtuple("Car", ("key", "phases", "cap_ma", "priority", "max_ma", "under_ma", "step_ma",
                         "part_permille", "min_ma"), defaults=(1000, _MINIMUM_MA))


def car(key, unit, spec, max_ma: int, lanes: int) -> Car:
    """Car for a vehicle of `spec` at `unit` that wants `max_ma` on its first `lanes` phases."""
    full_ma = -(-(max_ma + spec.under_ma) * 1000 // spec.takes_permille)
    cap_ma = min(unit.rating_ma, max(spec.min_ma, full_ma))
    return Car(key, unit.wiring[:lanes], cap_ma, unit.priority, max_ma, spec.under_ma,
               spec.step_ma, spec.takes_permille, spec.min_ma)


def drawn_ma(one: Car, offer_ma: int) -> int:
    """What the vehicle draws on each of its phases under this offer."""
    if offer_ma < one.min_ma:
        return 0
    amount_ma = max(0, min(one.max_ma, offer_ma * one.part_permille // 1000 - one.under_ma))
    return amount_ma // one.step_ma * one.step_ma if one.step_ma else amount_ma


def offers_ma(limit_ma: int, cars) -> dict:
    """Offer for each car's key: minimums first, then level by level from the largest priority."""
    left_ma = [limit_ma] * 3
    offers = {one.key: 0 for one in cars}
    for one in sorted(cars, key=lambda c: (-c.priority, c.key)):
        least_ma = one.min_ma
        if one.cap_ma >= least_ma and all(left_ma[phase] >= least_ma for phase in one.phases):
            offers[one.key] = least_ma
            for phase in one.phases:
                left_ma[phase] -= least_ma
    for priority in sorted({one.priority for one in cars}, reverse=True):
        _fill([c for c in cars if c.priority == priority and offers[c.key]], offers, left_ma)
    return offers


def _fill(cars, offers, left_ma):
    """Raise the lowest together as far as the next one's level, or until a phase is full; those on
    it, or at their cap, stay there."""
    rising = [one for one in cars if offers[one.key] < one.cap_ma]
    while rising:
        level_ma = min(offers[one.key] for one in rising)
        lowest = [one for one in rising if offers[one.key] == level_ma]
        load = [sum(phase in one.phases for one in lowest) for phase in range(3)]
        rise_ma = min([left_ma[phase] // load[phase] for phase in range(3) if load[phase]]
                      + [one.cap_ma - level_ma for one in lowest]
                      + [offers[one.key] - level_ma for one in rising if one not in lowest])
        for one in lowest:
            offers[one.key] += rise_ma
        for phase in range(3):
            left_ma[phase] -= rise_ma * load[phase]
        full = [bool(load[phase]) and left_ma[phase] < load[phase] for phase in range(3)]
        rising = [one for one in rising if offers[one.key] < one.cap_ma
                  and not (one in lowest and any(full[phase] for phase in one.phases))]


def total_ma(limit_ma: int, cars) -> int:
    """What all cars draw under the perfect controller, over all phases."""
    offers = offers_ma(limit_ma, cars)
    return sum(drawn_ma(one, offers[one.key]) * len(one.phases) for one in cars)
