# SPDX-License-Identifier: MIT
"""All other names as names that MicroPython has in its ROM anyway, the same in every file.

A board keeps each name that is not in its ROM in the heap: some 25 bytes, of which a table that
doubles takes half. So `allocate` becomes, say, `writevto`, a name of MicroPython that the firmware
does not use for anything. What could be looked up by its text or from outside stays as it is:
names in ROM (whatever MicroPython itself calls is there), modules, and names that are also texts.
"""

import ast
import builtins
import keyword
import sys

from host_tools.build.compact import ON_DEMAND, closest, rom_names
from host_tools.build.compact.parameters import called_with_a_dictionary

# A program at the prompt may well use these.
_USUAL = {*dir(builtins), *sys.stdlib_module_names, *keyword.kwlist,
          *(name for kind in (bytes, dict, float, int, list, set, str) for name in dir(kind))}


def renamed(trees: dict, beside, places=()) -> dict:
    """{name: name in ROM} for a whole firmware.

    trees: {module: tree} of the files that will be compiled, already through the other passes;
    beside: trees of files that stay source and use them; places: {module: its name on a board} of
    those that nothing calls by the name in the source any more. The same names come out for the
    same files, and most of them again after a small change.
    """
    nodes = [list(ast.walk(tree)) for tree in trees.values()]
    used = set().union(*[_identifiers(each) for each in nodes])
    interned = set().union(*[_interned(each) for each in nodes])
    called = {module: dict(places).get(module, module) for module in trees}
    kept = _kept(trees, nodes, {name.split(".")[0] for name in called.values()})
    kept |= {part for module in trees if called[module] == module for part in module.split(".")}
    for tree in beside:
        each = list(ast.walk(tree))
        kept |= _identifiers(each) | _texts(each)
    everywhere, both, one = rom_names()
    # Private ones are few by now, and only with their underscore the compiler keeps no variable
    # for a constant.
    ranks = {}
    for module, each in zip(trees, nodes):
        for name in _interned(each):
            ranks.setdefault(name, set()).add(_rank(module))
    ours = {name for name in interned - kept - {*everywhere, *both, *one}
            if not name.startswith("_")}
    # What always stays first, then the core's: that is measured where only the first names are in
    # ROM.
    ours = sorted(ours, key=lambda name: (min(ranks[name]), name))
    pools = [[name for name in pool if name not in used | kept | _USUAL and name[0] != "_"]
             for pool in (everywhere, both)]
    new = {}
    for name in ours:
        pool = pools[0] or pools[1]
        if not pool:
            break  # the rest keeps its own names: that costs memory, nothing else
        new[name] = closest(name, pool)
        pool.remove(new[name])
    return new


def _rank(module):
    if ON_DEMAND in module.split("."):
        return 1 if module.startswith("core.") else 2
    return 2 if module.startswith("hal.") else 0


def rename(tree, new: dict):
    """Puts these names into the tree of a file."""
    _Rename(new).visit(tree)


def stand_aside(tree, new: dict):
    """Gives what a program beside the firmware calls like something in the firmware other names.

    Its attributes may be the same: those are found by their objects.
    """
    taken = set(new.values())
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                if (alias.asname or alias.name) in taken:
                    alias.asname = (alias.asname or alias.name) + "_"
    methods = {part for node in ast.walk(tree) if isinstance(node, ast.ClassDef)
               for part in node.body}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in taken:
            node.id += "_"
        elif isinstance(node, ast.arg) and node.arg in taken:
            node.arg += "_"
        elif getattr(node, "name", None) in taken and hasattr(node, "body") and (
                node not in methods):
            node.name += "_"


def _kept(trees, nodes, packages):
    kept = set()
    called_with = _called_with_a_dictionary(trees.values(), nodes)
    for each in nodes:
        kept |= _texts(each)
        for node in each:
            kept |= _imported_from_outside(node, packages)
            if getattr(node, "name", None) in called_with:
                kept |= {part.arg for part in ast.walk(node) if isinstance(part, ast.arg)}
            if isinstance(node, ast.Call) and _name(node.func) == "dict":
                kept |= {word.arg for word in node.keywords if word.arg}
    return kept


# Names in a dictionary are texts, which nobody may have written down in the source.
def _called_with_a_dictionary(trees, nodes):
    found = called_with_a_dictionary(trees)
    for node in (node for each in nodes for node in each):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.args.kwarg:
            found.add(node.name)
    return found - {"dict"}


def _imported_from_outside(node, packages):
    if isinstance(node, ast.Import):
        return {part for alias in node.names for part in alias.name.split(".")}
    if isinstance(node, ast.ImportFrom) and node.module.split(".")[0] not in packages:
        return {node.module} | {alias.name for alias in node.names}
    return set()


def identifiers(tree) -> set:
    """All names in the tree of a file."""
    return _identifiers(ast.walk(tree))


def _identifiers(nodes):
    return set().union(*[_identifiers_of(node) for node in nodes if type(node) in _FIELDS])


def _identifiers_of(node):
    values = [getattr(node, field) for field in _FIELDS.get(type(node), ())]
    return {name for value in values
            for name in (value if isinstance(value, list) else [value])} - {None, "*"}


# Without names that are only variables within a function: those are nowhere on a board.
def _interned(nodes):
    inner = {id(part) for node in nodes
             if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
             for part in ast.walk(node) if isinstance(part, ast.Name)}
    fields = {part.value for node in nodes for part in _field_names(node)}
    return fields | _identifiers(node for node in nodes if id(node) not in inner)


# Texts that are a whole name, but not those that only name the fields of a namedtuple, or files:
# what load() is given is no attribute of anything.
def _texts(nodes):
    others = {id(part) for node in nodes for part in _field_names(node) + _loaded(node)}
    return {node.value for node in nodes if isinstance(node, ast.Constant)
            and isinstance(node.value, str) and id(node) not in others}


def _loaded(node):
    return node.args if isinstance(node, ast.Call) and _name(node.func) in ("load", "drop") else []


def _field_names(node):
    if isinstance(node, ast.Call) and _name(node.func) == "namedtuple" and len(node.args) == 2:
        return [part for given in node.args for part in ast.walk(given)
                if isinstance(part, ast.Constant)]
    return []


def _name(function):
    return getattr(function, "attr", getattr(function, "id", None))


_FIELDS = {ast.Name: ("id",), ast.Attribute: ("attr",), ast.arg: ("arg",), ast.keyword: ("arg",),
           ast.FunctionDef: ("name",), ast.AsyncFunctionDef: ("name",), ast.ClassDef: ("name",),
           ast.ExceptHandler: ("name",), ast.alias: ("name", "asname"), ast.Global: ("names",),
           ast.Nonlocal: ("names",)}


class _Rename(ast.NodeVisitor):
    def __init__(self, new):
        self._new = new

    def visit(self, node):
        for field in _FIELDS.get(type(node), ()):
            value = getattr(node, field)
            setattr(node, field, [self._new.get(name, name) for name in value]
                    if isinstance(value, list) else self._new.get(value, value))
        for text in _field_names(node):
            text.value = self._new.get(text.value, text.value)
        self.generic_visit(node)
