# SPDX-License-Identifier: MIT
"""The safety argument names things that exist: its files, its tests, its deliberate faults.

In the tables of firmware/core/SAFETY.md names stand in backticks, in columns whose headings
contain 'file', 'test' and 'fault'.
"""

import ast
import re

import pytest

from host_tools import ROOT
from tests.mutation.mutants import MUTANTS
from tests.tidy import sources

PAGE = ROOT / "firmware" / "core" / "SAFETY.md"
_KINDS = ("file", "test", "fault")
_RULES = range(1, 15)


def named(page: str) -> list:
    """(kind, name, line) of every name in backticks in the tables of a page."""
    found = []
    kinds = []
    for line in page.splitlines():
        if not line.startswith("|"):
            kinds = []
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not kinds:
            kinds = [next((kind for kind in _KINDS if kind in cell.lower()), None)
                     for cell in cells]
        found += [(kind, name, line) for kind, cell in zip(kinds, cells) if kind
                  for name in re.findall(r"`([^`]+)`", cell)]
    return found


def known_tests() -> set:
    """Names of all test functions, alone and as file::function."""
    names = set()
    for path in sources.below("tests"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                names |= {node.name, "%s::%s" % (path.name, node.name),
                          "%s::%s" % (sources.name_of(path), node.name)}
    return names


def exists(kind: str, name: str, tests: set) -> bool:
    """Is there such a file, test or fault?"""
    if kind == "fault":
        return name in MUTANTS
    if kind == "test" and name in tests:
        return True
    places = (ROOT, ROOT / "firmware", PAGE.parent, ROOT / "tests")
    return ("." in name or "/" in name) and any((place / name).exists() for place in places)


def test_every_name_on_the_page_exists():
    tests = known_tests()
    entries = named(PAGE.read_text())
    assert [entry for entry in entries if not exists(entry[0], entry[1], tests)] == []
    assert {kind for kind, _, _ in entries} == set(_KINDS)


def test_every_rule_and_every_fault_is_on_the_page():
    page = PAGE.read_text()
    rows = [line.split("|")[1].strip() for line in page.splitlines() if line.startswith("|")]
    numbers = {int(number) for row in rows for number in re.findall(r"\d+", row)}
    assert sorted(set(_RULES) - numbers) == []
    assert sorted(set(MUTANTS) - {name for kind, name, _ in named(page) if kind == "fault"}) == []


@pytest.mark.parametrize("kind, name", [
    ("file", "no_such.py"), ("test", "test_that_is_not_there"), ("fault", "not_a_mutant"),
    ("test", "word"),
])
def test_a_name_that_does_not_exist_is_seen(kind, name):
    page = "| Rule | File | Test | Fault |\n|---|---|---|---|\n| 1 | `%s` | `%s` | `%s` |\n" % (
        name, name, name)
    assert (kind, name) in [entry[:2] for entry in named(page)]
    assert not exists(kind, name, {"test_x"})
