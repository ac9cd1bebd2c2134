# SPDX-License-Identifier: MIT
"""Parameters as single letters, where no call in the firmware names them."""

import ast

from host_tools.compact import is_private, short_names

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def named_in_calls(trees) -> set:
    """Names that some call gives its arguments, and all parameters of what is called with **."""
    nodes = [node for tree in trees for node in ast.walk(tree)]
    calls = [node for node in nodes if isinstance(node, ast.Call)]
    names = {word.arg for call in calls for word in call.keywords if word.arg}
    spread = {getattr(call.func, "attr", getattr(call.func, "id", None)) for call in calls
              if any(word.arg is None for word in call.keywords)}
    for node in nodes:
        if getattr(node, "name", None) in spread:
            names |= {part.arg for part in ast.walk(node) if isinstance(part, ast.arg)}
    return names


def shorten(tree, kept: set):
    """Shortens the parameters in the tree of a file that are not in `kept`."""
    for function in _outermost(tree):
        inner = list(ast.walk(function))[1:]
        if not any(_is_intricate(part) for part in inner):
            _rename(function, _new_names(inner, kept))


def _outermost(tree):
    found = []
    for node in ast.iter_child_nodes(tree):
        found += [node] if isinstance(node, _FUNCTIONS[:2]) else _outermost(node)
    return found


# What is looked up outside of the function, or both outside and inside, is left alone.
def _is_intricate(part):
    return (isinstance(part, (ast.ClassDef, ast.Global, ast.Nonlocal))
            or isinstance(part, _FUNCTIONS) and bool(part.args.defaults + part.args.kw_defaults))


def _new_names(inner, kept):
    """{old: new}, for the parameters of the functions in it as well: they share the letters."""
    names = [part.arg for part in inner if isinstance(part, ast.arg)]
    taken = {part.id for part in inner if isinstance(part, ast.Name)} | set(names) | kept
    bound_too = {getattr(part, key, None) for part in inner for key in ("name", "asname")}
    fresh = (name for name in short_names() if name not in taken | bound_too)
    return {name: next(fresh) for name in dict.fromkeys(names)
            if name not in kept | bound_too and len(name) > 1 and not is_private(name)}


def _rename(function, new):
    given = function.args
    # Defaults belong to what is around the function.
    parts = given.posonlyargs + given.args + given.kwonlyargs
    parts += [part for part in (given.vararg, given.kwarg) if part]
    parts += [part for statement in function.body for part in ast.walk(statement)]
    for part in parts:
        if isinstance(part, ast.Name):
            part.id = new.get(part.id, part.id)
        elif isinstance(part, ast.arg):
            part.arg = new.get(part.arg, part.arg)
