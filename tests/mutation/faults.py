# SPDX-License-Identifier: MIT
"""How a deliberate fault is made, and how the test that must catch it is named and called."""

import ast
import importlib
import inspect
import re
import sys
import textwrap
import traceback
from collections import namedtuple

import pytest

from host_tools import ROOT  # sets the import path
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


def home(name):
    """The module of the core that defines a function or a constant, whichever file it is in."""
    found = []
    for path in sorted((ROOT / "firmware" / "core").glob("*.py")):
        for node in ast.parse(path.read_text()).body:
            targets = getattr(node, "targets", [])
            names = [getattr(node, "name", None)] + [getattr(t, "id", None) for t in targets]
            if name in names:
                found.append(path.stem)
    assert len(found) == 1, "%s is in %s" % (name, found or "no file")
    return importlib.import_module("core." + found[0])


def put(patch, owner, name, new):
    """Replace a function, also where another module of the firmware has imported it."""
    old = vars(owner)[name]
    patch.setattr(owner, name, new)
    for path, module in list(sys.modules.items()):
        if path.startswith(("core.", "app.")) and vars(module).get(name) is old:
            patch.setattr(module, name, new)


def rewrite(patch, owner, name, old, new):
    """Replace a piece of the source of one function. owner: class or module."""
    function = vars(owner)[name]
    source = textwrap.dedent(inspect.getsource(function))
    assert source.count(old) == 1, "%s has no single %r any more" % (name, old)
    made = {}
    exec(compile(source.replace(old, new), "<mutant of %s>" % name, "exec"),
         function.__globals__, made)
    put(patch, owner, name, made[name])


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
