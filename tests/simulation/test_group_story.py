# SPDX-License-Identifier: MIT
"""Events by which the owner changes the group: members, fallback, leadership (rules 12 and 13)."""

import copy

import pytest

from host_tools.verify.campaign import episode
from host_tools.verify.campaign.striker import Striker
from host_tools.simulate.fields import ScenarioError
from host_tools.simulate.random_scenarios import random_scenario
from host_tools.simulate.scenario import load
from host_tools.simulate.simulation import Simulation

_UNITS = [{"id": n, "role": "leader" if n == 1 else "follower", "breaker_a": 40, "region": "iec",
           "nameplate_a": 32, "phases": "L1"} for n in (1, 2, 3)]
_UNITS.append({**_UNITS[2], "id": 4, "member": False})
_STORY = {
    "name": "group", "duration_s": 400, "limit_a": 40, "units": _UNITS,
    "vehicles": [{"unit": n, "max_a": 32} for n in (1, 2, 3, 4)],
    "events": [{"at_s": 40, "do": "member", "unit": 4, "on": True},
               {"at_s": 80, "do": "member", "unit": 2, "on": False},
               {"at_s": 130, "do": "fallback", "fallback": "minimum"},
               {"at_s": 150, "do": "hand_over", "unit": 3},
               {"at_s": 200, "do": "power", "unit": 3, "on": False},
               {"at_s": 210, "do": "promote", "unit": 4},
               {"at_s": 270, "do": "power", "unit": 3, "on": True},
               {"at_s": 320, "do": "member", "unit": 2, "on": True}]}


def played(to_s, events):
    """A group with other events, up to a time."""
    simulation = Simulation(load({**_STORY, "events": events}), trace=False)
    simulation.advance(to_s * 1000)
    return simulation


def test_the_owner_changes_members_fallback_and_leader():
    simulation = Simulation(load(_STORY), trace=False)
    for to_s, leader, members, offers, moves in (
            (39, 1, {1, 2, 3}, [13, 13, 13, 0], 0), (79, 1, {1, 2, 3, 4}, [9, 9, 9, 9], 0),
            (129, 1, {1, 3, 4}, [13, 0, 13, 13], 0), (199, 3, {1, 3, 4}, [13, 0, 13, 13], 1),
            (229, 3, {1, 3, 4}, [6, 0, 0, 6], 1), (269, 4, {1, 4}, [19, 0, 0, 19], 2),
            (319, 4, {1, 3, 4}, [13, 0, 13, 13], 2), (399, 4, {1, 2, 3, 4}, [9, 9, 9, 9], 2)):
        simulation.advance(to_s * 1000)
        found = [row["offered_ma"] // 1000 for row in simulation.rows()]
        assert (simulation.leader.id, simulation._owner.members) == (leader, members), to_s
        assert (found, simulation.leader_moves) == (offers, moves), to_s
    assert simulation.violations() == []


def test_a_leader_whose_power_is_back_is_not_replaced():
    events = [{"at_s": 30, "do": "power", "unit": 1, "on": False},
              {"at_s": 32, "do": "promote", "unit": 2},
              {"at_s": 50, "do": "power", "unit": 1, "on": True}]
    simulation = played(120, events)
    assert simulation.leader.id == 1 and simulation.leader_moves == 0
    assert not simulation.changing
    assert any("silent" in words for _, words in simulation._owner.refused)


def test_while_a_change_waits_for_a_unit_the_group_is_changing():
    events = [{"at_s": 30, "do": "air", "to": [2], "loss": 1.0},
              {"at_s": 31, "do": "member", "unit": 2, "on": False},
              {"at_s": 60, "do": "air", "loss": 0.0}]
    simulation = played(59, events)
    assert simulation.changing and simulation._owner.members == {1, 2, 3}
    simulation.advance(100_000)
    assert not simulation.changing and simulation._owner.members == {1, 3}
    assert simulation.violations() == []


@pytest.mark.parametrize("events, named, allowed", [
    ([{"do": "member", "unit": 4, "on": False}], "events[0].unit", "must be a member"),
    ([{"do": "member", "unit": 2, "on": True}], "events[0].unit", "must be no member yet"),
    ([{"do": "member", "unit": 1, "on": False}], "events[0].unit", "must not be the leader"),
    ([{"do": "member", "unit": 9, "on": False}], "events[0].unit", "one of the units 1, 2, 3, 4"),
    ([{"do": "limit", "limit_a": 20}, {"do": "member", "unit": 4, "on": True}],
     "limit_a at events[1]", "at least 24 A, 6 A for each of 4 units"),
    ([{"do": "member", "unit": 2}], "events[0].on", "must be given"),
    ([{"do": "fallback", "fallback": "half"}], "events[0].fallback", "equal, minimum, stop"),
    ([{"do": "hand_over", "unit": 1}], "events[0].unit", "another one of the members 1, 2, 3"),
    ([{"do": "hand_over", "unit": 4}], "events[0].unit", "another one of the members 1, 2, 3"),
    ([{"do": "promote", "unit": 2}], "events[0].do", "the leader, unit 1, must have no power"),
    ([{"do": "power", "unit": 1, "on": False}, {"do": "hand_over", "unit": 2}],
     "events[1].do", "the leader, unit 1, must have power"),
    ([{"do": "hand_over", "unit": 2}, {"do": "member", "unit": 2, "on": False}],
     "events[1].unit", "must not be the leader"),
])
def test_changes_that_cannot_be_are_refused_by_name(events, named, allowed):
    content = {**copy.deepcopy(_STORY), "events": [
        {"at_s": 10 + turn, **event} for turn, event in enumerate(events)]}
    with pytest.raises(ScenarioError) as caught:
        load(content)
    assert caught.value.path == named and allowed in str(caught.value)


def test_the_leader_is_a_member_from_the_start():
    content = copy.deepcopy(_STORY)
    content["units"][0]["member"] = False
    with pytest.raises(ScenarioError, match=r"units\[0\].member is false: must be true for"):
        load(content)


def test_the_striker_strikes_at_every_kind_of_moment_and_stops_in_time():
    counts = {}
    for seed in range(4):
        events = [event for event in _STORY["events"] if event["do"] in ("member", "fallback")]
        simulation = Simulation(load({**_STORY, "events": events}), trace=False, figures=False)
        striker = Striker(simulation, seed, 300_000)
        simulation.advance(300_000)
        before = dict(striker.counts)
        simulation.advance(350_000)
        assert striker.counts == before
        for moment, times in before.items():
            counts[moment] = counts.get(moment, 0) + times
    assert len(counts) == 5 and min(counts.values()) >= 2, counts


def test_a_strike_at_a_grant_comes_before_its_acknowledgement():
    simulation = Simulation(load(_STORY), trace=False)
    striker = Striker(simulation, 1, 10_000_000)
    striker._moment, striker._victim = "at a grant", simulation.nodes[2]
    struck = []
    striker._strike = lambda node: struck.append((simulation.now_ms, node.id))
    grants = []
    simulation.air.listen(lambda source, _, payload: grants.append(
        (simulation.now_ms, payload[4])))
    while not struck:
        simulation.advance(simulation.now_ms + 10)
    (at_ms, _), = struck
    heard_ms = max(ms for ms, kind in grants if kind == 1 and ms <= at_ms)
    assert 0 <= at_ms - heard_ms <= 60


def test_enemies_make_another_story_of_the_same_scenario():
    plain, struck = (Simulation(load(_STORY), trace=False) for _ in range(2))
    Striker(struck, 3, 100_000)
    for simulation in (plain, struck):
        simulation.advance(100_000)
    assert sum(node.boots for node in plain.nodes.values()) == 4
    assert sum(node.boots for node in struck.nodes.values()) > 4
    assert episode.violations(random_scenario(2), (episode.STRUCK,)) == []
