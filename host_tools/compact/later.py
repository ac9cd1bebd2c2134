# SPDX-License-Identifier: MIT
"""Methods marked `@seldom` as files of their own, which a board loads when one is called.

They become plain functions there; their class gets functions that find them, the same for all
classes, and the name of their file. Names of the file's top are imported from it, private
constants are copied: MicroPython keeps no variable for those. What could not be found so is
refused.
"""

import ast
import copy

from host_tools.compact import NotCompact, is_private

_MARK = "seldom"
_SOURCE = "core.seldom"
# Of all classes, as `__getattr__` and `__init__`: one of its own for each took 100 bytes of it.
_FINDERS = ("found_seldom", "made_seldom")
_FILE = "seldom_file"  # of a class: where its seldom methods are
_INIT = "__init__"
_MOVED_INIT = "init"


def name(module: str) -> str:
    """The file for the seldom methods of a file."""
    return module + "_seldom"


def marked(tree) -> list:
    """(class, method) of all methods of a file that are marked."""
    return [(owner, method) for owner in ast.walk(tree) if isinstance(owner, ast.ClassDef)
            for method in owner.body if _is_marked(method)]


def moved(tree, module: str):
    """Takes the marked methods out of the tree of a file, and gives the tree of the file that
    holds them. Raises NotCompact."""
    found = marked(tree)
    for _, method in found:
        _check(method, module)
    methods = [method for _, method in found]
    owners = dict.fromkeys(owner for owner, _ in found)
    finders = set()
    for owner, method in found:
        owner.body.remove(method)
        is_init = method.name == _INIT
        method.name = _MOVED_INIT if is_init else method.name
        finder = _FINDERS[is_init]
        finders.add(finder)
        if ast.unparse(finding := _finding(is_init, finder)) not in map(ast.unparse, owner.body):
            owner.body.append(finding)
    for owner in owners:
        owner.body += ast.parse("%s = %r" % (_FILE, name(module))).body
    if len({method.name for method in methods}) < len(methods):
        raise NotCompact("%s: two classes have a seldom method of the same name" % module)
    body = _needed(tree, module, methods) + methods
    if found:
        at = 0 if ast.get_docstring(tree) is None else 1
        tree.body.insert(at, ast.ImportFrom(_SOURCE, [ast.alias(finder, None)
                                                      for finder in sorted(finders)], 0))
    return ast.fix_missing_locations(ast.Module(body, []))


def forget_marks(trees):
    """Takes the mark and its imports out of {module: tree}, when all methods are moved."""
    for tree in trees.values():
        _Unmark().visit(tree)
    if _SOURCE in trees:
        source = trees[_SOURCE]
        source.body = [node for node in source.body if getattr(node, "name", None) != _MARK]


def _is_marked(node):
    return any(getattr(mark, "id", None) == _MARK for mark in getattr(node, "decorator_list", ()))


def _check(method, module):
    where = "%s, line %d: %s is seldom" % (module, method.lineno, method.name)
    if not isinstance(method, ast.FunctionDef) or len(method.decorator_list) > 1:
        raise NotCompact(where + ": it must be a plain method")
    if method.name.startswith("__") and method.name != _INIT:
        raise NotCompact(where + ": Python itself could not find it")
    if any(getattr(part, "id", None) == "super" for part in ast.walk(method)):
        raise NotCompact(where + ": it cannot use super()")
    method.decorator_list = []


def _finding(is_init, finder):
    return ast.parse("%s = %s" % (_INIT if is_init else "__getattr__", finder)).body[0]


def _needed(tree, module, methods):
    """The imports and private constants that the methods use."""
    used = {part.id for method in methods for part in ast.walk(method)
            if isinstance(part, ast.Name)}
    needed = []
    for node in tree.body:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            kept = [alias for alias in node.names if (alias.asname or alias.name) in used
                    or alias.name == "const"]
            if kept:
                needed.append(copy.deepcopy(node))
                needed[-1].names = copy.deepcopy(kept)
        elif isinstance(node, ast.Assign) and _is_private_constant(node):
            if _names_in(node) & used:
                needed.append(copy.deepcopy(node))
        else:
            own = sorted(_names_in(node) & used)
            if own:
                needed.append(ast.ImportFrom(module, [ast.alias(name, None) for name in own], 0))
    return needed


def _is_private_constant(node):
    target = node.targets[0]
    return (isinstance(target, ast.Name) and is_private(target.id)
            and isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") == "const")


def _names_in(node):
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {node.name}
    return {part.id for part in ast.walk(node)
            if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load)}


class _Unmark(ast.NodeTransformer):
    def visit_ImportFrom(self, node):
        if node.module == _SOURCE:
            node.names = [alias for alias in node.names if alias.name != _MARK]
        return node if node.names else None
