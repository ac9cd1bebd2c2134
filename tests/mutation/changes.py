# SPDX-License-Identifier: MIT
"""Changes of one function, named by what they change in its syntax tree.

    change(patch, "core.sharing.lease:Lease.grant",
           never("now_ms - sent_ms >= self._timing.lease_ms"))

A condition, a call or a value is named by its expression, and found in the tree whatever the lines
of the source look like. What is named must be there exactly once: else the fault itself fails.
"""

import ast
import importlib
import sys
from pathlib import Path
from types import CodeType

from host_tools import ROOT  # sets the import path
from core import load as loading

# Where an expression is a condition: (kind of node, field).
_CONDITIONS = {(ast.If, "test"), (ast.While, "test"), (ast.IfExp, "test"), (ast.BoolOp, "values"),
               (ast.UnaryOp, "operand"), (ast.comprehension, "ifs")}
_FAULT = "fault in "  # begins the file name of code that was changed


def _firmware():
    """All modules that faults are put in. What is on demand may be let go and loaded again by any
    test, and the tests hold what they have imported: a fault must be in both, so there is one."""
    names = {}
    for path in sorted((ROOT / "firmware").glob("*/**/*.py")):
        parts = path.relative_to(ROOT / "firmware").with_suffix("").parts
        if parts[0] in ("core", "app") and parts[-1] != "__init__":
            names[".".join(parts)] = importlib.import_module(".".join(parts))
    return names


_MODULES = _firmware()
_forget = loading._forget


def _found(patch, where):
    """(module, what holds it, name) of "module:qualified.name": a file with a fault stays."""
    patch.setattr(loading, "_forget", lambda name: None if name in _MODULES else _forget(name))
    for name, module in _MODULES.items():
        if sys.modules.get(name) is not module:
            patch.setitem(sys.modules, name, module)
    name, path = where.split(":")
    module = _MODULES.get(name) or importlib.import_module(name)
    *outer, last = path.split(".")
    owner = module
    for part in outer:
        owner = vars(owner)[part]
    assert last in vars(owner), "there is no %s" % where
    return module, owner, last


def change(patch, where, *changes):
    """Change a function. It stays the same object with other code: whoever has imported it, or
    keeps it in a table, has the fault too."""
    module, owner, name = _found(patch, where)
    function = vars(owner)[name]
    if isinstance(function, property):
        function = function.fget
    assert not function.__code__.co_filename.startswith(_FAULT), "%s twice" % where
    tree = ast.parse(Path(module.__file__).read_text())
    for part in where.split(":")[1].split("."):
        tree, = [node for node in tree.body if getattr(node, "name", None) == part]
    for one in changes:
        one(tree)
    tree.decorator_list = []
    whole = ast.fix_missing_locations(ast.Module([tree], []))
    code, = [made for made in compile(whole, _FAULT + module.__file__, "exec").co_consts
             if isinstance(made, CodeType) and made.co_name == name]
    patch.setattr(function, "__code__", code.replace(co_qualname=function.__qualname__))


def constant(patch, where, value):
    """A constant of a module has another value. A private one: others may have copied a public
    one when they imported it."""
    module, _, name = _found(patch, where)
    assert name.startswith("_") and type(vars(module)[name]) is int, where
    patch.setattr(module, name, value)


# --- what may change


def always(condition):
    """A condition is true."""
    return _exchange(_expression(condition), _expression("True"), _CONDITIONS)


def never(condition):
    """A condition is false."""
    return _exchange(_expression(condition), _expression("False"), _CONDITIONS)


def becomes(expression, other):
    """Another expression is there instead."""
    return _exchange(_expression(expression), _expression(other))


def left_out(statement):
    """A statement is not there."""
    return _exchange(_statement(statement), ast.Pass())


def given(target, value):
    """What is assigned to a target, and to nothing else, is this."""
    def apply(tree):
        found = [node for node in ast.walk(tree) if isinstance(node, ast.Assign)
                 and target in [ast.unparse(one) for one in node.targets]]
        _is_one(found, tree, target)
        assert len(found[0].targets) == 1, "%s is not all that is assigned to" % target
        found[0].value = _expression(value)
    return apply


def first(statements):
    """Something is done before anything else."""
    def apply(tree):
        tree.body[:0] = ast.parse(statements).body
    return apply


def returns(expression):
    """It does nothing but give this."""
    return first("return " + expression)


def _expression(text):
    return ast.parse(text, mode="eval").body


def _statement(text):
    made, = ast.parse(text).body
    return made


def _places(tree):
    """(node, what it is in, field, its place in a list or None) of all nodes."""
    for parent in ast.walk(tree):
        for field, value in ast.iter_fields(parent):
            if isinstance(value, list):
                for i, node in enumerate(value):
                    yield node, parent, field, i
            else:
                yield value, parent, field, None


def _exchange(old, new, fields=None):
    named = ast.dump(old)

    def apply(tree):
        found = [place for place in _places(tree) if type(place[0]) is type(old)
                 and ast.dump(place[0]) == named
                 and (fields is None or (type(place[1]), place[2]) in fields)]
        _is_one(found, tree, ast.unparse(old))
        _, parent, field, i = found[0]
        if i is None:
            setattr(parent, field, new)
        else:
            getattr(parent, field)[i] = new
    return apply


def _is_one(found, tree, what):
    assert len(found) == 1, "%s has %s %d times, not once" % (tree.name, what, len(found))
