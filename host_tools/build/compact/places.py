# SPDX-License-Identifier: MIT
"""Files by short names, those on demand all in one folder, the others in another.

For each file that it has ever loaded a board keeps for ever its path, its name and the name of its
place in the folder: 90 bytes for app/on_demand/web_live.mpy. So it becomes o/ip.mpy, say: the last
part is a name that MicroPython has in its ROM, the rest is short. Only the root of the bundle, and
what main.py names, keep theirs.

All that names such a file gets the new name: imports, what load() is given, tuples and texts that
will be given to it. load() itself (core/load.py) works with either: load("core", "group",
"change") looks into the folder on_demand in core/group, and load("ip") into the one at the top.
"""

import ast
import keyword
import re

from host_tools.build.compact import ON_DEMAND, NotCompact, closest, rom_names, sibling

FOLDER = "o"  # of what is on demand, on a board
FOLDERS = (FOLDER, "r")  # ... and of what stays
ANY = "any"  # all of them, while they are brought: device/module_folders.py
_NAMES_MAX = 300  # of the shortest names in ROM: enough that most files keep theirs
_WORD = re.compile(r"[\w.]+")


def short(modules) -> dict:
    """{module: its name on a board}, mostly the same ones after a small change. Raises
    NotCompact."""
    found, names = {}, [name for name in rom_names()[0] if name.isidentifier() and name[0] != "_"
                        and not keyword.iskeyword(name) and name != ANY]
    names = sorted(names, key=lambda name: (len(name), name))[:_NAMES_MAX]
    for folder, brief in zip(FOLDERS, (True, False)):
        _add(found, folder, sorted(module for module in modules
                                   if (sibling(module) is not None) == brief), names)
    return found


# No two files have the same last part: a traceback has nothing else.
def _add(found, folder, modules, names):
    for module in modules:
        if not names:
            raise NotCompact("%s: more than %d files need longer names, see %s"
                             % (module, _NAMES_MAX, __name__))
        last = closest(module, names)
        names.remove(last)
        found[module] = "%s.%s" % (folder, last)


def rename(tree, module: str, names: dict):
    """Puts the short names into the tree of a file or program. Raises NotCompact."""
    return _Rename(module, names).visit(tree)


def named(tree, module: str, names: dict) -> bool:
    """Does the tree of a file name one of them? Raises NotCompact."""
    before = ast.dump(tree)
    return ast.dump(rename(tree, module, names)) != before


class _Rename(ast.NodeTransformer):
    def __init__(self, module, names):
        self._module = module
        self._names = names
        # As load() is given them.
        self._places = {tuple(part for part in long.split(".") if part != ON_DEMAND):
                        name.partition(".")[2] for long, name in names.items() if sibling(long)}
        self._rooms = {place[:1] for place in self._places}

    def visit_Import(self, node):
        for alias in node.names:
            if alias.name in self._names:
                raise NotCompact("%s: 'import %s' must be 'from %s import ...'" % (
                    self._module, alias.name, alias.name.rpartition(".")[0]))
        return node

    def visit_ImportFrom(self, node):
        if node.module in self._names:
            node.module = self._names[node.module]
            return node
        whole = [alias for alias in node.names
                 if "%s.%s" % (node.module, alias.name) in self._names]
        if not whole:
            return node
        node.names = [alias for alias in node.names if alias not in whole]
        return ([node] if node.names else []) + [
            self._whole("%s.%s" % (node.module, alias.name), alias.asname or alias.name)
            for alias in whole]

    def _whole(self, module, here):
        folder, _, last = self._names[module].partition(".")
        return ast.ImportFrom(folder, [ast.alias(last, here)], 0)

    def visit_Call(self, node):
        self.generic_visit(node)
        if getattr(node.func, "id", "") in ("load", "drop"):
            place = _texts(node.args)
            if place in self._places:
                node.args = [ast.Constant(self._places[place])]
            elif not (len(node.args) == 1 and isinstance(node.args[0], ast.Starred)):
                raise NotCompact("%s, line %d: load() must name a file on demand by constants"
                                 % (self._module, node.lineno))
        return node

    def visit_Tuple(self, node):
        place = _texts(node.elts)
        if place in self._places:
            node.elts = [ast.Constant(self._places[place])]
        elif place[:1] in self._rooms:
            raise NotCompact("%s, line %d: as %s begins it must name a file on demand, by "
                             "constants" % (self._module, node.lineno, ast.unparse(node)))
        return self.generic_visit(node)

    # "core.group.change core.serial", which will be split, and the name of the folder alone.
    def visit_Constant(self, node):
        if node.value == ON_DEMAND:
            node.value = FOLDER
        elif isinstance(node.value, str):
            node.value = _WORD.sub(lambda word: self._places.get(
                tuple(word[0].split(".")), word[0]), node.value)
        return node


def _texts(nodes):
    return tuple(getattr(node, "value", None) for node in nodes)
