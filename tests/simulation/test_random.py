# SPDX-License-Identifier: MIT
"""Random scenarios under all checkers. A failure names its seed; seeds.txt keeps those that broke.

`random_scenario(SEED)` is the whole scenario: write it to a file and `simulate` plays it.
"""

from pathlib import Path

import pytest

from host_tools.simulate.random_scenarios import random_scenario
from host_tools.simulate.scenario import load
from host_tools.simulate.simulation import run

_DAILY, _LONG, _CHUNK = 300, 6000, 10


def _seeds_that_broke():
    lines = Path(__file__).with_name("seeds.txt").read_text(encoding="utf-8").splitlines()
    return [int(line.split()[0]) for line in lines if line and not line.startswith("#")]


def check(seed):
    """Play a random scenario; say all about a violation."""
    result = run(load(random_scenario(seed)), trace=False)
    assert not result.violations, "seed %d\n%s" % (
        seed, "\n".join(map(str, result.violations[:10])))
    assert result.summary["over_limit_ms"] == 0
    # Rule 14: a guard has a second, and a hang that the vehicle wakes in at most 5.
    assert result.summary["phase_wake_ms"] <= 6000 * len(result.scenario.vehicles)


@pytest.mark.parametrize("first", range(0, _DAILY, _CHUNK))
def test_random_scenarios_break_no_rule(first):
    for seed in range(first, first + _CHUNK):
        check(seed)


@pytest.mark.long
@pytest.mark.parametrize("first", range(_DAILY, _LONG, 100))
def test_many_more_random_scenarios_break_no_rule(first):
    for seed in range(first, first + 100):
        check(seed)


@pytest.mark.parametrize("seed", _seeds_that_broke())
def test_what_once_broke_a_rule_does_so_no_more(seed):
    check(seed)


def test_scenarios_are_what_they_promise():
    scenarios = [load(random_scenario(seed)) for seed in range(200)]
    assert all(90000 <= scenario.duration_ms <= 240000 for scenario in scenarios)
    assert {len(scenario.units) for scenario in scenarios} == {1, 2, 3, 4, 5, 6}
    kinds = {event.do for scenario in scenarios for event in scenario.events}
    assert kinds == {"air", "reboot", "power", "limit", "fault", "enable"}
    assert any(event.hang_ms for scenario in scenarios for event in scenario.events)
    assert any(not vehicle.obeys for scenario in scenarios for vehicle in scenario.vehicles)
    assert any(vehicle.wake_ms for scenario in scenarios for vehicle in scenario.vehicles)
    assert random_scenario(7) == random_scenario(7) != random_scenario(8)
