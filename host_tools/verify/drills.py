# SPDX-License-Identifier: MIT
"""`python -m host_tools drills`: the situations in which other projects fail, played with ours.

tests/drills/peers has a scenario for each, and index.json with what the peer does there, its
figure, and how that is known: by running its code, by reading it, or from its documentation.
"""

import argparse
import json
import re
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from host_tools import ROOT
from host_tools.simulate.fields import ScenarioError
from host_tools.simulate.scenario import load

FOLDER = ROOT / "tests" / "drills" / "peers"
FIGURES = FOLDER / "figures.json"
PAGE = ROOT / "tests/drills/peers/README.md"
OUTCOMES = ("played", "refused", "open")  # open: cannot be played yet, `note` says why
_BEGIN = "<!-- drills: made by `python -m host_tools drills --renew` -->"
_END = "<!-- end of drills -->"
_COLUMNS = 120
_SAMPLE_MS = 1000
_HEADINGS = ("Case", "What the other project does", "Its figure", "Ours: over the limit",
             "Wasted", "Settles in", "Used")


def cases(folder: Path = FOLDER) -> list:
    """The rows of index.json in their order."""
    return json.loads((folder / "index.json").read_text(encoding="utf-8"))


def play(row: dict, folder: Path = FOLDER) -> dict:
    """Our figures of one case. Raises ScenarioError where a case that should play is refused."""
    figures = {"case": row["case"], "outcome": row["outcome"]}
    if row["outcome"] == "open":
        return {**figures, "words": row["note"]}
    try:
        scenario = load(folder / row["scenario"])
    except ScenarioError as error:
        if row["outcome"] != "refused":
            raise
        return {**figures, "words": str(error)}
    return {**figures, "outcome": "played", **_measure(scenario, row.get("settled_s", ()))}


def _measure(scenario, spans_s) -> dict:
    """spans_s: when everything has had time to settle; what is wasted then is judged."""
    from host_tools.simulate.simulation import Simulation
    simulation = Simulation(scenario, trace=False)
    wasted_ma = []
    for first_s, end_s in spans_s:
        for now_ms in range(first_s * 1000, end_s * 1000, _SAMPLE_MS):
            simulation.advance(now_ms)
            wasted_ma.append(max(0, simulation.settling.wasted_ma))
    simulation.advance(scenario.duration_ms)
    result = simulation.result()
    summary = result.summary
    plugs = [entry["ms_1a"] for entry in summary["settle"] if entry["kind"] == "plug"]
    return {
        "over_limit_ms": summary["over_limit_ms"],
        "violations": len(result.violations),
        "drawn_over_limit_ms": summary["drawn_over_limit_ms"],
        "wasted_a": round(sum(wasted_ma) / len(wasted_ma) / 1000, 2) if wasted_ma else None,
        "settle_s": None if not plugs or None in plugs else round(max(plugs) / 1000, 1),
        "utilisation": summary["utilisation"],
    }


def held(figures: dict) -> bool:
    """Did the circuit rule and all others hold, where there was something to hold?"""
    return not figures.get("over_limit_ms") and not figures.get("violations")


def _shown(row, figures) -> list:
    head = [row["case"], "%s: %s" % (row["peer"], row["does"]),
            "%s [%s]" % (row["figure"], row["known"]) if row["known"] != "-" else row["figure"]]
    if figures["outcome"] != "played":
        return head + ["%s: %s" % (figures["outcome"], figures["words"]), "", "", ""]
    over = "%d ms" % figures["over_limit_ms"]
    if figures["drawn_over_limit_ms"]:  # by vehicles that do not obey (rule 11)
        over += ", by disobedience %d ms" % figures["drawn_over_limit_ms"]
    if "note" in row:
        over += ": " + row["note"]
    wasted, settle = figures["wasted_a"], figures["settle_s"]
    return head + [over, "" if wasted is None else "%.1f A" % max(wasted, 0),
                   "" if settle is None else "%.0f s" % settle,
                   "%.0f %%" % (100 * figures["utilisation"])]


def table(rows, figures) -> Table:
    """For people."""
    drawn = Table(title="What overloads other projects' circuits, or wastes their current",
                  title_justify="left")
    for number, heading in enumerate(_HEADINGS):
        drawn.add_column(heading, justify="right" if number > 3 else "left",
                         no_wrap=number == 0 or number > 3)
    for row, found in zip(rows, figures):
        drawn.add_row(*[cell.replace("[", r"\[") for cell in _shown(row, found)],
                      style=None if held(found) else "bold red")
    return drawn


def markdown(rows, figures) -> str:
    """For the page."""
    lines = ["| %s |" % " | ".join(_HEADINGS), "|%s" % ("---|" * len(_HEADINGS))]
    lines += ["| %s |" % " | ".join(_shown(row, found)) for row, found in zip(rows, figures)]
    return "\n".join(lines)


def renewed(page: str, rows, figures) -> str:
    """The page with this table between its two marks. ValueError: no such marks."""
    pattern = re.escape(_BEGIN) + ".*?" + re.escape(_END)
    if not re.search(pattern, page, re.DOTALL):
        raise ValueError("tests/drills/peers/README.md has no place for the drills")
    text = "%s\n%s\n%s" % (_BEGIN, markdown(rows, figures), _END)
    return re.sub(pattern, lambda _: text, page, flags=re.DOTALL)


def stored() -> list:
    """Our figures that the page shows, in the order of the cases."""
    return json.loads(FIGURES.read_text(encoding="utf-8"))


def _renew(rows, figures):
    text = ",\n".join(" " + json.dumps(found) for found in figures)
    FIGURES.write_text("[\n%s\n]\n" % text, encoding="utf-8")
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8"), rows, figures), encoding="utf-8")


def _options(arguments):
    parser = argparse.ArgumentParser(prog="python -m host_tools drills", allow_abbrev=False,
                                     description=__doc__)
    parser.add_argument("cases", nargs="*", metavar="CASE", help="such as over-01a; all if none")
    parser.add_argument("--json", metavar="FILE", type=Path, help="also write the figures to FILE")
    parser.add_argument("--renew", action="store_true",
                        help="write all figures into their page and next to the scenarios")
    options = parser.parse_args(arguments)
    unknown = set(options.cases) - {row["case"] for row in cases()}
    if unknown:
        parser.error("no such case: " + ", ".join(sorted(unknown)))
    if options.renew and options.cases:
        parser.error("--renew needs all cases")
    return options


def main(arguments: list) -> int:
    """Exit code 1: a rule was broken; 2: bad option, or a case that cannot be played."""
    try:
        options = _options(arguments)
    except SystemExit as stop:
        return int(stop.code or 0)
    rows = [row for row in cases() if not options.cases or row["case"] in options.cases]
    console = Console(highlight=False)
    console.width = max(console.width, _COLUMNS)  # a narrower table could not be read
    try:
        with console.status("playing"):
            figures = [play(row) for row in rows]
        if options.json:
            options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    except (ScenarioError, OSError) as error:
        print("drills: %s" % error, file=sys.stderr)
        return 2
    console.print(table(rows, figures))
    if options.renew:
        _renew(rows, figures)
    return 0 if all(held(found) for found in figures) else 1
