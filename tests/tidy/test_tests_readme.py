# SPDX-License-Identifier: MIT
"""tests/README.md names what there is: folders, checkers, links."""

import re

from host_tools import ROOT
from host_tools.simulate.scenario import load
from host_tools.simulate.simulation import Simulation
from tests.tidy import sources

TEXT = (ROOT / "tests" / "README.md").read_text(encoding="utf-8")


def first_cells(heading):
    """Names in the first column of the table below a heading."""
    part = TEXT.split("## %s\n" % heading)[1].split("\n## ")[0]
    return re.findall(r"^\| `([^`]+)` \|", part, re.MULTILINE)


def test_every_folder_of_tests_is_explained_and_exists():
    named = {name for name in first_cells("What each layer shows") if name.count("/") == 1}
    helpers = {"fakes", "stubs"}  # hold no tests
    there = {"tests/" + path.relative_to(ROOT / "tests").parts[0]
             for path in sources.below("tests") if len(path.relative_to(ROOT).parts) > 2}
    assert named == there - {"tests/" + name for name in helpers}


def test_every_checker_is_explained_and_exists():
    unit = {"id": 1, "role": "leader", "breaker_a": 16, "region": "iec", "nameplate_a": 16,
            "phases": "L1"}
    simulation = Simulation(load({"name": "one", "duration_s": 1, "limit_a": 16,
                                  "units": [unit]}), trace=False)
    assert set(first_cells("The checkers")) == {checker.name for checker in simulation.checkers}


def test_every_link_leads_somewhere():
    links = re.findall(r"\]\(([^)#]+)\)", TEXT)
    assert links and all((ROOT / "tests" / link).exists() for link in links)
