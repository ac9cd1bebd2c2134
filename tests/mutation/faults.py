# SPDX-License-Identifier: MIT
"""How a deliberate fault and the test that must catch it are named, and how that is called.

What a fault may change is in changes.py.
"""

import importlib
import re
import traceback
from collections import namedtuple

import pytest

from tests.chaos import Episode

# name: of the mutant; fault: function that breaks one thing with a monkeypatch; where: file of
# the test; test: its name; arguments: for a test with parameters; quick: part of every day's run.
Mutant = namedtuple("Mutant", ("name", "fault", "where", "test", "arguments", "quick"))

Caught = (AssertionError, ExceptionGroup, pytest.fail.Exception)


class Mutants:
    """The faults of one file, by name."""

    def __init__(self):
        self.all = {}

    def caught_by(self, where, test, *arguments, quick=False):
        """Register a fault with the test that must catch it."""
        def register(fault):
            assert fault.__name__ not in self.all and fault.__doc__
            self.all[fault.__name__] = Mutant(fault.__name__, fault, where, test, arguments, quick)
            return fault
        return register


def episodes(theme, *seeds):
    """The random episodes with these seeds."""
    for seed in seeds:
        Episode(seed, theme).run()


def catcher(mutant):
    """The test that must catch a mutant, ready to be called."""
    if mutant.where == "tests/chaos.py":
        return lambda: episodes(mutant.test, *mutant.arguments)
    module = importlib.import_module(mutant.where[:-3].replace("/", "."))
    test = getattr(module, mutant.test)
    return lambda: test(*mutant.arguments)


def named_in(module):
    """(test, name of mutant) for each mutant that the docstrings of a module's tests name."""
    pairs = []
    for name, test in sorted(vars(module).items()):
        found = re.search(r"Mutants?: ([a-z0-9_,\s]+)\.", test.__doc__ or "") \
            if name.startswith("test_") else None
        for mutant in found.group(1).split(",") if found else ():
            pairs.append((test, mutant.strip()))
    return pairs


def where_caught(error) -> str:
    """File, line and message of what caught a mutant."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    frames = [f for f in traceback.extract_tb(error.__traceback__) if "/tests/" in f.filename
              and "/mutation/" not in f.filename]
    last = frames[-1]
    message = (str(error).splitlines() or [""])[0]
    return "%s:%d %s" % (last.filename.rsplit("/tests/", 1)[1], last.lineno, message[:60])
