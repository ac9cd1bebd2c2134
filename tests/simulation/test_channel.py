# SPDX-License-Identifier: MIT
"""Groups whose home router moves to another channel, with everything that belongs to it: every
unit finds its leader again, and no rule is broken meanwhile."""

import random

import pytest

from host_tools.bench.channel import play
from host_tools.simulate.scenario import ScenarioError, load
from host_tools.simulate.simulation import Simulation

BACK_MS = 15000


def group(events, lasts_s=120, n=3, seed=1, **more):
    """n units that charge from the start."""
    return {"name": "channel", "seed": seed, "duration_s": lasts_s, "limit_a": 10 * n,
            "router": True, "events": events,
            "units": [{"id": unit, "role": "leader" if unit == 1 else "follower", "breaker_a": 60,
                       "region": "us", "nameplate_a": 48, "phases": "L1"}
                      for unit in range(1, n + 1)],
            "vehicles": [{"unit": unit, "max_a": 32} for unit in range(1, n + 1)], **more}


def played(events, to_s, **more):
    simulation = Simulation(load(group(events, **more)), trace=False)
    simulation.advance(to_s * 1000)
    return simulation


def channels(simulation):
    return [simulation.air.channels.of(unit) for unit in sorted(simulation.nodes)]


def leased(simulation):
    return [node.id for node in simulation.nodes.values()
            if node.running and node.program.member.has_lease(node.local_ms())]


def move(at_s, channel):
    return {"at_s": at_s, "do": "channel", "channel": channel}


@pytest.mark.parametrize("seed", range(1, 21))
def test_six_charging_units_are_back_15_s_after_the_routers_move(seed):
    back_ms, violations = play(seed)
    assert violations == [] and back_ms <= BACK_MS


@pytest.mark.parametrize("seed", range(1, 13))
def test_with_lost_frames_they_come_back_too(seed):
    back_ms, violations = play(seed, loss=0.05)
    assert violations == [] and back_ms <= 40000


@pytest.mark.long
def test_six_charging_units_are_back_15_s_after_the_routers_move_under_a_thousand_seeds():
    worst_ms = 0
    for seed in range(1, 1001):
        back_ms, violations = play(seed)
        assert violations == [], seed
        worst_ms = max(worst_ms, back_ms)
    assert worst_ms <= BACK_MS


def test_a_leader_is_in_its_home_wifi_and_its_group_on_that_channel():
    simulation = played([], 20)
    assert channels(simulation) == [1, 1, 1] and leased(simulation) == [1, 2, 3]
    assert simulation.air.channels.pinned(1) and not simulation.air.channels.pinned(2)


def test_a_router_that_moves_again_and_again_is_followed():
    events = [move(20 + 25 * number, channel) for number, channel in enumerate((6, 13, 3, 3, 11))]
    simulation = played(events, 145, lasts_s=150)
    assert channels(simulation) == [11, 11, 11] and leased(simulation) == [1, 2, 3]
    assert simulation.violations() == []


def test_a_unit_with_a_client_stays_behind_until_the_client_goes():
    events = [{"at_s": 10, "do": "client", "unit": 3, "on": True}, move(20, 6),
              {"at_s": 90, "do": "client", "unit": 3, "on": False}]
    simulation = played(events, 89)
    assert channels(simulation) == [6, 6, 1] and leased(simulation) == [1, 2]
    simulation.advance(100000)
    assert channels(simulation) == [6, 6, 6] and leased(simulation) == [1, 2, 3]
    assert simulation.violations() == []


def test_a_leader_that_boots_comes_back_to_the_routers_channel_and_the_others_with_it():
    simulation = played([move(20, 9), {"at_s": 60, "do": "reboot", "unit": 1}], 59)
    assert channels(simulation) == [9, 9, 9]
    simulation.advance(90000)
    assert channels(simulation) == [9, 9, 9] and leased(simulation) == [1, 2, 3]
    assert simulation.violations() == []


def test_a_follower_that_boots_finds_its_group_on_the_routers_channel():
    simulation = played([move(20, 12), {"at_s": 60, "do": "power", "unit": 3, "on": False},
                         {"at_s": 63, "do": "power", "unit": 3, "on": True}], 75)
    assert channels(simulation) == [12, 12, 12] and leased(simulation) == [1, 2, 3]


def test_after_a_handover_the_new_leader_is_in_the_home_wifi_and_the_old_one_is_not():
    simulation = played([move(20, 6), {"at_s": 50, "do": "hand_over", "unit": 2}], 119)
    assert simulation.leader.id == 2 and leased(simulation) == [1, 2, 3]
    assert [simulation.air.channels.pinned(unit) for unit in (1, 2, 3)] == [False, True, False]
    assert channels(simulation) == [6, 6, 6] and simulation.violations() == []


def test_after_a_promotion_the_new_leader_joins_and_the_others_find_it():
    events = [move(20, 6), {"at_s": 45, "do": "power", "unit": 1, "on": False},
              move(60, 11), {"at_s": 90, "do": "promote", "unit": 2}]
    simulation = played(events, 239, lasts_s=240)
    assert simulation.leader.id == 2 and channels(simulation)[1:] == [11, 11]
    assert leased(simulation) == [2, 3] and simulation.violations() == []


def test_a_unit_that_was_off_for_long_is_back_as_soon_as_the_others():
    events = [{"at_s": 20, "do": "power", "unit": 3, "on": False}, move(60, 8),
              {"at_s": 702, "do": "power", "unit": 3, "on": True}]
    simulation = played(events, 722, lasts_s=800)
    assert channels(simulation) == [8, 8, 8] and leased(simulation) == [1, 2, 3]


@pytest.mark.parametrize("seed", range(1, 9))
def test_whatever_moves_and_whoever_is_logged_in_nobody_is_stuck(seed):
    draw = random.Random(seed)
    events, on = [], {unit: False for unit in (2, 3, 4)}
    for at_s in sorted(draw.sample(range(20, 200), 12)):
        unit = draw.choice((2, 3, 4))
        if draw.random() < 0.4:
            events.append(move(at_s, draw.randint(1, 13)))
        elif draw.random() < 0.7:
            on[unit] = not on[unit]
            events.append({"at_s": at_s, "do": "client", "unit": unit, "on": on[unit]})
        else:
            on[unit] = False
            events.append({"at_s": at_s, "do": "reboot", "unit": unit})
    events += [{"at_s": 205, "do": "client", "unit": unit, "on": False} for unit in (2, 3, 4)]
    simulation = played(events, 250, lasts_s=260, n=4, seed=seed,
                        air={"loss": draw.choice((0, 0.05))})
    assert len(set(channels(simulation))) == 1 and leased(simulation) == [1, 2, 3, 4]
    assert simulation.violations() == []


def test_the_signal_of_a_link_is_what_the_scenario_says():
    events = [{"at_s": 10, "do": "air", "from": [2], "to": [1], "signal_dbm": -83}]
    simulation = played(events, 9, air={"signal_dbm": -70}, n=2)
    radios = [node.program.hal.radio for node in simulation.nodes.values()]
    assert [radio.signal for radio in radios] == [70, 70]
    simulation.advance(12000)
    assert [radio.signal for radio in radios] == [83, 70]


@pytest.mark.parametrize("change, said", (
    ({"router": False}, 'events[0].do is "channel"'),
    ({"transport": "udp"}, "router is true"),
    ({"router": False, "transport": "udp", "events": [
        {"at_s": 5, "do": "client", "unit": 2, "on": True}]}, 'events[0].do is "client"'),
    ({"events": [{"at_s": 5, "do": "channel", "channel": 14}]}, "events[0].channel is 14"),
    ({"events": [{"at_s": 5, "do": "client", "unit": 9, "on": True}]}, "events[0].unit is 9"),
    ({"air": {"signal_dbm": 3}}, "air.signal_dbm is 3")))
def test_a_scenario_that_cannot_be_is_refused(change, said):
    with pytest.raises(ScenarioError) as found:
        load({**group([move(5, 6)]), **change})
    assert str(found.value).startswith(said)
