# SPDX-License-Identifier: MIT
"""One scenario of a campaign, played, and what it has shown as plain figures."""

import time
import traceback
from collections import Counter

from host_tools.verify.campaign import recovery
from host_tools.verify.campaign.attacker import Attacker
from host_tools.verify.campaign.striker import Striker
from host_tools.simulate.random_hours import random_hours
from host_tools.simulate.random_scenarios import random_story
from host_tools.simulate.scenario import load
from host_tools.simulate.simulation import Simulation

_LARGE = (2, 5)  # last digits of the seeds of groups of 7 to 16 units
_WAKE_MS = 6000  # rule 14: a guard has a second, after a hang 5 more
_STRETCH = 1.2  # campaigns play longer than daily tests: more leases end in each
MOST_MS = recovery.MOST_MS
CRASH, WAKE, RECOVERY = "crash", "phase_wake", "live_again"
ATTACKED, STRUCK = "attacked", "struck"
_HOURS = 100  # one in so many seeds is a story of more than an hour
# Checkers that do not count yet, because the firmware is known to break them.
WAITING = frozenset()


def enemies_of(seed: int) -> tuple:
    """Who is against the group in the scenario of a seed: of ATTACKED and STRUCK."""
    if _is_long(seed):
        return ()  # nobody can be judged who is struck all the time
    attacked, struck = seed % 2 == 1, seed // 2 % 2 == 1
    return (ATTACKED,) * attacked + (STRUCK,) * struck


def _is_long(seed):
    return seed % _HOURS == _HOURS - 1


def story_of(seed: int) -> tuple:
    """(content, Counter of what it injects by kind) of a seed."""
    if _is_long(seed):
        return random_hours(seed)
    return random_story(seed, large=seed % 10 in _LARGE, stretch=_STRETCH)


def scenario_of(seed: int) -> tuple:
    """(content, enemies): the scenario of a seed, and who is against it."""
    return story_of(seed)[0], enemies_of(seed)


def violations(content: dict, enemies: tuple = ()) -> list:
    """(checker, at_ms, text) of a scenario, in time. Raises ScenarioError."""
    return _play(content, enemies)["violations"]


def play(seed: int) -> dict:
    """Figures of one seed."""
    (content, kinds), enemies = story_of(seed), enemies_of(seed)
    begun_s = time.process_time()
    figures = _play(content, enemies)
    figures["faults"].update(kinds)
    return {"seed": seed, "attacked": ATTACKED in enemies, "units": len(content["units"]),
            "took_s": time.process_time() - begun_s, **figures}


def _play(content, enemies):
    judged = STRUCK not in enemies and recovery.is_judged(content)
    scenario = load(recovery.with_tail(content) if judged else content)
    found = {"violations": [], "margin_ma": None, "recovery_ms": None, "judged": judged,
             "faults": Counter()}
    simulation = Simulation(scenario, trace=False, figures=False)
    against = []
    if ATTACKED in enemies:
        against.append(Attacker(simulation, scenario.seed))
    if STRUCK in enemies:
        against.append(Striker(simulation, scenario.seed, scenario.duration_ms))
    try:
        simulation.advance(content["duration_s"] * 1000)
        found["judged"] = judged = judged and not simulation.changing
        if judged:
            found["recovery_ms"] = recovery.measure_ms(simulation, content)
        simulation.advance(scenario.duration_ms)
        simulation.circuit_rule.count_time()
    except Exception as error:  # the firmware's or ours: a finding either way
        where = traceback.extract_tb(error.__traceback__)[-1]
        found["violations"] = [(CRASH, simulation.now_ms, "%s at %s:%s" % (
            repr(error), where.filename.rsplit("/", 2)[-1], where.lineno))]
    else:
        _judge(simulation, found)
    found["unit_ms"] = simulation.now_ms * len(scenario.units)
    for enemy in against:
        found["faults"].update(enemy.counts)
    return found


def _judge(simulation, found):
    """What the checkers have found, and what the episode as a whole shows."""
    rule, now_ms = simulation.circuit_rule, simulation.now_ms
    broken = found["violations"] = [(v.checker, v.at_ms, v.text) for v in simulation.violations()
                                    if v.checker not in WAITING]
    if rule.phase_wake_ms > _WAKE_MS * len(simulation.scenario.vehicles):
        broken.append((WAKE, now_ms, "%d ms" % rule.phase_wake_ms))
    took_ms = found["recovery_ms"]
    if found["judged"] and (took_ms is None or took_ms > recovery.MOST_MS):
        broken.append((RECOVERY, now_ms, f"after {took_ms} ms"))
    found["excess_ms"], found["margin_ma"] = rule.excess_ms, rule.margin_ma
    found["faults"]["leaderships moved"] = simulation.leader_moves
