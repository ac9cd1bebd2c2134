# SPDX-License-Identifier: MIT
"""Time that passes inside a turn of the leader's sharing task counts for what it believes."""

from host_tools.simulate.scenario import load
from host_tools.simulate.simulation import Simulation


def stalled(stall_s, grant_ms, at_s):
    """A leader that stands still after it has read the clock, while its grant is still on the way.

    Unit 2 gives up current because a vehicle has come to unit 1. It hears so late, and its report
    of what may still be drawn comes while the leader stands still; then its reports are lost.
    """
    units = [{"id": n, "role": "leader" if n == 1 else "follower", "breaker_a": 60,
              "region": "us", "nameplate_a": 48, "phases": "L1"} for n in (1, 2)]
    vehicles = [{"unit": 2, "plug_s": 5, "max_a": 48, "reaction_s": 5},
                {"unit": 1, "plug_s": 100, "max_a": 48, "start_delay_s": 0}]
    deaf_s = at_s + grant_ms / 1000 + 0.05
    events = [{"at_s": 99, "do": "air", "from": [1], "to": [2], "delay_ms": [grant_ms, grant_ms]},
              {"at_s": at_s, "do": "stall", "unit": 1, "in": "clock", "stall_s": stall_s},
              {"at_s": deaf_s, "do": "air", "from": [2], "to": [1], "loss": 1.0},
              {"at_s": deaf_s + 8, "do": "air", "loss": 0, "delay_ms": [1, 10]}]
    return load({"name": "stalled", "duration_s": 130, "limit_a": 48, "fallback": "minimum",
                 "units": units, "vehicles": vehicles, "events": events})


def test_a_report_that_comes_while_the_leader_stands_still_is_not_older_than_it_is():
    over_ms = {}
    for stall_s, grant_ms in ((1.5, 1300), (2, 1800)):
        for at_s in (100.44, 100.46, 100.48):
            simulation = Simulation(stalled(stall_s, grant_ms, at_s), trace=False)
            simulation.advance(130_000)
            simulation.circuit_rule.count_time()
            over_ms[stall_s, at_s] = simulation.circuit_rule.over_limit_ms
    assert set(over_ms.values()) == {0}, over_ms
