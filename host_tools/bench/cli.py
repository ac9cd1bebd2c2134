# SPDX-License-Identifier: MIT
"""What the core costs and what it achieves, as one table and as JSON.

Times of a round are also given as turns of an empty loop of the same interpreter: a figure that
carries over to other machines, and from MicroPython here to MicroPython on a board.
"""

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from host_tools import ROOT
from host_tools.bench import garbage, heap, pairing
from host_tools.bench.loopback import round_us, turn_ns
from host_tools.micropython import wasm
from host_tools.simulate.fields import ScenarioError
from host_tools.simulate.scenario import load
from host_tools.simulate.simulation import run

_SCENARIOS = ROOT / "tests" / "scenarios"
_SPEED_SCENARIO = _SCENARIOS / "arrivals.json"
_GROUPS = (6, 16)
_REPEATS = 3
_COLUMNS = 132
_MODULES_IN_A_ROW = 3
_MICROPYTHON = """
import time
from host_tools.bench.loopback import round_us, turn_ns
print(turn_ns(time.ticks_us))
print(round_us(6, time.ticks_us))
print(round_us(16, time.ticks_us))
"""


# Time of this process, not of the wall: others may be using the machine.
def _clock_us() -> int:
    return time.process_time_ns() // 1000


def _cost(turn, rounds) -> dict:
    figures = {"empty_turn_ns": turn}
    for count, spent_us in zip(_GROUPS, rounds):
        figures["round_%d_us" % count] = spent_us
        figures["round_%d_turns" % count] = spent_us * 1000 // turn
    return figures


def rounds() -> dict:
    """Allocator and ledger time per round, by interpreter. MicroPython only where it is set up."""
    found = {"CPython": _cost(turn_ns(_clock_us), [
        min(round_us(count, _clock_us) for _ in range(_REPEATS)) for count in _GROUPS])}
    wasm = _micropython()
    if wasm:
        turn, *costs = wasm.run([_MICROPYTHON], wasm.helpers(wasm.LOOPBACK)).split()
        found["MicroPython"] = _cost(int(turn), [int(cost) for cost in costs])
    return found


def heap_and_garbage() -> dict:
    """Bytes that the core takes on MicroPython, and those of a charging unit's garbage; empty
    where that is not set up."""
    if not _micropython():
        return {}
    made = garbage.measure()
    return dict(heap.measure(), garbage_step=made["step"], garbage_tick=made["tick"])


def pairing_cost() -> dict:
    """pairing.measure(); empty where MicroPython is not set up."""
    return pairing.measure() if _micropython() else {}


def modules() -> list:
    """[module, bytes, loaded only for a moment?] of the firmware on MicroPython; empty where that
    is not set up."""
    if not _micropython():
        return []
    return [list(row) for row in heap.modules()]


# Part of the tests' set-up, not of the first run's.
def _micropython():
    return None if wasm.missing() else wasm


def speed() -> dict:
    """Simulated unit-hours per second, with the app's tasks and without, on one core."""
    scenario = load(str(_SPEED_SCENARIO))
    unit_hours = len(scenario.units) * scenario.duration_ms / 3600000
    figures = {}
    for name, app in (("with_app", True), ("core_only", False)):
        spent_s = min(_timed_s(scenario, app) for _ in range(_REPEATS))
        figures[name] = {"unit_hours_per_s": round(unit_hours / spent_s, 3),
                         "times_real_time": round(scenario.duration_ms / 1000 / spent_s)}
    return figures


def _timed_s(scenario, app):
    begun_s = time.process_time()
    run(scenario, app=app, trace=False)
    return time.process_time() - begun_s


def play(path) -> dict:
    """Figures of one scenario file. Raises ScenarioError."""
    scenario = load(str(path))
    summary = run(scenario, trace=False).summary
    duration_s = scenario.duration_ms / 1000
    plugs = [entry for entry in summary["settle"] if entry["kind"] == "plug"]
    return {
        "scenario": scenario.name, "units": len(scenario.units),
        "over_limit_ms": summary["over_limit_ms"], "utilisation": summary["utilisation"],
        "arrival_1a_s": _worst_s(plugs, "ms_1a"), "arrival_05a_s": _worst_s(plugs, "ms"),
        "settle_1a_s": _worst_s(summary["settle"], "ms_1a"),
        "settle_median_1a_s": _median_s(summary["settle"]),
        "longest_wait_s": summary["longest_wait_s"],
        "bytes_per_s": round(summary["frame_bytes"] / duration_s),
        "frames_per_s": round(summary["frames"] / duration_s, 2),
    }


# The slowest, in s; None if one never settled or there is none.
def _worst_s(entries, key):
    times_ms = [entry[key] for entry in entries]
    return None if not times_ms or None in times_ms else max(times_ms) / 1000


def _median_s(entries):
    times_ms = [entry["ms_1a"] for entry in entries if entry["ms_1a"] is not None]
    return round(statistics.median(times_ms) / 1000, 1) if times_ms else None


def measure(paths) -> dict:
    """Everything."""
    return {"rounds": rounds(), "heap": heap_and_garbage(), "modules": modules(),
            "pairing": pairing_cost(), "speed": speed(),
            "scenarios": [play(path) for path in paths]}


def _shown(key, value) -> str:
    if value is None:
        return "never" if key.endswith("_s") else "-"
    if isinstance(value, float):
        return "%.4f" % value if key == "utilisation" else "%.1f" % value
    return str(value)


def tables(figures) -> list:
    """The same for people."""
    cost = Table(title="One round of allocator and ledger", title_justify="left")
    for heading in ("interpreter", "empty turn", "6 units", "in turns", "16 units", "in turns"):
        cost.add_column(heading, justify="right")
    for name, row in figures["rounds"].items():
        cost.add_row(name, "%d ns" % row["empty_turn_ns"], "%d µs" % row["round_6_us"],
                     str(row["round_6_turns"]), "%d µs" % row["round_16_us"],
                     str(row["round_16_turns"]))
    pace = Table(title="Simulating six units on one core", title_justify="left")
    for heading in ("", "unit-hours per second", "times real time"):
        pace.add_column(heading, justify="right")
    for name, row in figures["speed"].items():
        pace.add_row(name.replace("_", " "), "%.2f" % row["unit_hours_per_s"],
                     str(row["times_real_time"]))
    return [cost, *_heap_table(figures["heap"]), *_module_table(figures["modules"]),
            *_pairing_table(figures["pairing"]), pace, _scenario_table(figures["scenarios"])]


def _heap_table(taken):
    if not taken:
        return []
    table = Table(title="Heap on MicroPython, bytes", title_justify="left")
    for heading in ("core", "with a leader of six", "after a minute of charging",
                    "while the group is changed", "garbage of a pilot step",
                    "garbage of a second's sharing"):
        table.add_column(heading, justify="right")
    table.add_row(*[str(taken[key]) for key in ("core", "start", "running", "changing",
                                                "garbage_step", "garbage_tick")])
    return [table]


def _pairing_table(cost):
    if not cost:
        return []
    table = Table(title="A pairing on MicroPython (a slice leaves up to %d bytes of garbage)"
                  % cost["garbage_slice"], title_justify="left")
    for heading in ("side", "slices", "work in empty turns", "longest slice", "heap, bytes"):
        table.add_column(heading, justify="right")
    for side in ("leader", "unit"):
        row = cost[side]
        table.add_row(side, *[str(row[key]) for key in ("slices", "turns", "longest_turns",
                                                        "heap")])
    return [table]


def _module_table(rows):
    if not rows:
        return []
    table = Table(title="Firmware in the heap, bytes, by module (* loaded only for a moment)",
                  title_justify="left", show_header=False)
    cells = ["%s%s %d" % (module, "*" * brief, size)
             for module, size, brief in sorted(rows, key=lambda row: (-row[1], row[0]))]
    stays = sum(size for _, size, brief in rows if not brief)
    cells.append("all that stay %d" % stays)
    for start in range(0, len(cells), _MODULES_IN_A_ROW):
        table.add_row(*cells[start:start + _MODULES_IN_A_ROW])
    return [table]


def _scenario_table(rows):
    table = Table(title="Scenarios: settling in s, to within 1 A of the ideal unless said",
                  title_justify="left")
    headings = {"scenario": "scenario", "over_limit_ms": "over limit ms", "utilisation": "use",
                "arrival_1a_s": "slowest arrival", "arrival_05a_s": "to 0.5 A",
                "settle_1a_s": "slowest change", "settle_median_1a_s": "median change",
                "longest_wait_s": "longest wait", "bytes_per_s": "bytes/s",
                "frames_per_s": "frames/s"}
    for key, heading in headings.items():
        table.add_column(heading, justify="left" if key == "scenario" else "right",
                         no_wrap=key == "scenario")
    for row in rows:
        table.add_row(*[_shown(key, row[key]) for key in headings])
    return table


def main(arguments: list) -> int:
    """Exit code 2: a scenario file cannot be played."""
    parser = argparse.ArgumentParser(prog="python -m host_tools bench", description=__doc__)
    parser.add_argument("scenarios", nargs="*", metavar="SCENARIO.json",
                        help="files to play (default: all in tests/scenarios)")
    parser.add_argument("--json", metavar="FILE", help="also write the figures to FILE")
    options = parser.parse_args(arguments)
    paths = [Path(name) for name in options.scenarios] or sorted(_SCENARIOS.glob("*.json"))
    try:
        figures = measure(paths)
    except ScenarioError as error:
        print(error, file=sys.stderr)
        return 2
    console = Console()
    console.width = max(console.width, _COLUMNS)  # a narrower table could not be read
    for table in tables(figures):
        console.print(table)
    if options.json:
        Path(options.json).write_text(json.dumps(figures, indent=1) + "\n")
    return 0
