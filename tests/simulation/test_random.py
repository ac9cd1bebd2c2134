# SPDX-License-Identifier: MIT
"""Random scenarios under all checkers, with their enemies. A failure names its seed.

`random_scenario(SEED)` is the whole scenario: write it to a file and `simulate` plays it. What
once broke a rule is kept in `found`.
"""

from collections import Counter

import pytest

from host_tools.campaign import episode
from host_tools.simulate.random_scenarios import random_scenario, random_story
from host_tools.simulate.scenario import load

_DAILY, _LONG, _CHUNK = 300, 6000, 10


def check(seed):
    """Play a random scenario with its enemies; say all about a violation."""
    found = episode.violations(random_scenario(seed), episode.enemies_of(seed))
    assert not found, "seed %d\n%s" % (seed, "\n".join(map(str, found[:10])))


@pytest.mark.parametrize("first", range(0, _DAILY, _CHUNK))
def test_random_scenarios_break_no_rule(first):
    for seed in range(first, first + _CHUNK):
        check(seed)


@pytest.mark.long
@pytest.mark.parametrize("first", range(_DAILY, _LONG, 100))
def test_many_more_random_scenarios_break_no_rule(first):
    for seed in range(first, first + 100):
        check(seed)


def test_scenarios_are_what_they_promise():
    scenarios = [load(random_scenario(seed)) for seed in range(200)]
    assert all(90000 <= scenario.duration_ms <= 240000 for scenario in scenarios)
    assert {len(scenario.units) for scenario in scenarios} == {1, 2, 3, 4, 5, 6}
    kinds = {event.do for scenario in scenarios for event in scenario.events}
    assert kinds == {"air", "reboot", "power", "limit", "fault", "enable", "fallback", "member",
                     "hand_over", "promote"}
    assert any(event.hang_ms for scenario in scenarios for event in scenario.events)
    assert any(not vehicle.obeys for scenario in scenarios for vehicle in scenario.vehicles)
    assert any(vehicle.wake_ms for scenario in scenarios for vehicle in scenario.vehicles)
    assert random_scenario(7) == random_scenario(7) != random_scenario(8)


def test_every_kind_of_trouble_is_injected_and_counted():
    kinds = Counter()
    for seed in range(300):
        kinds.update(random_story(seed)[1])
    assert len(kinds) == 31 and min(kinds.values()) >= 10
    story, few = random_story(4)
    assert story == random_scenario(4) and few == random_story(4)[1]


def test_a_member_that_is_outside_at_the_start_joins_in_some_stories():
    stories = [random_scenario(seed) for seed in range(200)]
    outside = [story for story in stories
               if not all(unit.get("member", True) for unit in story["units"])]
    joined = [event for story in outside for event in story["events"]
              if event["do"] == "member" and event["on"]]
    assert len(outside) > 5 and len(joined) > 5
