# SPDX-License-Identifier: MIT
"""Files on demand reach each other by load().

`from app.on_demand.web_json import HEAD` would ask for the file by its path, and a board keeps for
ever the name and the path of each file that it has asked for so: 30 bytes, and two places in a
table that leaps. load() brings all of them under one name (device/module_folders.py), so on a
board the same is `HEAD = load("ip").HEAD`.
"""

import ast

from host_tools.build.compact import NotCompact
from host_tools.build.compact.places import FOLDER

_LOADER = ("core.load", "load")


def by_load(tree, module: str, names: dict):
    """Changes the tree of a file on demand, whose names are those of a board already. names:
    places.short(). Raises NotCompact."""
    change = _ByLoad()
    tree = change.visit(tree)
    if not change.count:
        return tree
    loader = names.get(_LOADER[0], _LOADER[0])
    _leave_out(tree, loader)
    if any(_binds(node) for node in ast.walk(tree)):
        raise NotCompact("%s: load is the name of core/load.py's: choose another one" % module)
    tree.body.insert(0, ast.ImportFrom(loader, [ast.alias(_LOADER[1])], 0))
    return tree


# It comes first now.
def _leave_out(tree, loader):
    for node in list(tree.body):
        if isinstance(node, ast.ImportFrom) and node.module == loader:
            node.names = [alias for alias in node.names
                          if (alias.name, alias.asname) != (_LOADER[1], None)]
            if not node.names:
                tree.body.remove(node)


def _binds(node):
    if isinstance(node, ast.Name):
        return node.id == _LOADER[1] and not isinstance(node.ctx, ast.Load)
    return _LOADER[1] in (getattr(node, key, None) for key in ("name", "arg", "asname"))


class _ByLoad(ast.NodeTransformer):
    count = 0

    def visit_ImportFrom(self, node):
        if node.module == FOLDER:  # whole files
            self.count += 1
            return [_set(alias.asname or alias.name, _load(alias.name)) for alias in node.names]
        folder, _, leaf = (node.module or "").partition(".")
        if folder != FOLDER:
            return node
        self.count += 1
        first, *others = node.names
        here = first.asname or first.name
        if not others:
            return _set(here, ast.Attribute(_load(leaf), first.name, ast.Load()))
        steps = [_set(here, _load(leaf))]
        for alias in [*others, first]:
            steps.append(_set(alias.asname or alias.name, ast.Attribute(
                ast.Name(here, ast.Load()), alias.name, ast.Load())))
        return steps


def _load(leaf):
    return ast.Call(ast.Name(_LOADER[1], ast.Load()), [ast.Constant(leaf)], [])


def _set(name, value):
    return ast.Assign([ast.Name(name, ast.Store())], value)
