# SPDX-License-Identifier: MIT
"""Vehicles as they are in the field, on whole units: none is held down, none is left behind.

Whatever a vehicle leaves of its offer, alone it gets all that it can use; together, each what
max-min gives it. One that starts slowly, late, or not below 8 A starts; one that toggles disturbs
nobody; one that keeps S2 closed holds nothing.
"""

import random

import pytest

from host_tools.simulate.ideal import car, drawn_ma, offers_ma
from host_tools.simulate.scenario import load
from host_tools.simulate.simulation import Simulation

_LIMIT_A = 60
_UNDERS = [under / 10 for under in range(81)]
_PARTS = [part / 100 for part in range(30, 101, 5)]
_SOON_S = 180


def _play(vehicles, duration_s, units=2, limit_a=_LIMIT_A, **more):
    made = [{"id": unit, "role": "leader" if unit == 1 else "follower", "breaker_a": 60,
             "region": "us", "nameplate_a": 48, "phases": "L1", **more.get("unit", {})}
            for unit in range(1, units + 1)]
    return Simulation(load({"name": "field", "duration_s": duration_s, "limit_a": limit_a,
                            "units": made, "vehicles": vehicles}), app=False, trace=False)


def _draw_ma(simulation, unit):
    return max(simulation.nodes[unit].board.draw_ma)


def _ideal_ma(simulation):
    """What each vehicle draws under the perfect controller, by unit."""
    units = {unit.id: unit for unit in simulation.scenario.units}
    cars = [car(spec.unit, units[spec.unit], spec, spec.max_ma, 1)
            for spec in simulation.scenario.vehicles]
    offers = offers_ma(simulation.scenario.limit_ma, cars)
    return {one.key: drawn_ma(one, offers[one.key]) for one in cars}


# ---- what it leaves of its offer (field 1 and 2)


def _check_alone(max_a, **vehicle):
    simulation = _play([{"unit": 1, "plug_s": 0, "max_a": max_a, **vehicle}], 3600, units=1,
                       limit_a=48)
    full_ma = _ideal_ma(simulation)[1]
    simulation.advance(_SOON_S * 1000)
    before_wh = simulation.story.delivered_wh()[0]
    assert _draw_ma(simulation, 1) >= 0.97 * full_ma
    simulation.advance(3600_000)
    hours = (3600 - _SOON_S) / 3600
    delivered_wh = simulation.story.delivered_wh()[0] - before_wh
    assert delivered_wh >= 0.97 * hours * full_ma * 240 / 1000
    result = simulation.result()
    assert len(result.offer_changes[1]) <= 20
    assert result.violations == []


@pytest.mark.parametrize("under_a", [0.4, 2.3, 8])
def test_a_vehicle_alone_that_leaves_some_amperes_gets_all_that_it_can_use(under_a):
    _check_alone(48, under_a=under_a)


@pytest.mark.parametrize("part", [0.3, 0.75])
def test_a_vehicle_alone_that_takes_a_part_of_its_offer_gets_all_that_it_can_use(part):
    _check_alone(32, takes_part=part)


@pytest.mark.long
@pytest.mark.parametrize("max_a", [32, 48])
@pytest.mark.parametrize("under_a", _UNDERS)
def test_a_vehicle_alone_that_leaves_some_amperes_gets_all_that_it_can_use_long(under_a, max_a):
    _check_alone(max_a, under_a=under_a)


@pytest.mark.long
@pytest.mark.parametrize("max_a", [10, 16, 32, 48])
@pytest.mark.parametrize("part", _PARTS)
def test_a_vehicle_alone_that_takes_a_part_gets_all_that_it_can_use_long(part, max_a):
    _check_alone(max_a, takes_part=part)


def _check_group(seed, count):
    dice = random.Random(seed)
    vehicles = []
    for unit in range(1, count + 1):
        odd = {"under_a": dice.choice(_UNDERS)} if dice.random() < 0.5 else {
            "takes_part": dice.choice(_PARTS)}
        vehicles.append({"unit": unit, "plug_s": dice.randint(0, 60),
                         "max_a": dice.choice((16, 32, 32, 48)), **odd})
    simulation = _play(vehicles, 600, units=count)
    simulation.advance(600_000)
    found = {unit: _draw_ma(simulation, unit) for unit in range(1, count + 1)}
    ideal = _ideal_ma(simulation)
    assert {unit: abs(found[unit] - ideal[unit]) <= 1000 for unit in found} \
        == dict.fromkeys(found, True), (vehicles, found, ideal)
    assert abs(sum(found.values()) - sum(ideal.values())) <= 1000, (vehicles, found, ideal)
    assert simulation.violations() == []


@pytest.mark.parametrize("seed, count", [(2, 3), (3, 6)])
def test_such_vehicles_together_get_what_max_min_gives_them(seed, count):
    _check_group(seed, count)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(4, 104))
def test_such_vehicles_together_get_what_max_min_gives_them_long(seed):
    _check_group(seed, 3 if seed % 2 else 6)


# ---- it starts slowly, or late, or not with little (field 3 and 4)


def _first_current_s(simulation, unit, wants_s, within_s=900):
    """From when it wants current to when it draws some; None: not within so long."""
    for now_s in range(wants_s, wants_s + within_s + 1, 2):
        simulation.advance(now_s * 1000)
        if _draw_ma(simulation, unit):
            return now_s - wants_s
    return None


_LATE = [
    {"start_delay_s": 90},
    {"start_delay_s": 90, "starts_after_s": 600},
    {"start_delay_s": 25, "profile": [[200, 0], [900, 32]]},
    {"start_delay_s": 20, "min_a": 8, "starts_after_s": 600},
    {"profile": [[300, 0], [900, 32]], "keeps_s2": True},
]


def _wants_s(vehicle):
    if "profile" in vehicle:
        return vehicle["profile"][-1][0]
    return 10 + vehicle.get("starts_after_s", 0)


def _check_late(vehicle, hungry, idle=0):
    """hungry: how many others want all; idle: how many are plugged in and want nothing."""
    others = [{"unit": unit, "plug_s": 5, "max_a": 48} for unit in range(2, 2 + hungry)]
    others += [{"unit": unit, "plug_s": 8, "max_a": 32, "starts_after_s": 9000}
               for unit in range(2 + hungry, 2 + hungry + idle)]
    wants_s = _wants_s(vehicle)
    simulation = _play([{"unit": 1, "plug_s": 10, "max_a": 32, **vehicle}] + others,
                       wants_s + 1000, units=max(1 + hungry + idle, 2),
                       unit={"min_a": 8 if "min_a" in vehicle else 6}, limit_a=_LIMIT_A)
    assert _first_current_s(simulation, 1, wants_s) is not None
    simulation.advance(simulation.now_ms + 60_000)
    assert _draw_ma(simulation, 1) >= _ideal_ma(simulation)[1] - 1000 or idle
    assert simulation.violations() == []


@pytest.mark.parametrize("vehicle", _LATE[1:])
def test_a_vehicle_that_wants_current_late_starts_within_15_min_on_a_full_circuit(vehicle):
    _check_late(vehicle, hungry=2)


@pytest.mark.parametrize("vehicle", _LATE[:2])
def test_a_vehicle_that_needs_90_s_to_start_does(vehicle):
    _check_late(vehicle, hungry=0)


def test_five_idle_vehicles_take_turns_one_at_a_time():
    _check_late({"start_delay_s": 90, "starts_after_s": 700}, hungry=1, idle=4)


@pytest.mark.long
@pytest.mark.parametrize("hungry, idle", [(0, 0), (1, 3), (2, 0), (2, 3), (5, 0)])
@pytest.mark.parametrize("vehicle", _LATE)
@pytest.mark.parametrize("wants_after_s", [0, 97, 240, 431, 600])
def test_a_vehicle_that_wants_current_late_starts_within_15_min_long(vehicle, hungry, idle,
                                                                   wants_after_s):
    moved = dict(vehicle)
    if "starts_after_s" in vehicle:
        moved["starts_after_s"] += wants_after_s
    if "profile" in vehicle:
        (first, _), (last, amps) = vehicle["profile"]
        moved["profile"] = [[first, 0], [last + wants_after_s, amps]]
    _check_late(moved, hungry, idle)


@pytest.mark.parametrize("start_delay_s", [3, 20])
def test_a_vehicle_that_needs_8_a_starts_with_a_share_of_10_a(start_delay_s):
    """Also where nobody has set the unit's smallest useful current."""
    vehicles = [{"unit": unit, "plug_s": unit, "max_a": 32} for unit in (1, 3, 4, 5, 6)]
    vehicles.append({"unit": 2, "plug_s": 120, "max_a": 32, "min_a": 8,
                     "start_delay_s": start_delay_s})
    simulation = _play(vehicles, 300, units=6)
    assert _first_current_s(simulation, 2, 120, 100) is not None
    simulation.advance(300_000)
    assert _draw_ma(simulation, 2) >= 9900


def test_a_unit_is_offered_its_smallest_useful_current_or_nothing():
    vehicles = [{"unit": unit, "plug_s": unit, "max_a": 32} for unit in (1, 2, 3)]
    simulation = _play(vehicles, 200, units=3, limit_a=27, unit={"min_a": 10})
    simulation.advance(200_000)
    offers = simulation.result().offer_changes
    assert all(ma == 0 or ma >= 9990 for unit in offers for _, ma in offers[unit])
    assert sorted(simulation.nodes[unit].board.offer_ma > 0 for unit in (1, 2, 3)) \
        == [False, True, True]


# ---- it comes and goes (field 17), or does not go


def _toggling(on_s, off_s, until_s):
    profile, now_s, amps = [], 60, 0
    while now_s < until_s:
        profile.append([now_s, amps])
        now_s += on_s if amps else off_s
        amps = 0 if amps else 16
    return profile


@pytest.mark.parametrize("others", [1, 3])
def test_a_vehicle_that_toggles_backs_off_alone(others):
    vehicles = [{"unit": unit, "plug_s": 5, "max_a": 32} for unit in (1, 3, 4)[:others]]
    vehicles.append({"unit": 2, "plug_s": 10, "max_a": 16, "profile": _toggling(2, 2, 300)})
    simulation = _play(vehicles, 300, units=4)
    simulation.advance(60_000)
    changes = {unit: len(found) for unit, found in simulation.result().offer_changes.items()}
    simulation.advance(300_000)
    for unit, found in simulation.result().offer_changes.items():
        # A few until it is known, and those of one turn where the circuit is full.
        assert unit == 2 or len(found) - changes[unit] <= 6


def test_a_full_vehicle_that_keeps_s2_closed_leaves_its_current_to_others():
    vehicles = [{"unit": 1, "plug_s": 5, "max_a": 48, "needs_wh": 100, "keeps_s2": True},
                {"unit": 2, "plug_s": 5, "max_a": 32}, {"unit": 3, "plug_s": 5, "max_a": 32}]
    simulation = _play(vehicles, 400, units=3)
    simulation.advance(400_000)
    assert simulation.nodes[1].board.offer_ma == 0
    assert sum(_draw_ma(simulation, unit) for unit in (2, 3)) >= 59500
    assert simulation.violations() == []
