# SPDX-License-Identifier: MIT
"""Random scenarios under all checkers, with their enemies. A failure names its seed.

`random_scenario(SEED)` is the whole scenario: write it to a file and `simulate` plays it. What
once broke a rule is kept in `found`.
"""

from collections import Counter

import pytest

from host_tools.verify.campaign import episode
from host_tools.simulate import random_steering, random_troubles
from host_tools.simulate.random_hours import random_hours
from host_tools.simulate.random_scenarios import random_scenario, random_story
from host_tools.simulate.scenario import load
from host_tools.simulate.troubles import TROUBLES

_DAILY, _LONG, _CHUNK = 120, 6000, 10


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
    assert kinds - {"older_copy", "stall", "steer"} == {
        "air", "reboot", "power", "limit", "fault", "enable", "fallback", "member", "hand_over",
        "promote"}
    assert any(event.hang_ms for scenario in scenarios for event in scenario.events)
    assert any(not vehicle.obeys for scenario in scenarios for vehicle in scenario.vehicles)
    assert any(vehicle.wake_ms for scenario in scenarios for vehicle in scenario.vehicles)
    assert random_scenario(7) == random_scenario(7) != random_scenario(8)


def test_every_kind_of_trouble_is_injected_and_counted():
    kinds = Counter()
    for seed in range(300):
        kinds.update(random_story(seed)[1])
    assert len(kinds) == 31 + len(random_troubles.KINDS) + len(random_steering.KINDS)
    assert min(kinds.values()) >= 10
    story, few = random_story(4)
    assert story == random_scenario(4) and few == random_story(4)[1]


def test_a_member_that_is_outside_at_the_start_joins_in_some_stories():
    stories = [random_scenario(seed) for seed in range(200)]
    outside = [story for story in stories
               if not all(unit.get("member", True) for unit in story["units"])]
    joined = [event for story in outside for event in story["events"]
              if event["do"] == "member" and event["on"]]
    assert len(outside) > 5 and len(joined) > 5


def test_every_trouble_comes_as_some_seeds_have_it():
    kinds, stories = Counter(), []
    for seed in range(300):
        stories.append(random_story(seed)[0])
        kinds.update(random_story(seed)[1])
        load(stories[-1])
    assert min(kinds[kind] for kind in random_troubles.KINDS) >= 10
    faults = {event["fault"] for story in stories for event in story["events"]
              if event["do"] == "fault" and "fault" in event}
    assert set(TROUBLES) <= faults
    stalls = [event for story in stories for event in story["events"] if event["do"] == "stall"]
    assert {(event["in"], event["pilot"]) for event in stalls} == {
        (call, pilot) for call in ("clock", "receive", "write", "send") for pilot in (True, False)}
    frozen = [(story, event) for story in stories for event in story["events"]
              if event.get("fault") == "meter_frozen"]
    assert frozen and all(len(story["units"][event["unit"] - 1]["phases"]) == 2
                          for story, event in frozen)


def test_a_unit_alone_is_not_given_flash_that_forgets():
    """Seed 636: nobody could tell it that its owner has lowered the limit since (SAFETY.md)."""
    for seed in range(500, 1000):
        story = random_scenario(seed)
        assert len(story["units"]) > 1 or "older_copy" not in {
            event["do"] for event in story["events"]}, seed


@pytest.mark.parametrize("added", [random_troubles, random_steering])
def test_troubles_and_wishes_only_add_to_a_story(monkeypatch, added):
    if added is random_troubles:  # what is wished comes after them
        monkeypatch.setattr(random_steering, "_PART", 0)
    plain = [random_scenario(seed) for seed in range(50)]
    monkeypatch.setattr(added, "_PART", 0)
    for seed, with_troubles in enumerate(plain):
        without = random_scenario(seed)
        count = len(without["events"])
        assert with_troubles["events"][:count] == without["events"]
        assert with_troubles["vehicles"] == without["vehicles"]


def test_some_stories_last_longer_than_an_hour():
    stories = [random_hours(seed) for seed in range(100)]
    assert all(kinds == {"stories of more than an hour": 1} for _, kinds in stories)
    assert {load(story).duration_ms for story, _ in stories} == {4_800_000}
    assert {len(story["units"]) for story, _ in stories} == {2, 3}
    assert random_hours(7) == random_hours(7) != random_hours(8)
