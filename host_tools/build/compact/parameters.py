# SPDX-License-Identifier: MIT
"""Parameters as single letters, where no call in the firmware names them."""

import ast

from host_tools.build.compact import NotCompact, is_private, short_names

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def named_in_calls(trees) -> set:
    """Names that some call gives its arguments, and all parameters of what is called with **.
    Raises NotCompact."""
    trees = list(trees)
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = {word.arg for node in nodes if isinstance(node, ast.Call)
             for word in node.keywords if word.arg}
    spread = called_with_a_dictionary(trees)
    for node in nodes:
        if getattr(node, "name", None) in spread:
            names |= {part.arg for part in ast.walk(node) if isinstance(part, ast.arg)}
    return names


def called_with_a_dictionary(trees) -> set:
    """Names of what some call gives its arguments by **. Raises NotCompact."""
    found = set()
    for node in (node for tree in trees for node in ast.walk(tree)):
        if isinstance(node, ast.Call) and any(word.arg is None for word in node.keywords):
            name = getattr(node.func, "attr", getattr(node.func, "id", None))
            if name is None:  # it could be any function
                raise NotCompact("%s: what is called with ** must have a name"
                                 % ast.unparse(node))
            found.add(name)
    return found


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
