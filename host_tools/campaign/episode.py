# SPDX-License-Identifier: MIT
"""One scenario of a campaign, played, and what it has shown as plain figures."""

import time
import traceback
from collections import Counter

from host_tools.campaign import recovery
from host_tools.campaign.attacker import Attacker
from host_tools.simulate.random_scenarios import random_scenario
from host_tools.simulate.scenario import load
from host_tools.simulate.simulation import Simulation

_LARGE = (2, 5, 8)  # last digits of the seeds of groups of 7 to 16 units
_ATTACKED_EVERY = 2
_WAKE_MS = 6000  # rule 14: a guard has a second, after a hang 5 more
CRASH, WAKE, RECOVERY = "crash", "phase_wake", "live_again"


def scenario_of(seed: int) -> tuple:
    """(content, attacked): the scenario of a seed, and whether there is an attacker."""
    return random_scenario(seed, large=seed % 10 in _LARGE), seed % _ATTACKED_EVERY == 1


def violations(content: dict, attacked: bool = False) -> list:
    """(checker, at_ms, text) of a scenario, in time. Raises ScenarioError."""
    return _play(content, attacked)["violations"]


def play(seed: int) -> dict:
    """Figures of one seed."""
    content, attacked = scenario_of(seed)
    begun_s = time.process_time()
    figures = _play(content, attacked)
    return {"seed": seed, "attacked": attacked, "units": len(content["units"]),
            "took_s": time.process_time() - begun_s, **figures}


def _play(content, attacked):
    judged = recovery.is_judged(content)
    scenario = load(recovery.with_tail(content) if judged else content)
    found = {"violations": [], "margin_ma": None, "recovery_ms": None, "judged": judged,
             "faults": Counter(faults_in(content))}
    simulation = Simulation(scenario, trace=False, figures=False)
    rule = simulation.circuit_rule
    attacker = Attacker(simulation, scenario.seed) if attacked else None
    try:
        if judged:
            found["recovery_ms"] = recovery.measure_ms(simulation, content)
        simulation.advance(scenario.duration_ms)
        rule.count_time()
    except Exception as error:  # the firmware's or ours: a finding either way
        where = traceback.extract_tb(error.__traceback__)[-1]
        found["violations"] = [(CRASH, simulation.now_ms, "%s at %s:%s" % (
            repr(error), where.filename.rsplit("/", 2)[-1], where.lineno))]
    else:
        found["violations"] = [(v.checker, v.at_ms, v.text) for v in simulation.violations()]
        if rule.phase_wake_ms > _WAKE_MS * len(scenario.vehicles):
            found["violations"].append((WAKE, simulation.now_ms, "%d ms" % rule.phase_wake_ms))
        took_ms = found["recovery_ms"]
        if judged and (took_ms is None or took_ms > recovery.MOST_MS):
            found["violations"].append((RECOVERY, simulation.now_ms, f"after {took_ms} ms"))
        found["excess_ms"], found["margin_ma"] = rule.excess_ms, rule.margin_ma
    found["unit_ms"] = simulation.now_ms * len(scenario.units)
    if attacker:
        found["faults"].update(attacker.counts)
    return found


def faults_in(content: dict) -> Counter:
    """What goes wrong in a scenario, by kind."""
    counts = Counter(filter(None, map(_kind_of, content["events"])))
    for vehicle in content["vehicles"]:
        counts["vehicles that disobey"] += vehicle.get("obeys", True) is False
        counts["vehicles that wake on a phase"] += bool(vehicle.get("wake_s"))
    for unit in content["units"]:
        counts["clocks 1 % off"] += abs(unit.get("clock_ppm", 0)) == 10000
    return +counts


def _kind_of(event):
    if event["do"] == "air":
        if "from" not in event and "to" not in event:
            return "noise on all links" if event.get("loss") and "duplicate" in event else None
        return "slow links" if "delay_ms" in event else "links cut or noisy"
    if event["do"] == "reboot":
        return "hangs" if event["hang_s"] else "reboots"
    if event["do"] == "power":
        return None if event["on"] else "power cuts"
    if event["do"] == "fault":
        return None if event.get("clear") else "hardware faults"
    return {"limit": "limit changes", "enable": "sharing switched"}[event["do"]]
