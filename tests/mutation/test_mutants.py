# SPDX-License-Identifier: MIT
"""The tests can fail: every deliberate fault in the core is caught by the test named with it.

`tests/run mutation` prints the table of mutants, catchers and where each was caught. A few quick
ones run every day.
"""

import re

import pytest

from tests.drills import test_group, test_leadership, test_radio, test_units
from tests.mutation.faults import Caught, catcher, named_in, where_caught
from tests.mutation.mutants import MUTANTS

ALL = list(MUTANTS.values())
# Before any test runs: some let go of what is on demand, and a test must hold what a fault is in.
CATCHERS = {mutant.name: catcher(mutant) for mutant in ALL}
DRILLS = [pair for module in (test_group, test_leadership, test_radio, test_units)
          for pair in named_in(module)]
QUICK = [mutant for mutant in ALL if mutant.quick]


def caught(mutant, monkeypatch, record_property):
    mutant.fault(monkeypatch)
    with pytest.raises(Caught) as found:
        CATCHERS[mutant.name]()
    record_property("mutant", "%-48s %-34s %s" % (
        mutant.name, mutant.where.split("/")[-1] + (
            " %s" % mutant.test if mutant.where == "tests/chaos.py" else ""),
        where_caught(found.value)))


@pytest.mark.parametrize("mutant", QUICK, ids=[mutant.name for mutant in QUICK])
def test_a_quick_mutant_is_caught(mutant, monkeypatch, record_property):
    caught(mutant, monkeypatch, record_property)


@pytest.mark.mutation
@pytest.mark.parametrize("mutant", ALL, ids=[mutant.name for mutant in ALL])
def test_every_mutant_is_caught(mutant, monkeypatch, record_property):
    caught(mutant, monkeypatch, record_property)


def test_there_are_enough_of_them():
    assert len(ALL) >= 140 and len(QUICK) >= 15


@pytest.mark.mutation
@pytest.mark.parametrize("mutant", ALL, ids=[mutant.name for mutant in ALL])
def test_what_catches_a_mutant_passes_without_it(mutant):
    CATCHERS[mutant.name]()


@pytest.mark.mutation
@pytest.mark.parametrize("drill, name", DRILLS,
                         ids=["%s-%s" % (drill.__name__, name) for drill, name in DRILLS])
def test_every_drill_catches_the_mutants_that_it_names(drill, name, monkeypatch):
    MUTANTS[name].fault(monkeypatch)
    with pytest.raises(Caught):
        drill()


def test_every_hole_of_earlier_wordings_has_a_drill_that_names_its_mutant():
    holes = {int(number) for drill, _ in DRILLS
             for number in re.findall("hole_([0-9]+)_", drill.__name__)}
    assert holes == set(range(1, 22))
