# SPDX-License-Identifier: MIT
"""`python -m host_tools simulate SCENARIO.json`: play a scenario, write what happened.

Exit code 0: the circuit rule held; 1: it was broken; 2: the scenario or an option cannot be. In
the folder of `--out`: summary.json, trace.csv, and currents.png with `--plot`.
"""

import argparse
import json
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from host_tools.simulate.fields import ScenarioError
from host_tools.simulate.scenario import load

_SLICES = 200
_SHOWN_VIOLATIONS = 10


def parser() -> argparse.ArgumentParser:
    """Options of `simulate`."""
    options = argparse.ArgumentParser(
        prog="python -m host_tools simulate", allow_abbrev=False,
        description="Plays a scenario with the firmware's own code on virtual time, and checks "
        "from outside that the circuit's limit holds.",
        epilog="Exit code 0: the circuit rule held; 1: it was broken; 2: bad scenario or option.")
    options.add_argument("scenario", metavar="SCENARIO.json")
    options.add_argument("--seed", type=_seed, metavar="N",
                         help="random seed instead of the scenario's")
    options.add_argument("--out", type=Path, metavar="DIR",
                         help="folder for the results (default out/NAME)")
    options.add_argument("--plot", action="store_true",
                         help="also draw currents.png: currents against the limit")
    options.add_argument("--core-only", action="store_true",
                         help="without the app's tasks, as the benchmark does to compare")
    return options


def _seed(text):
    if not text.isdigit() or int(text) >= 1 << 63:
        raise argparse.ArgumentTypeError(f"{text} is no seed: must be 0 to {(1 << 63) - 1}")
    return int(text)


def main(arguments: list) -> int:
    """Run the command; the exit code."""
    try:
        options = parser().parse_args(arguments)
    except SystemExit as stop:
        return int(stop.code or 0)
    try:
        scenario = load(options.scenario).with_seed(options.seed)
        folder = options.out or Path("out") / scenario.name
        folder.mkdir(parents=True, exist_ok=True)
    except ScenarioError as error:
        return _refuse(str(error))
    except OSError as error:
        return _refuse(f"--out is {options.out}: must be a folder to write to "
                       f"({error.strerror or error})")
    return _play(scenario, folder, options)


def _refuse(text):
    print(f"simulate: {text}", file=sys.stderr)
    return 2


def _play(scenario, folder, options):
    from host_tools.simulate.simulation import Simulation
    console = Console(highlight=False)
    simulation = Simulation(scenario, app=not options.core_only)
    begun_s = time.monotonic()
    _advance(simulation, console)
    took_s = time.monotonic() - begun_s
    result = simulation.result()
    try:
        _write(simulation, result, folder, options.plot)
    except OSError as error:
        return _refuse(f"--out is {folder}: must be a folder to write to "
                       f"({error.strerror or error})")
    _show(console, result, folder, took_s)
    return 1 if result.summary["over_limit_ms"] else 0


def _advance(simulation, console):
    duration_ms = simulation.scenario.duration_ms
    columns = (TextColumn("{task.description}"), BarColumn(),
               TextColumn("{task.percentage:.0f} %"), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True,
                  disable=not console.is_terminal) as progress:
        task = progress.add_task(simulation.scenario.name, total=duration_ms)
        for part in range(1, _SLICES + 1):
            simulation.advance(duration_ms * part // _SLICES)
            progress.update(task, completed=simulation.now_ms)


def _write(simulation, result, folder, with_plot):
    text = json.dumps(result.summary, indent=1)
    (folder / "summary.json").write_text(text + "\n", encoding="utf-8")
    simulation.write_trace(folder / "trace.csv")
    if with_plot:
        from host_tools.simulate.plot import draw
        draw(result, folder / "currents.png")


def _show(console, result, folder, took_s):
    summary = result.summary
    table = Table(show_header=False, box=None, pad_edge=False)
    for name, value in _figures(summary):
        table.add_row(name, value)
    console.print(table)
    for violation in result.violations[:_SHOWN_VIOLATIONS]:
        where = f"unit {violation.unit}" if violation.unit else "circuit"
        console.print(f"{violation.at_ms / 1000:9.3f} s  {where}  {violation.checker}: "
                      f"{violation.text}", style="red")
    more = len(result.violations) - _SHOWN_VIOLATIONS
    if more > 0:
        console.print(f"and {more} more", style="red")
    over_ms = summary["over_limit_ms"]
    verdict = (f"The circuit rule was BROKEN for {over_ms} ms, by up to "
               f"{summary['over_limit_peak_ma'] / 1000:g} A." if over_ms
               else "The circuit rule held.")
    console.print(verdict, style="bold red" if over_ms else "bold green")
    speed = summary["duration_s"] / max(took_s, 0.001)
    console.print(f"{took_s:.1f} s, {speed:.0f} times real time. Results in {folder}")


def _figures(summary):
    settled = [entry["ms"] for entry in summary["settle"]]
    slowest = "never" if None in settled else f"{max(settled, default=0) / 1000:.1f} s"
    yield "scenario", f"{summary['name']}, seed {summary['seed']}"
    yield "delivered", (f"{sum(summary['delivered_wh']) / 1000:.2f} of "
                        f"{summary['usable_wh'] / 1000:.2f} kWh that could be used, "
                        f"utilisation {summary['utilisation']:.4f}")
    yield "settled to 0.5 A", f"{slowest} at most, {len(settled)} events"
    yield "longest wait", f"{summary['longest_wait_s']:.1f} s"
    yield "contactor cycles", str(summary["contactor_cycles"])
    yield "frames", f"{summary['frames']}, {summary['frame_bytes']} bytes"
    for key, words in (("phase_wake_ms", "phases waking"), ("excess_ms", "excess"),
                       ("drawn_over_limit_ms", "drawn over limit"),
                       ("revision_wait_ms", "revision in force after")):
        if summary[key]:
            yield words, f"{summary[key]} ms"
