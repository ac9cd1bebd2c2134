# SPDX-License-Identifier: MIT
"""What a campaign has shown: figures of all its episodes added up, and a table of them."""

import io
import time
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from host_tools.verify.campaign.recovery import MOST_MS

_KEPT = 20


class Report:
    """Add episodes in any order; `figures()` at any time. most_ms: what a recovery may take."""

    def __init__(self, first: int = 0, jobs: int = 1, most_ms: int = MOST_MS):
        self._most_ms = most_ms
        self._first, self._jobs, self._begun_s = first, jobs, time.monotonic()
        self.interrupted = False
        self._scenarios = self._attacked = self._judged = self._slow = 0
        self._unit_ms = self._excess_ms = 0
        self._took_s = 0.0
        self._faults, self._units = Counter(), Counter()
        self._worst_recovery = (0, None)  # ms, seed
        self._worst_margin = None
        self._slow_seeds = []
        self.broken = {}  # seed: first violations

    def add(self, episode: dict):
        """One episode's figures (episode.play)."""
        self._scenarios += 1
        self._attacked += episode["attacked"]
        self._unit_ms += episode["unit_ms"]
        self._took_s += episode["took_s"]
        self._excess_ms += episode.get("excess_ms", 0)
        self._faults.update(episode["faults"])
        self._units[episode["units"]] += 1
        if episode["violations"]:
            self.broken[episode["seed"]] = episode["violations"]
        if episode["margin_ma"] is not None:
            margin = episode["margin_ma"], episode["seed"]
            self._worst_margin = min(margin, self._worst_margin or margin)
        if episode["judged"]:
            self._add_recovery(episode)

    def _add_recovery(self, episode):
        self._judged += 1
        took_ms, seed = episode["recovery_ms"], episode["seed"]
        if took_ms is None or took_ms > self._most_ms:
            self._slow += 1
            self._slow_seeds = sorted(self._slow_seeds + [seed])[:_KEPT]
        if took_ms is not None:
            self._worst_recovery = max(self._worst_recovery, (took_ms, seed),
                                       key=lambda pair: (pair[0], -(pair[1] or 0)))

    def figures(self) -> dict:
        """For --json."""
        margin_ma, margin_seed = self._worst_margin or (None, None)
        recovery_ms, recovery_seed = self._worst_recovery
        return {
            "scenarios": self._scenarios, "attacked": self._attacked,
            "unit_hours": round(self._unit_ms / 3600_000, 1),
            "cpu_s": round(self._took_s, 1),
            "wall_s": round(time.monotonic() - self._begun_s, 1), "jobs": self._jobs,
            "first_seed": self._first, "interrupted": self.interrupted,
            "units": {str(count): self._units[count] for count in sorted(self._units)},
            "faults": {kind: self._faults[kind] for kind in sorted(self._faults)},
            "excess_s": round(self._excess_ms / 1000, 1),
            "worst_margin_ma": margin_ma, "worst_margin_seed": margin_seed,
            "recoveries_judged": self._judged, "recoveries_slow": self._slow,
            "recovery_most_ms": self._most_ms,
            "slow_seeds": self._slow_seeds,
            "worst_recovery_ms": recovery_ms, "worst_recovery_seed": recovery_seed,
            "violations": len(self.broken),
            "broken": {str(seed): [list(one) for one in self.broken[seed][:3]]
                       for seed in sorted(self.broken)[:_KEPT]},
        }


def tables(figures: dict) -> list:
    """The figures for people."""
    faults = Table(title="What went wrong on purpose", title_justify="left")
    faults.add_column("kind")
    faults.add_column("times", justify="right")
    for kind, count in figures["faults"].items():
        faults.add_row(kind, str(count))
    shown = Table(title="Campaign", title_justify="left", show_header=False)
    for name, value in _rows(figures):
        shown.add_row(name, value)
    return [faults, shown]


def write(path: Path, figures: dict):
    """The tables as a text file, which is whole at any time. Raises OSError."""
    text = io.StringIO()
    console = Console(file=text, width=110)
    for table in tables(figures):
        console.print(table)
    for seed, found in figures["broken"].items():
        for checker, at_ms, words in found:
            console.print(f"seed {seed}: {checker} at {at_ms / 1000:.3f} s: {words}",
                          markup=False, highlight=False, soft_wrap=True)
    aside = path.with_name(path.name + ".new")
    aside.write_text(text.getvalue(), encoding="utf-8")
    aside.replace(path)


def _rows(figures):
    if figures["interrupted"]:
        yield "ended early", "by Ctrl-C"
    yield "scenarios", "%d from seed %d, %d of them with an attacker on the air" % (
        figures["scenarios"], figures["first_seed"], figures["attacked"])
    yield "units", ", ".join("%s: %d" % pair for pair in figures["units"].items())
    yield "simulated", "%.1f unit-hours" % figures["unit_hours"]
    yield "took", "%.0f s with %d processes, %.0f s of CPU time" % (
        figures["wall_s"], figures["jobs"], figures["cpu_s"])
    if figures["worst_margin_ma"] is not None:
        yield "least left of a limit", "%d mA, seed %d" % (
            figures["worst_margin_ma"], figures["worst_margin_seed"])
    yield "beyond what vehicles were offered", "%.1f s (rule 11)" % figures["excess_s"]
    words = "none judged"
    if figures["recoveries_judged"]:
        words = "%.1f s at most, seed %s; %d of %d took more than %d s" % (
            figures["worst_recovery_ms"] / 1000, figures["worst_recovery_seed"],
            figures["recoveries_slow"], figures["recoveries_judged"],
            figures["recovery_most_ms"] // 1000)
        if figures["slow_seeds"]:
            words += ", seeds " + ", ".join(map(str, figures["slow_seeds"]))
    yield "recovery once the air is well", words
    yield "scenarios with a violation", str(figures["violations"])
