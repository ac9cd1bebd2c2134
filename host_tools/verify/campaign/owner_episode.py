# SPDX-License-Identifier: MIT
"""One story of an owner (random_owner.py), played to its end, and what it has shown."""

import time
import traceback
from collections import Counter

from host_tools.verify.campaign.attacker import Attacker
from host_tools.verify.campaign.ending import AGREED_MS, TAIL_S, Ending
from host_tools.verify.campaign.episode import ATTACKED, CRASH, STRUCK
from host_tools.verify.campaign.striker import Striker
from host_tools.verify.campaign.two_leaders import TwoLeaders
from host_tools.verify.campaign.untouched import Untouched
from host_tools.simulate.random_owner import owner_story
from host_tools.simulate.scenario import load
from host_tools.simulate.simulation import Simulation
MOST_MS = AGREED_MS


def enemies_of(seed: int) -> tuple:
    """Who is against the group in the story of a seed: of ATTACKED and STRUCK."""
    return (ATTACKED,) * (seed % 2) + (STRUCK,) * (seed // 2 % 2)


def scenario_of(seed: int) -> tuple:
    """(content, enemies): the story of a seed, and who is against it."""
    return owner_story(seed)[0], enemies_of(seed)


def violations(content: dict, enemies: tuple = ()) -> list:
    """(checker, at_ms, text) of a story, in time. Raises ScenarioError."""
    return _play(content, enemies)["violations"]


def play(seed: int) -> dict:
    """Figures of one seed."""
    (content, kinds), enemies = owner_story(seed), enemies_of(seed)
    begun_s = time.process_time()
    figures = _play(content, enemies)
    figures["faults"].update(kinds)
    return {"seed": seed, "attacked": ATTACKED in enemies, "units": len(content["units"]),
            "took_s": time.process_time() - begun_s, **figures}


def _play(content, enemies):
    end_s = content["duration_s"]
    vehicles = [{**vehicle, "unplug_s": end_s + TAIL_S} if "unplug_s" not in vehicle else vehicle
                for vehicle in content["vehicles"]]
    scenario = load({**content, "duration_s": end_s + TAIL_S, "vehicles": vehicles})
    simulation = Simulation(scenario, trace=False, figures=False)
    checkers = [simulation.add(TwoLeaders(simulation.clock, simulation.air, simulation.nodes)),
                simulation.add(Untouched(simulation))]
    against = []
    if ATTACKED in enemies:
        against.append(Attacker(simulation, scenario.seed))
    if STRUCK in enemies:
        against.append(Striker(simulation, scenario.seed, end_s * 1000))
    ending = Ending(simulation, checkers[1])
    found = {"margin_ma": None, "recovery_ms": None, "judged": False, "faults": Counter()}
    try:
        simulation.advance(end_s * 1000)
        ending.play()
        simulation.circuit_rule.count_time()
    except Exception as error:  # the firmware's or ours: a finding either way
        where = traceback.extract_tb(error.__traceback__)[-1]
        found["violations"] = [(CRASH, simulation.now_ms, "%s at %s:%s" % (
            repr(error), where.filename.rsplit("/", 2)[-1], where.lineno))]
    else:
        broken = simulation.violations() + [v for one in checkers for v in one.violations]
        found["violations"] = sorted([(v.checker, v.at_ms, v.text) for v in broken]
                                     + ending.found, key=lambda one: one[1])
        rule = simulation.circuit_rule
        found["excess_ms"], found["margin_ma"] = rule.excess_ms, rule.margin_ma
        found["judged"], found["recovery_ms"] = True, ending.agreed_ms
        found["faults"]["leaderships moved"] = simulation.leader_moves
        found["faults"]["members that charged as another was paired"] = checkers[1].judged
    found["unit_ms"] = simulation.now_ms * len(scenario.units)
    for enemy in against:
        found["faults"].update(enemy.counts)
    return found
