# SPDX-License-Identifier: MIT
"""Files that are always loaded together, as one file.

A board pays some 250 bytes for every file: a dictionary of its own, a table of the names that it
uses, its name, its path, and a slot for each thing that it imports. One file, and all that it
imports at its start, become one body; the imports between them are gone. So does what is imported
at the start of what it loads on demand: that is let go again, and what it has imported stays.
What is imported only within functions stays a file, as it may never be needed.
"""

import ast
import builtins

from host_tools.build.compact import ON_DEMAND, NotCompact, is_private, sibling


class Bundle:
    """The files that go into one; `trees`: {module: tree} of the whole firmware, which are changed
    in place.

    root: the file that becomes all of them; apart: trees of files that stay source: what they
    import is loaded earlier, so it stays a file as well. Raises NotCompact.
    """

    def __init__(self, trees: dict, root: str, apart=()):
        self.root = root
        self._known = set(trees)
        early = {module for tree in apart for module in self._imports(ast.walk(tree))}
        alone = self._closure(early - {root}, trees)
        self.members = [module for module in self._in_order(root, trees) if module not in alone]
        self._own = {}  # {module: {name: name in the bundle}}, of what the module itself makes
        self._taken = set(dir(builtins))
        for module in self.members:
            self._own[module] = self._names(module, trees[module])
        self._origin = {new: (module, old) for module, names in self._own.items()
                        for old, new in names.items()}
        body = []
        for module in self.members:
            body += self._member(module, trees.pop(module))
        for module, tree in trees.items():
            trees[module] = self.beside(tree, module)
        trees[root] = ast.Module(body, [])

    def origin(self, name: str) -> tuple:
        """(module, name there) of what has this name in the bundle, or None."""
        return self._origin.get(name)

    def beside(self, tree, module: str):
        """The tree of a file or program that uses the bundle. Raises NotCompact."""
        return _Beside(self, module).visit(tree)

    def name(self, module: str, name: str, user: str) -> str:
        """What a name of a member is called in the bundle. Raises NotCompact."""
        try:
            return self._own[module][name]
        except KeyError:
            raise NotCompact("%s: %s has no %s of its own to import" % (user, module, name)
                             ) from None

    def _names(self, module, tree):
        names = {}
        constants = _constants(tree)
        for name in _bound_at_top(tree):
            new = name
            if is_private(name) or name in self._taken:
                new = module.replace(".", "_") + "__" + name
                # Only with the underscore MicroPython keeps no variable for a constant.
                new = "_" + new if is_private(name) and name in constants else new
            names[name] = new
            self._taken.add(new)
        return names

    def _member(self, module, tree):
        names, modules = dict(self._own[module]), {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    here, whole = alias.asname or alias.name, "%s.%s" % (node.module, alias.name)
                    if node.module in self._own:
                        names[here] = self.name(node.module, alias.name, module)
                    elif whole in self._own:
                        modules[here] = whole
        return _Member(self, module, {old: new for old, new in names.items() if old != new},
                       modules).visit(tree).body

    def _imports(self, nodes):
        return imports(nodes, self._known)

    def _loaded(self, tree):
        """The files on demand that load("core", "group", "change") gives."""
        found = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "load":
                path = [getattr(part, "value", None) for part in node.args]
                if path and all(isinstance(part, str) for part in path):
                    found.add(".".join(path[:-1] + [ON_DEMAND, path[-1]]))
        return found & self._known

    def _closure(self, modules, trees, loaded=False):
        found, left = set(), set(modules)
        while left:
            module = left.pop()
            found.add(module)
            new = self._imports(trees[module].body)
            left |= (new | self._loaded(trees[module]) if loaded else new) - found
        return found

    def _in_order(self, root, trees):
        order, path = [], []

        def add(module):
            if module in path:
                raise NotCompact("%s import each other" % " and ".join([*path, module]))
            path.append(module)
            for needed in sorted(self._imports(trees[module].body)):
                if sibling(needed) is not None:  # it could not be let go of
                    raise NotCompact("%s imports %s: what is on demand is reached by load()"
                                     % (module, needed))
                if needed not in order:
                    add(needed)
            order.append(path.pop())

        # The root last, if nothing needs it: its own names come after those of the others.
        for module in sorted(self._closure({root}, trees, loaded=True) - {root}) + [root]:
            if sibling(module) is None and module not in order:
                add(module)
        return order


def imports(nodes, known: set) -> set:
    """Those of the `known` modules that these statements import."""
    found = set()
    for node in nodes:
        if isinstance(node, ast.ImportFrom):
            whole = {"%s.%s" % (node.module, alias.name) for alias in node.names}
            found |= (whole | {node.module}) & known
    return found


def _bound_at_top(tree):
    found = []
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found.append(node.name)
        elif not isinstance(node, (ast.Import, ast.ImportFrom)):
            found += [part.id for part in ast.walk(node)
                      if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Load)]
    return list(dict.fromkeys(found))


def _constants(tree):
    return {node.targets[0].id for node in tree.body if isinstance(node, ast.Assign)
            and isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") == "const"}


class _Member(ast.NodeTransformer):
    """Gives the names of a file's top their names in the bundle, wherever the file uses them."""

    def __init__(self, bundle, module, names, modules):
        self._bundle = bundle
        self._module = module
        self._names = names
        self._modules = modules

    def _refuse(self, node, name):
        raise NotCompact("%s, line %d: %s is also a name of the file's top or of another file: "
                         "choose another one" % (self._module, node.lineno, name))

    def visit_Name(self, node):
        if node.id in self._modules:
            self._refuse(node, node.id)
        node.id = self._names.get(node.id, node.id)
        return node

    def visit_Attribute(self, node):
        module = self._modules.get(getattr(node.value, "id", None))
        if module is None:
            return self.generic_visit(node)
        return ast.copy_location(
            ast.Name(self._bundle.name(module, node.attr, self._module), node.ctx), node)

    def visit_FunctionDef(self, node):
        node.name = self._names.get(node.name, node.name)
        return self.generic_visit(node)

    visit_AsyncFunctionDef = visit_FunctionDef

    # A method is found by its object, so it keeps its name.
    def visit_ClassDef(self, node):
        node.name = self._names.get(node.name, node.name)
        methods = [part.name if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef)) else None
                   for part in node.body]
        for name in _bound_at_top(node):
            if name in self._names and name not in methods:
                self._refuse(node, name)
        node = self.generic_visit(node)
        for part, name in zip(node.body, methods):
            if name is not None:
                part.name = name
        return node

    def visit_arg(self, node):
        if node.arg in self._names or node.arg in self._modules:
            self._refuse(node, node.arg)
        return node

    def visit_ExceptHandler(self, node):
        node.name = self._names.get(node.name, node.name)
        return self.generic_visit(node)

    def visit_Global(self, node):
        node.names = [self._names.get(name, name) for name in node.names]
        return node

    def visit_ImportFrom(self, node):
        members = self._bundle.members
        node.names = [alias for alias in node.names if node.module not in members
                      and "%s.%s" % (node.module, alias.name) not in members]
        for alias in node.names:
            if (alias.asname or alias.name) in self._names:
                self._refuse(node, alias.asname or alias.name)
        return node if node.names else ast.Pass()


class _Beside(ast.NodeTransformer):
    """Lets a file import from the bundle what it imported from its members."""

    def __init__(self, bundle, module):
        self._bundle = bundle
        self._module = module
        self._modules = {}  # {name here: member}

    def visit_Import(self, node):
        for alias in node.names:
            if alias.name in self._bundle.members:
                raise NotCompact("%s: 'import %s' must be 'from %s import ...'" % (
                    self._module, alias.name, alias.name.rpartition(".")[0]))
        return node

    def visit_ImportFrom(self, node):
        members = self._bundle.members
        if node.module in members:
            names = [ast.alias(self._bundle.name(node.module, alias.name, self._module),
                               alias.asname or alias.name) for alias in node.names]
            for alias in names:
                alias.asname = None if alias.asname == alias.name else alias.asname
            return ast.ImportFrom(self._bundle.root, names, 0)
        whole = [alias for alias in node.names
                 if "%s.%s" % (node.module, alias.name) in members]
        if not whole:
            return node
        package, _, leaf = self._bundle.root.rpartition(".")
        for alias in whole:
            self._modules[alias.asname or alias.name] = "%s.%s" % (node.module, alias.name)
        node.names = [alias for alias in node.names if alias not in whole]
        mine = ast.ImportFrom(package, [ast.alias(leaf, alias.asname or alias.name)
                                        for alias in whole], 0)
        return [node, mine] if node.names else mine

    def visit_arg(self, node):
        if node.arg in self._modules:
            raise NotCompact("%s, line %d: %s is also the name of a file: choose another one"
                             % (self._module, node.lineno, node.arg))
        return node

    def visit_Attribute(self, node):
        module = self._modules.get(getattr(node.value, "id", None))
        if module is not None:
            node.attr = self._bundle.name(module, node.attr, self._module)
        return self.generic_visit(node)
