# SPDX-License-Identifier: MIT
"""What is loaded only for a moment can be let go of, and nothing else holds it."""

import ast
import sys

import core
import pytest
from app.forget import SELDOM, forget

from host_tools import ROOT

FIRMWARE = ROOT / "firmware"
PATHS = sorted(path for folder in ("app", "core", "hal") for path in
               (FIRMWARE / folder).glob("*.py"))


@pytest.fixture(autouse=True)
def modules():
    """Other tests go on with the modules that they have imported."""
    before = {name: sys.modules[name] for name in SELDOM if name in sys.modules}
    yield
    sys.modules.update(before)
    for name, module in before.items():
        package, leaf = name.split(".")
        setattr(sys.modules[package], leaf, module)


def test_what_was_used_is_let_go_and_can_be_used_again():
    from core import settings
    assert {"core.settings", "core.limits"} <= set(sys.modules)
    forget()
    assert not set(SELDOM) & set(sys.modules)
    assert not hasattr(core, "settings") and not hasattr(core, "limits")
    from core import settings as anew
    assert anew is not settings and anew.table() == settings.table()
    assert settings.table()  # whoever still works with it can go on
    forget()
    forget()


def imported_at_once(path) -> set:
    """Modules that a file imports when it is loaded itself."""
    found = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module} | {node.module + "." + alias.name for alias in node.names}
    return found


@pytest.mark.parametrize("path", PATHS, ids=lambda path: "%s.%s" % (path.parent.name, path.stem))
def test_only_what_is_let_go_itself_holds_what_is_let_go(path):
    if "%s.%s" % (path.parent.name, path.stem) not in SELDOM:
        assert imported_at_once(path) & set(SELDOM) == set()


def test_everything_that_is_let_go_exists():
    assert [name for name in SELDOM
            if not (FIRMWARE / (name.replace(".", "/") + ".py")).exists()] == []


# ---- what made a unit

def _made_once():
    tree = ast.parse((FIRMWARE / "app/once.py").read_text())
    names, = [node.value for node in tree.body if isinstance(node, ast.Assign)]
    return {name.id for name in names.elts}


def _makers(tree):
    """(class, function) around each call of a class that is made once."""
    for owner in ast.walk(tree):
        if not isinstance(owner, (ast.ClassDef, ast.Module)):
            continue
        for function in owner.body:
            if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
                for node in ast.walk(function):
                    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in _made_once():
                        yield getattr(owner, "name", None), function.name


def test_nothing_makes_another_one_of_what_is_made_once():
    """Their classes cannot any more once a unit runs."""
    found = {maker for path in PATHS for maker in _makers(ast.parse(path.read_text()))}
    once = _made_once()
    assert {("Device", "build"), ("Member", "__init__"), ("Follower", "__init__")} <= found
    assert {(owner, name) for owner, name in found if owner not in once
            or name not in ("__init__", "build", "_make_member")} == set()
