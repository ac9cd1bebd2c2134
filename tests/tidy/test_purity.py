# SPDX-License-Identifier: MIT
"""The wall around the core: integers only, nothing from outside, nothing shared."""

import ast

import pytest

from tests.tidy import sources

CORE = sources.below("firmware/core")
FIRMWARE = sources.below("firmware")


@pytest.mark.parametrize("path", CORE, ids=sources.name_of)
def test_the_core_is_pure(path):
    found = [line.partition(": ")[2] for line in sources.impurities(path.read_text())]
    # Files of the firmware itself are loaded by their names in one place.
    assert found == (["imports sys", "uses __import__"] if path.name == "load.py" else [])


# Several units run in one process, and a file may be let go of and loaded anew: what is a unit's
# is never a module's.
@pytest.mark.parametrize("path", FIRMWARE, ids=sources.name_of)
def test_no_module_that_units_share_holds_state(path):
    tree = ast.parse(path.read_text())
    globals_ = [node.lineno for node in ast.walk(tree) if isinstance(node, ast.Global)]
    assert (sources.shared_state(tree), globals_) == ([], [])


@pytest.mark.parametrize("path", FIRMWARE, ids=sources.name_of)
def test_the_firmware_avoids_what_micropython_lacks(path):
    banned = ("dataclasses", "enum", "typing", "abc", "functools", "__future__")
    names = [name for node in ast.walk(ast.parse(path.read_text()))
             for name in ([alias.name for alias in node.names] if isinstance(node, ast.Import)
                          else [node.module] if isinstance(node, ast.ImportFrom) else [])]
    assert [name for name in names if name in banned] == []


@pytest.mark.parametrize("path", FIRMWARE, ids=sources.name_of)
def test_no_check_of_the_firmware_is_lost_in_the_build(path):
    found = [node.lineno for node in ast.walk(ast.parse(path.read_text()))
             if isinstance(node, ast.Assert)]
    assert found == [], "asserts are left out of compiled files: raise instead"


@pytest.mark.parametrize("source, what", [
    ("import time", "imports time"), ("from os import path", "imports from os"),
    ("from . import x", "imports from ."), ("import hmac", "imports hmac"),
    ("from hashlib import md5", "imports md5"), ("x = 1.5", "float 1.5"),
    ("x = 1 / y", "true division"), ("def f(x):\n    x /= 2", "true division"),
    ("def f():\n    global x", "global"), ("X = []", "mutable"), ("X = ({},)", "mutable"),
    ("class A:\n    x = dict()", "mutable"), ("x = float(3)", "uses float"),
    ("x = eval('1')", "uses eval"),
])
def test_the_wall_sees_what_it_is_for(source, what):
    [found] = sources.impurities(source)
    assert what in found


def test_the_wall_lets_through_what_is_allowed():
    allowed = ("from collections import namedtuple\nfrom micropython import const\n"
               "_X = const(5)\nA = namedtuple('A', ['b'])\ndef f(x):\n    return [x // 2]\n")
    assert sources.impurities(allowed) == []
