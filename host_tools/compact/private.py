# SPDX-License-Identifier: MIT
"""Private names (`_name`) as a few short ones, in each file anew, so that files share them.

All private names of a file are replaced, and public ones never begin with `_`: a new name can
meet no old one. A file whose classes inherit from another file goes on where that one ended, as
their objects have the names of both. What else could reach a private name from elsewhere is
refused: private attributes of anything but `self`, private imports, private names in texts.
"""

import ast
import itertools

from host_tools.compact import NotCompact, is_private, rom_names, short_names


def inherits_from(tree) -> set:
    """Modules from which classes of a file inherit."""
    sources = {alias.asname or alias.name: node.module for node in ast.walk(tree)
               if isinstance(node, ast.ImportFrom) for alias in node.names}
    return {sources[base.id] for node in ast.walk(tree) if isinstance(node, ast.ClassDef)
            for base in node.bases if getattr(base, "id", None) in sources}


def shorten(tree, module: str, inherited=None) -> dict:
    """Shortens the private names in the tree of a file. Returns {new: old}; may raise NotCompact.

    inherited: what this gave for the file from which its classes inherit.
    """
    pass_ = _Private(tree, module, inherited or {})
    pass_.visit(tree)
    return {new: old for old, new in pass_.new.items()}


# Names in ROM take no memory of a board.
def _candidates():
    return itertools.chain(
        (name for part in rom_names()[:2] for name in part if is_private(name)),
        short_names("_"))


class _Private(ast.NodeVisitor):
    def __init__(self, tree, module, inherited):
        self.new = {old: new for new, old in inherited.items()}
        self._module = module
        self._fresh = (name for name in _candidates() if name not in inherited)

    def _short(self, name):
        if name is None or not is_private(name):
            return name
        if name not in self.new:
            self.new[name] = next(self._fresh)
        return self.new[name]

    def _refuse(self, node, what):
        raise NotCompact("%s, line %d: %s" % (self._module, node.lineno, what))

    def visit_Name(self, node):
        node.id = self._short(node.id)

    def visit_arg(self, node):
        node.arg = self._short(node.arg)

    def visit_Attribute(self, node):
        if is_private(node.attr) and getattr(node.value, "id", None) not in ("self", "cls"):
            self._refuse(node, "%s is private: only self may be asked for it" % node.attr)
        self.generic_visit(node)
        node.attr = self._short(node.attr)

    def visit_FunctionDef(self, node):
        self.generic_visit(node)
        node.name = self._short(node.name)

    visit_AsyncFunctionDef = visit_ExceptHandler = visit_FunctionDef

    def visit_ClassDef(self, node):
        if any(isinstance(base, ast.Attribute) for base in node.bases):
            self._refuse(node, "import the class that %s inherits from by its name" % node.name)
        self.visit_FunctionDef(node)

    def visit_Global(self, node):
        node.names = [self._short(name) for name in node.names]

    visit_Nonlocal = visit_Global

    def visit_ImportFrom(self, node):
        for alias in node.names:
            if is_private(alias.name):
                self._refuse(node, "%s is private to another file" % alias.name)
            alias.asname = self._short(alias.asname)

    visit_Import = visit_ImportFrom

    def visit_keyword(self, node):
        if node.arg and is_private(node.arg):
            self._refuse(node.value, "a call must not name the private %s" % node.arg)
        self.generic_visit(node)

    def visit_Constant(self, node):
        text = node.value
        if isinstance(text, str) and text.isidentifier() and is_private(text):
            self._refuse(node, "%r as a text would not be found" % text)
