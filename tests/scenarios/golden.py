# SPDX-License-Identifier: MIT
"""Golden traces: what the units of each scenario did, changes only, for people to read.

`python -m tests.scenarios.golden [NAME ...]` writes them anew after a change that is meant; read
the difference before it is committed, it is what the change does.
"""

import csv
import io
import sys
from pathlib import Path

import host_tools  # noqa: F401  (sets the import path)
from host_tools.simulate.scenario import load
from host_tools.simulate.simulation import run
from host_tools.simulate.trace import COLUMNS

FOLDER = Path(__file__).resolve().parent
_SHOWN = ("t_ms", "unit", "pilot_state", "contactor", "offered_ma", "lease", "reason")
_INDEXES = [COLUMNS.index(name) for name in _SHOWN]


def names() -> list:
    """Names of all scenarios here."""
    return sorted(path.stem for path in FOLDER.glob("*.json"))


def path_of(name: str) -> Path:
    """The golden trace of a scenario."""
    return FOLDER / "golden" / f"{name}.csv"


def changes_only(trace) -> str:
    """A trace as CSV with only those rows where something shown here is new."""
    out, last = io.StringIO(), {}
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_SHOWN)
    for row in trace:
        shown = [row[index] for index in _INDEXES]
        if last.get(row[1]) != shown[2:]:
            last[row[1]] = shown[2:]
            writer.writerow(shown)
    return out.getvalue()


def main(chosen) -> int:
    """Write the golden traces of the scenarios named, or of all."""
    for name in chosen or names():
        text = changes_only(run(load(FOLDER / f"{name}.json")).trace)
        path_of(name).parent.mkdir(exist_ok=True)
        path_of(name).write_text(text, encoding="utf-8")
        print(f"{path_of(name).name}: {len(text)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
