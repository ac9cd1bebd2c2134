# SPDX-License-Identifier: MIT
"""With the real firmware: skipped slots change nothing, and a run depends on its seed alone."""

import os
import subprocess
import sys

import pytest

import host_tools
from host_tools.simulate.random_scenarios import random_scenario
from host_tools.simulate.scenario import load
from host_tools.simulate.simulation import Simulation, run

_SEEDS = (3, 11, 17, 40, 61)
_HASH = """
import hashlib, json, sys
from host_tools.simulate.random_scenarios import random_scenario
from host_tools.simulate.scenario import load
from host_tools.simulate.simulation import run
result = run(load(random_scenario(int(sys.argv[1]))))
print(hashlib.sha256(json.dumps([result.trace, result.summary]).encode()).hexdigest())
"""


@pytest.mark.parametrize("seed", _SEEDS)
def test_full_pace_gives_the_same_trace(seed):
    scenario = load(random_scenario(seed, duration_s=60))
    skipping, every = run(scenario), run(scenario, full_pace=True)
    for ours, theirs in zip(skipping.trace, every.trace):
        assert ours == theirs
    assert skipping == every


@pytest.mark.parametrize("seed", _SEEDS[:2])
def test_without_the_app_tasks_the_trace_is_the_same(seed):
    scenario = load(random_scenario(seed, duration_s=90))
    assert run(scenario, app=False).trace == run(scenario).trace


def _hash(seed, hash_seed):
    environment = dict(os.environ, PYTHONHASHSEED=hash_seed)
    return subprocess.run([sys.executable, "-c", _HASH, str(seed)], cwd=host_tools.ROOT,
                          env=environment, check=True, capture_output=True, text=True).stdout


def test_the_same_seed_gives_the_same_bytes_in_any_process():
    assert _hash(5, "1") == _hash(5, "2") != _hash(6, "1")


def test_another_seed_of_the_same_scenario_is_another_run():
    scenario = load(dict(random_scenario(3, duration_s=60), air={"loss": 0.3}))
    assert run(scenario, seed=1).trace != run(scenario, seed=2).trace
    assert run(scenario, seed=2).summary["seed"] == 2


def test_stepping_gives_the_same_as_running_through():
    scenario = load(random_scenario(11, duration_s=60))
    simulation = Simulation(scenario)
    for to_ms in (1, 500, 17333, 17334, 59999, 90000):
        simulation.advance(to_ms)
        assert len(simulation.rows()) == len(scenario.units)
        assert len(simulation.total_drawn_ma()) == 3
    assert simulation.now_ms == 60000
    assert simulation.result() == run(scenario)


def test_trace_rows_come_each_second_and_add_up():
    scenario = load(random_scenario(11, duration_s=60))
    trace = run(scenario).trace
    for unit in scenario.units:
        seconds = [row[0] for row in trace if row[1] == unit.id and row[0] % 1000 == 0]
        assert sorted(set(seconds)) == list(range(0, 60001, 1000))
    assert [row[0] for row in trace] == sorted(row[0] for row in trace)
