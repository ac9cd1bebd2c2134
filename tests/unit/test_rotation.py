# SPDX-License-Identifier: MIT
"""Scarcity over hours: turns of 15 min, nobody starves, contactors are not worn."""

import random

import pytest

from core.allocation.on_demand.admission import NEVER_MS
from core.allocation.allocator import Demand, allocate
from core.allocation.usage import Usage

_STEP_MS = 10000
_HOUR_MS = 3600000
_LOCK_MS = 210000
_TURN_MS = 900000


class _Unit:
    def __init__(self, number, phases=1, priority=0, energy=0, ask_ma=32000):
        self.number = number
        self.phases = phases
        self.priority = priority
        self.energy = energy
        self.ask_ma = ask_ma
        self.usage = Usage(0)
        self.switches = []  # (ms, on)
        self.on_ms = 0
        self.longest_wait_ms = 0
        self._waiting_ms = 0

    def demand(self, now_ms):
        return Demand(self.number, self.ask_ma, self.ask_ma, 32000, self.phases, self.priority,
                      self.energy, self.usage.active, self.usage.since_ms(now_ms), 6000)

    def take(self, now_ms, amount_ma):
        was_on = self.usage.active
        self.usage.note(now_ms, self.ask_ma, amount_ma)
        if self.usage.active != was_on:
            self.switches.append((now_ms, self.usage.active))
        self.energy += amount_ma * _STEP_MS // 1000000
        if amount_ma:
            self.on_ms += _STEP_MS
            self._waiting_ms = 0
        elif self.ask_ma:
            self._waiting_ms += _STEP_MS
            self.longest_wait_ms = max(self.longest_wait_ms, self._waiting_ms)


def _share(limit_ma, units, hours, from_ms=(1 << 30) - 60000):
    for now_ms in range(from_ms, from_ms + hours * _HOUR_MS, _STEP_MS):
        answer = dict(allocate((limit_ma,) * 3, [unit.demand(now_ms) for unit in units]))
        for unit in units:
            unit.take(now_ms, answer[unit.number])
    return units


def _spans_ms(unit, on):
    return [b[0] - a[0] for a, b in zip(unit.switches, unit.switches[1:]) if a[1] == on]


@pytest.mark.parametrize("limit_a, units", [(11, 2), (14, 3), (30, 6), (20, 6), (50, 16)])
def test_all_get_equal_time_in_turns_of_15_min(limit_a, units):
    group = _share(limit_a * 1000, [_Unit(number) for number in range(1, units + 1)], 24)
    slots = limit_a // 6
    fair_ms = 24 * _HOUR_MS * slots // units
    for unit in group:
        assert abs(unit.on_ms - fair_ms) <= 2 * _TURN_MS
        assert min(_spans_ms(unit, True)) >= _TURN_MS
        assert min(_spans_ms(unit, False)) >= _LOCK_MS
        assert unit.longest_wait_ms <= units * _TURN_MS


def test_energies_even_out():
    group = _share(20000, [_Unit(number) for number in range(1, 7)], 24)
    energies = [unit.energy for unit in group]
    assert max(energies) - min(energies) <= 2 * 10 * _TURN_MS // 1000


def test_a_vehicle_that_had_much_does_not_starve():
    group = [_Unit(1, energy=600000)] + [_Unit(number) for number in range(2, 7)]
    _share(13000, group, 24)
    assert group[0].on_ms > 0
    assert group[0].longest_wait_ms <= 7 * _TURN_MS


def test_one_on_three_phases_does_not_starve_among_single_ones():
    # Its phases come free at different times; it must be able to hold out for all of them.
    group = [_Unit(1, phases=7)] + [_Unit(number, phases=1 << number % 3)
                                    for number in range(2, 8)]
    for unit in group[1:]:
        unit.usage.note((1 << 30) - 60000 - unit.number * 137000, 6000, 6000)
    _share(11000, group, 24)
    assert group[0].on_ms >= _HOUR_MS
    assert max(unit.longest_wait_ms for unit in group) <= 2 * 7 * _TURN_MS


def test_priority_never_waits_and_the_rest_rotates():
    group = [_Unit(1, priority=1)] + [_Unit(number) for number in range(2, 5)]
    _share(13000, group, 12)
    assert group[0].longest_wait_ms == 0
    assert all(unit.on_ms >= 3 * _HOUR_MS for unit in group[1:])


@pytest.mark.parametrize("seed", range(20))
def test_no_contactor_moves_within_3_5_min_whatever_vehicles_do(seed):
    # Vehicles come, change their wish and go; only a unit's own vehicle or a first start may
    # switch it sooner.
    rng = random.Random(seed)
    group = [_Unit(number, phases=rng.choice((1, 1, 2, 4, 7)), priority=rng.choice((0, 0, 1)))
             for number in range(1, 8)]
    limits = (rng.randint(120, 300) * 100,) * 3
    own_ms = {unit.number: -NEVER_MS for unit in group}
    for now_ms in range(0, 6 * _HOUR_MS, _STEP_MS):
        for unit in group:
            if rng.random() < 0.002:
                unit.ask_ma = rng.choice((0, 6000, 10000, 32000))
                own_ms[unit.number] = now_ms
        answer = dict(allocate(limits, [unit.demand(now_ms) for unit in group]))
        for unit in group:
            before = len(unit.switches)
            unit.take(now_ms, answer[unit.number])
            if len(unit.switches) > before >= 1:
                last_ms, now_on = unit.switches[-2][0], unit.switches[-1][1]
                forced = own_ms[unit.number] >= last_ms or not _fits(limits, group, unit)
                assert now_ms - last_ms >= _LOCK_MS or (forced and not now_on) \
                    or own_ms[unit.number] >= last_ms


def _fits(limits, group, unit):
    # Whether the minimums of all that are on, and of this one, fit.
    on = [other for other in group if other is unit or other.usage.active]
    return all(6000 * sum(other.phases >> p & 1 for other in on) <= limits[p] for p in range(3))


@pytest.mark.parametrize("count", [2, 3, 6])
def test_the_lowest_priority_waits_long_and_not_for_ever(count):
    """One has no priority, all others have, and want current for days."""
    units = [_Unit(number, priority=9) for number in range(2, count + 1)] + [_Unit(1)]
    _share(6000 * (count - 1), units, 24)
    last = units[-1]
    assert last.longest_wait_ms <= (count + 1) * _TURN_MS + _LOCK_MS
    assert _LOCK_MS <= last.on_ms < min(unit.on_ms for unit in units[:-1])
