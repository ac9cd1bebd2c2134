# SPDX-License-Identifier: MIT
"""Whatever vehicles come: the offers come to rest, nobody waits for nothing, nothing is unused."""

import random

import pytest

from host_tools.simulate.scenario import load
from host_tools.simulate.simulation import Simulation


def circuit(limit_a, vehicles, meters=()):
    """One phase, a unit for each vehicle, and air that loses nothing."""
    units = [{"id": unit, "role": "leader" if unit == 1 else "follower", "breaker_a": 60,
              "region": "us", "nameplate_a": 48, "phases": "L1",
              "meter_error_permille": meters[unit - 1] if meters else 0}
             for unit in range(1, len(vehicles) + 1)]
    return Simulation(load({
        "name": "rest", "duration_s": 1800, "limit_a": limit_a, "units": units,
        "vehicles": [{"unit": unit, **vehicle} for unit, vehicle in enumerate(vehicles, 1)]}),
        app=False, trace=False)


def drawn_ma(simulation):
    """What each unit's vehicle draws."""
    return [sum(node.board.draw_ma) for node in simulation.nodes.values()]


def changes(simulation, from_s, to_s):
    """How often the offer of the least calm unit changed in a span of time."""
    return max(sum(from_s * 1000 <= at_ms < to_s * 1000 for at_ms, _ in changed)
               for changed in simulation.offer_changes.by_unit.values())


def test_after_a_plain_arrival_no_offer_moves():
    arrivals = [10 + 120 * k for k in range(6)]
    simulation = circuit(60, [{"plug_s": at_s, "max_a": max_a} for at_s, max_a in zip(
        arrivals, (32, 16, 32, 10, 48, 32))])
    simulation.advance(730000)
    assert [changes(simulation, at_s + 40, at_s + 120) for at_s in arrivals] == [0] * 6


def test_nobody_is_kept_waiting_by_vehicles_that_do_not_start():
    idle = {"plug_s": 5, "max_a": 32, "start_delay_s": 1700}
    simulation = circuit(40, [idle, idle, idle, {"plug_s": 10, "max_a": 32}])
    simulation.advance(200000)
    assert drawn_ma(simulation) == [0, 0, 0, 32000]


def test_a_vehicle_that_woke_up_gets_its_share():
    """Its start delay ends long after it has given up its share."""
    simulation = circuit(40, [{"plug_s": plug_s, "max_a": 32, "start_delay_s": delay_s}
                              for plug_s, delay_s in ((10, 3), (20, 15), (30, 60))])
    simulation.advance(150000)
    assert drawn_ma(simulation) == pytest.approx([13400, 13300, 13300], abs=1)


def check_rest(seed):
    dice = random.Random(seed)
    vehicles = [{"plug_s": 10 + 30 * k,
                 "max_a": dice.choice((6, 7.3, 8, 10, 13, 16, 20, 25.7, 32, 48)),
                 "under_a": dice.choice((0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8)),
                 "step_a": dice.choice((0, 0, 0, 0.25, 0.5, 1)),
                 "reaction_s": dice.choice((1, 2, 3, 4, 5))} for k in range(dice.randint(2, 6))]
    meters = [dice.choice((-20, -10, 0, 0, 10, 20)) for _ in vehicles]
    simulation = circuit(dice.choice((40, 50, 60, 80, 90)), vehicles, meters)
    drawn = wasted = 0
    for second in range(300, 900):
        simulation.advance(second * 1000)
        drawn += sum(drawn_ma(simulation))
        wasted += simulation.settling.wasted_ma
    assert drawn >= 0.94 * (drawn + wasted), seed
    assert changes(simulation, 300, 900) <= 15, seed


@pytest.mark.parametrize("seed", range(6))
def test_any_mix_of_vehicles_comes_to_rest_and_is_served(seed):
    check_rest(seed)


@pytest.mark.long
@pytest.mark.parametrize("first", range(6, 400, 10))
def test_many_more_mixes_come_to_rest_and_are_served(first):
    for seed in range(first, first + 10):
        check_rest(seed)
