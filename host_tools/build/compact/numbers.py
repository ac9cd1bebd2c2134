# SPDX-License-Identifier: MIT
"""Public constants as plain numbers: `NAME = const(5)` becomes a 5 wherever the firmware uses it.

MicroPython does the same with private ones, but only within a file. A constant that is nowhere a
name needs no slot in its file's dictionary; a file of constants need not even be loaded.
"""

import ast

from host_tools.build.compact import NotCompact


def defined(tree) -> dict:
    """{name: value} of the public integer constants of a file."""
    values = {}
    for node in tree.body:
        value = _value(node)
        if value is not None:
            values[node.targets[0].id] = value
    return values


def _value(node):
    if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
            and getattr(node.value.func, "id", None) == "const"
            and isinstance(node.targets[0], ast.Name) and node.targets[0].id[0] != "_"):
        return None
    expression = node.value.args[0]
    if any(isinstance(part, (ast.Name, ast.Call, ast.Attribute)) for part in ast.walk(expression)):
        return None
    value = eval(compile(ast.Expression(expression), "const", "eval"))
    return value if type(value) is int else None


def inline(tree, module: str, known: dict):
    """Puts numbers into the tree of a file. known: {module: defined(tree)} of all files.

    Raises NotCompact if the file uses the name of a constant for something else.
    """
    pass_ = _Inline(tree, module, known)
    pass_.visit(tree)
    used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    _Unimport({name for name in pass_.modules if name not in used}).visit(tree)


class _Inline(ast.NodeTransformer):
    def __init__(self, tree, module, known):
        self.modules = {}  # name here: its constants
        self._known = known
        self._module = module
        self._names = dict(known.get(module, {}))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and not node.level:
                self._note_import(node)
        own = [node.targets[0] for node in tree.body if _value(node) is not None]
        for node in ast.walk(tree):
            name = _bound(node)
            if name in self._names and node not in own or name in self.modules:
                raise NotCompact("%s, line %d: %s is also the name of a constant or of its file: "
                                 "choose another one" % (module, node.lineno, name))

    def _note_import(self, node):
        for alias in node.names:
            here = alias.asname or alias.name
            whole = "%s.%s" % (node.module, alias.name)
            if alias.name in self._known.get(node.module, {}):
                self._names[here] = self._known[node.module][alias.name]
            elif whole in self._known:
                self.modules[here] = self._known[whole]
            elif whole + ".__init__" in self._known:  # its files could be asked for anything
                raise NotCompact("%s, line %d: %s is a folder: import a file or a name"
                                 % (self._module, node.lineno, whole))

    def visit_Assign(self, node):
        return ast.Pass() if _value(node) is not None else self.generic_visit(node)

    def visit_ImportFrom(self, node):
        return _Unimport(self._names).visit(node)

    def visit_Name(self, node):
        return ast.Constant(self._names[node.id]) if node.id in self._names else node

    def visit_Attribute(self, node):
        found = self.modules.get(node.value.id, {}) if isinstance(node.value, ast.Name) else {}
        return (ast.Constant(found[node.attr]) if node.attr in found
                else self.generic_visit(node))


class _Unimport(ast.NodeTransformer):
    def __init__(self, names):
        self._names = names

    def visit_ImportFrom(self, node):
        node.names = [alias for alias in node.names
                      if (alias.asname or alias.name) not in self._names]
        return node if node.names else ast.Pass()


def _bound(node):
    if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        return node.id
    if isinstance(node, ast.arg):
        return node.arg
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler)):
        return node.name
    return None
