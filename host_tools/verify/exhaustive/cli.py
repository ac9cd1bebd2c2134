# SPDX-License-Identifier: MIT
"""`python -m host_tools exhaustive`: every order of faults in a small world.

A leader and two followers with the firmware's own core and scaled times. Lost frames are free;
late and doubled ones, reboots and vehicles that change their mind are counted along each path.
First everything with none of them, to the end; then with one, anywhere; and so on.
"""

import argparse
import json
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from host_tools.verify.exhaustive.report import figures, tables
from host_tools.verify.exhaustive.search import Search
from host_tools.verify.exhaustive.story import Teller
from host_tools.options import above_zero


def _whole(text):
    if not text.isdigit() or int(text) > 1000:
        raise argparse.ArgumentTypeError(f"{text} must be 0 to 1000")
    return int(text)


def parser() -> argparse.ArgumentParser:
    """Options of `exhaustive`."""
    options = argparse.ArgumentParser(
        prog="python -m host_tools exhaustive", allow_abbrev=False, description=__doc__,
        epilog="Exit code 0: the circuit rule held in every state; 1: not so; 2: bad option.")
    options.add_argument("--minutes", type=above_zero, default=10, metavar="M",
                         help="stop after so much processor time (default: 10)")
    options.add_argument("--depth", type=_whole, metavar="N",
                         help="at most N steps after the start and after each counted fault")
    options.add_argument("--faults", type=_whole, default=1000, metavar="N",
                         help="at most N counted faults along a path")
    options.add_argument("--apart", action="store_true",
                         help="do not merge states that differ in which follower is which")
    options.add_argument("--json", type=Path, metavar="FILE", help="also write the report to FILE")
    return options


def main(arguments: list) -> int:
    """Run the command; the exit code."""
    try:
        options = parser().parse_args(arguments)
    except SystemExit as stop:
        return int(stop.code or 0)
    console = Console(highlight=False)
    search = _search(options, console)
    found = figures(search)
    try:
        if options.json:
            options.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        print(f"exhaustive: {error}", file=sys.stderr)
        return 2
    for table in tables(found):
        console.print(table)
    if not found["violation"]:
        console.print("The circuit rule held in every state" + (
            ": there are no others." if found["closed"] else "."))
        return 0
    console.print("The circuit rule was broken. The shortest way there:", style="red")
    for line in Teller(search).lines():
        console.print(line, markup=False)
    return 1


def _search(options, console):
    columns = (SpinnerColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True,
                  disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=None)

        def watch(search):
            progress.update(task, description=_progress(search))
        return Search(options.faults, options.depth, options.minutes * 60, watch,
                      merged=not options.apart).run()


def _progress(search):
    deepest = f", {len(search.layers) - 1} faults" if search.layers else ""
    return (f"{search.states():,} states{deepest}, "
            f"{search.levels.transitions:,} steps between them")
