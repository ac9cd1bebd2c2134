# SPDX-License-Identifier: MIT
"""`python -m host_tools campaign`: random scenarios by the thousand, under all checkers.

A scenario that breaks a rule prints its seed and is made small; the small one is kept in
tests/simulation/found, where the tests play it from then on.
"""

import argparse
import contextlib
import json
import multiprocessing
import os
import signal
import sys
import time
import warnings
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from host_tools import ROOT
from host_tools.verify.campaign import episode, owner_episode
from host_tools.verify.campaign.report import Report, tables, write
from host_tools.verify.campaign.shrink import Shrinker
from host_tools.options import above_zero

FOUND = ROOT / "tests" / "simulation" / "found"
_SHRUNK_MAX = 5  # a broken rule is broken often
_WRITE_S = 60  # between two versions of the report's file
_INTERRUPTED = 130
_OWNERS = "owner"  # begins the name of a kept story of an owner


def _count(text):
    if not text.isdigit() or not 0 < int(text) <= 10_000_000:
        raise argparse.ArgumentTypeError(f"{text} must be 1 to 10000000")
    return int(text)


def _first(text):
    if not text.isdigit() or int(text) >= 1 << 60:
        raise argparse.ArgumentTypeError(f"{text} must be 0 or more")
    return int(text)


def parser() -> argparse.ArgumentParser:
    """Options of `campaign`."""
    options = argparse.ArgumentParser(
        prog="python -m host_tools campaign", allow_abbrev=False, description=__doc__,
        epilog="Exit code 0: every rule held in every scenario; 1: not so; 2: bad option; 130: "
               "ended by Ctrl-C, the report says what was played until then.")
    options.add_argument("--seeds", type=_count, required=True, metavar="N",
                         help="how many scenarios")
    options.add_argument("--owner", action="store_true",
                         help="stories of an owner instead: units are paired, removed, replaced, "
                         "reset, and whatever else he can do, in any order")
    options.add_argument("--first", type=_first, default=0, metavar="SEED", help="the first seed")
    options.add_argument("--minutes", type=above_zero, metavar="M", help="stop after so long")
    options.add_argument("--jobs", type=_count, metavar="J", default=os.cpu_count() or 1,
                         help="processes (default: one for each core)")
    options.add_argument("--report", type=Path, metavar="FILE",
                         help="also write the report to FILE, once a minute and at the end")
    options.add_argument("--json", type=Path, metavar="FILE", help="the same as figures")
    options.add_argument("--found", type=Path, metavar="DIR", default=FOUND,
                         help="where small scenarios that break a rule go")
    return options


def main(arguments: list) -> int:
    """Run the command; the exit code."""
    try:
        options = parser().parse_args(arguments)
    except SystemExit as stop:
        return int(stop.code or 0)
    console = Console(highlight=False)
    report = Report(options.first, options.jobs, _kind(options.owner).MOST_MS)
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C
    try:
        _save(options, report)  # a file that cannot be written is an error now, not in an hour
        code = _play(options, console, report)
        for table in tables(report.figures()):
            console.print(table)
        _save(options, report)
        if code != _INTERRUPTED:
            for seed in sorted(report.broken)[:_SHRUNK_MAX]:
                kept = keep_small(seed, options.found, options.owner)
                console.print(f"seed {seed}: made small in {kept}")
    except OSError as error:
        print(f"campaign: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:  # while a scenario is made small
        return _INTERRUPTED
    finally:
        signal.signal(signal.SIGTERM, before)
    return code


def _save(options, report):
    figures = report.figures()
    if options.report:
        write(options.report, figures)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def _play(options, console, report):
    try:
        _run(options, console, report)
    except KeyboardInterrupt:
        report.interrupted = True
        # A unit's task that was just made stays behind: no news for whoever pressed Ctrl-C.
        warnings.filterwarnings("ignore", "coroutine .* was never awaited", RuntimeWarning)
        return _INTERRUPTED
    return 1 if report.broken else 0


def _run(options, console, report):
    end_s = time.monotonic() + (options.minutes or float("inf")) * 60
    written_s = time.monotonic()
    columns = (TextColumn("scenarios"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
               TextColumn("{task.fields[broken]}"))
    seeds = range(options.first, options.first + options.seeds)
    progress = Progress(*columns, console=console, transient=True,
                        disable=not console.is_terminal)
    task = progress.add_task("", total=options.seeds, broken="")
    # The processes first: the progress bar has a thread, and those do not survive a fork.
    with _players(options.jobs) as played, progress:
        for found in played(_kind(options.owner).play, seeds):
            report.add(found)
            for checker, at_ms, text in found["violations"][:1]:
                console.print(f"seed {found['seed']}: {checker} at {at_ms / 1000:.3f} s: "
                              f"{text}", style="red", markup=False)
            broken = f"{len(report.broken)} broken" if report.broken else ""
            progress.update(task, advance=1, broken=broken)
            if time.monotonic() > written_s + _WRITE_S:
                written_s = time.monotonic()
                _save(options, report)
            if time.monotonic() > end_s:
                break


@contextlib.contextmanager
def _players(jobs):
    """A map over the seeds, in this process or in several."""
    if jobs == 1:
        yield map
        return
    with multiprocessing.Pool(jobs, _be_a_player) as pool:
        yield pool.imap_unordered


def _be_a_player():
    """Ctrl-C is for the first process alone; its end stops what is still being played."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _kind(owner):
    """What plays the episodes: those of an owner, or the others."""
    return owner_episode if owner else episode


def keep_small(seed: int, folder: Path, owner: bool = False) -> Path:
    """Shrink the scenario of a seed that breaks a rule and write it to `folder`."""
    violations = _kind(owner).violations
    content, enemies = _kind(owner).scenario_of(seed)
    checker = violations(content, enemies)[0][0]
    for enemy in enemies:
        fewer = tuple(other for other in enemies if other != enemy)
        if any(one[0] == checker for one in violations(content, fewer)):
            enemies = fewer
    small = Shrinker(lambda smaller: violations(smaller, enemies)).shrink(content, checker)
    name = "-".join((_OWNERS,) * owner + (f"seed-{seed}-{checker}",) + enemies)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.json"
    path.write_text(json.dumps({**small, "name": name}, indent=1) + "\n", encoding="utf-8")
    return path


def replay(path: Path) -> list:
    """Violations of a scenario file that a campaign has kept; its name says who else it needs."""
    content = json.loads(path.read_text(encoding="utf-8"))
    words = path.stem.split("-")
    return _kind(words[0] == _OWNERS).violations(content, tuple(
        enemy for enemy in (episode.ATTACKED, episode.STRUCK) if enemy in words))
