# SPDX-License-Identifier: MIT
"""Private names (`_name`) as a few short ones, in each file anew, so that files share them.

All private names of a file are replaced, and public ones never begin with `_`: a new name can
meet no old one. Files whose objects are the same go on where the other ended: one whose classes
inherit from another file, and one in on_demand, whose functions are given an object of the file
of the same name above that folder (its sibling). What else could reach a private name from
elsewhere is refused: private attributes of anything but `self` and, in on_demand, a function's
first parameter, or the object that its first statement makes; private imports; private names in
texts.
"""

import ast
import itertools

from host_tools.build.compact import NotCompact, is_private, rom_names, short_names

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


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
    return _shortened(_Private(module, inherited or {}), tree)


def shorten_on_demand(tree, module: str, sibling: str, table: dict) -> dict:
    """The same for a file in on_demand. sibling: the module whose objects its functions are
    given, None if there is none; table: what `shorten` gave for that."""
    return _shortened(_OnDemand(module, sibling, table, tree), tree)


def _shortened(pass_, tree):
    pass_.visit(tree)
    return {new: old for old, new in pass_.new.items()}


# Names in ROM take no memory of a board.
def _candidates():
    return itertools.chain(
        (name for part in rom_names()[:2] for name in part if is_private(name)),
        short_names("_"))


class _Private(ast.NodeVisitor):
    def __init__(self, module, known):
        self.new = {old: new for new, old in known.items()}
        self._module = module
        self._fresh = (name for name in _candidates() if name not in known)

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

    # What a class declares, its functions in on_demand may use.
    def visit_Assign(self, node):
        if getattr(node.targets[0], "id", None) != "__slots__":
            return self.generic_visit(node)
        for text in node.value.elts:
            text.value = self._short(text.value)

    def visit_Attribute(self, node):
        if is_private(node.attr):
            self._check(node, getattr(node.value, "id", None))
        self.generic_visit(node)
        node.attr = self._short(node.attr)

    def _check(self, node, owner):
        if owner not in ("self", "cls"):
            self._refuse(node, "%s is private: only self may be asked for it" % node.attr)

    def visit_FunctionDef(self, node):
        self.generic_visit(node)
        node.name = self._short(node.name)

    visit_AsyncFunctionDef = visit_ExceptHandler = visit_FunctionDef

    def visit_ClassDef(self, node):
        if any(isinstance(base, ast.Attribute) for base in node.bases):
            self._refuse(node, "import the class that %s inherits from by its name" % node.name)
        self.generic_visit(node)
        node.name = self._short(node.name)

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


class _OnDemand(_Private):
    def __init__(self, module, sibling, table, tree):
        super().__init__(module, table)
        self._sibling = sibling
        # What nobody sets is misspelt, or asked of another object.
        self._theirs = set(self.new) | {
            node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)
            and isinstance(node.ctx, ast.Store) and getattr(node.value, "id", "self") != "self"}
        self._in_class = False
        self._given = None  # the first parameter of the function that is visited

    def _check(self, node, owner):
        if self._in_class:
            super()._check(node, owner)
        elif self._sibling is None:
            self._refuse(node, "%s is private, and no file of this name above on_demand could "
                               "share it" % node.attr)
        elif owner is None or owner != self._given:
            self._refuse(node, "%s is private: only the function's first parameter, always the "
                               "same object, may be asked for it" % node.attr)
        elif node.attr not in self._theirs:
            self._refuse(node, "%s is private, and neither this file nor %s sets it"
                               % (node.attr, self._sibling))

    def visit_ClassDef(self, node):
        before, self._in_class = self._in_class, True
        super().visit_ClassDef(node)
        self._in_class = before

    # A function within a function is given something else; it may use what is around it.
    def visit_FunctionDef(self, node):
        outermost = self._given is None and not self._in_class
        if outermost:
            self._given = _always_given(node)
        super().visit_FunctionDef(node)
        if outermost:
            self._given = None

    visit_AsyncFunctionDef = visit_FunctionDef


def _always_given(function):
    """The name of the object that a function is given first, or makes in its first statement; ''
    if it could be anything else somewhere."""
    given = (function.args.posonlyargs + function.args.args)[:1] + _made(function)
    for first in reversed(given):
        name, = _bound(first)
        if [node for node in ast.walk(function) if name in _bound(node)] == [first]:
            return name
    return ""


# The variable of a first statement as `leader = Leader()`.
def _made(function):
    first = [node for node in function.body if not isinstance(node, ast.Expr)][:1]
    if first and isinstance(first[0], ast.Assign) and isinstance(first[0].value, ast.Call) and (
            isinstance(first[0].targets[0], ast.Name)
            and getattr(first[0].value.func, "id", "a")[0].isupper()
            and not first[0].value.args and not first[0].value.keywords):
        return first[0].targets[:1]
    return []


def _bound(node):
    if isinstance(node, ast.Name):
        return () if isinstance(node.ctx, ast.Load) else (node.id,)
    if isinstance(node, ast.arg):
        return (node.arg,)
    if isinstance(node, ast.alias):
        return (node.asname or node.name,)
    return (getattr(node, "name", None),)
