# SPDX-License-Identifier: MIT
"""How long a group of six takes to find its leader again when the home router moves to another
channel: `python -m host_tools.bench.channel [--seeds N] [--loss L]`.

All units charge. Counted is the time from the router's move until all are on its new channel with
a live lease. The circuit rule and all other checkers go along.
"""

import argparse
import statistics
from random import Random

from host_tools.simulate.scenario import load
from host_tools.simulate.simulation import Simulation

_MOVES_S = 40  # all charge by then
_LASTS_S = 120
_LOOK_MS = 20
_UNITS = range(1, 7)


def scenario(seed: int, channel: int, loss: float = 0.0):
    """Six units that charge, with clocks that differ; the router moves to `channel`."""
    draw = Random(f"{seed}/channel")
    return load({
        "name": "channel", "seed": seed, "duration_s": _LASTS_S, "limit_a": 60, "router": True,
        "units": [{"id": unit, "role": "leader" if unit == 1 else "follower", "breaker_a": 60,
                   "region": "us", "nameplate_a": 48, "phases": "L1",
                   "clock_ppm": draw.randint(-50, 50)} for unit in _UNITS],
        "vehicles": [{"unit": unit, "plug_s": 1, "max_a": 32} for unit in _UNITS],
        "air": {"loss": loss},
        "events": [{"at_s": _MOVES_S + draw.randrange(1000) / 1000, "do": "channel",
                    "channel": channel}]})


def play(seed: int, channel: "int | None" = None, loss: float = 0.0) -> tuple:
    """(ms until all are back, or None; what the checkers found by then). channel: the router's
    new one; None: by the seed, each of 2 to 13."""
    channel = channel or seed % 12 + 2
    found = scenario(seed, channel, loss)
    simulation = Simulation(found, trace=False, figures=False)
    moved_ms = found.events[0].at_ms
    simulation.advance(moved_ms)
    back_ms = None
    while back_ms is None and simulation.now_ms < found.duration_ms:
        simulation.advance(simulation.now_ms + _LOOK_MS)
        if all(_is_back(simulation, node, channel) for node in simulation.nodes.values()):
            back_ms = simulation.now_ms - moved_ms
    return back_ms, simulation.violations()


def _is_back(simulation, node, channel):
    return (simulation.air.channels.of(node.id) == channel and node.running
            and simulation.air.channels.meet(node.id, 1)
            and node.program.member.has_lease(node.local_ms()))


def main(arguments=None) -> int:
    """Exit code 1: a checker found something, or a unit did not come back."""
    parser = argparse.ArgumentParser(prog="python -m host_tools.bench.channel",
                                     description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000, metavar="N")
    parser.add_argument("--loss", type=float, default=0.0, metavar="L")
    options = parser.parse_args(arguments)
    times_ms, wrong = [], 0
    for seed in range(1, options.seeds + 1):
        back_ms, violations = play(seed, loss=options.loss)
        if back_ms is None or violations:
            wrong += 1
            print("seed", seed, back_ms, violations[:1])
        else:
            times_ms.append(back_ms)
    print("%d seeds, loss %g: all six are back after %.1f s in the mean, %.1f s at worst; "
          "%d seeds were wrong" % (options.seeds, options.loss, statistics.mean(times_ms) / 1000,
                                   max(times_ms) / 1000, wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
