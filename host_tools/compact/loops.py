# SPDX-License-Identifier: MIT
"""Lists that a function makes in one expression, `[f(x) for x in xs]`, as plain loops.

MicroPython makes a function of each, with some 70 bytes of its own; and each time it runs, it
makes a closure, and a cell for every variable that both use. A loop before the statement does the
same with none of it, if nothing that is evaluated earlier in the statement can tell.
"""

import ast

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_FUNCTIONS_WITHIN = (ast.ListComp, ast.GeneratorExp, ast.DictComp, ast.SetComp, ast.Lambda)
_STOPS = (ast.Call, ast.Await, ast.Yield, ast.YieldFrom)
# These call nothing of the firmware: what they are given decides what they return.
_PURE = {"abs", "all", "any", "bool", "dict", "enumerate", "int", "isinstance", "len", "list",
         "max", "min", "range", "set", "sorted", "str", "sum", "tuple", "zip"}


def unroll(tree):
    """Changes the functions of a file. What runs only once, at its top, is left alone."""
    for node in ast.walk(tree):
        if isinstance(node, _FUNCTIONS):
            taken = {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
            taken |= {part.arg for part in ast.walk(node) if isinstance(part, ast.arg)}
            _Statements(taken).block(node.body)


class _Statements:
    def __init__(self, taken):
        self._taken = taken
        self._depth = 0  # the names are used again by the next statement

    def block(self, body):
        """The statements of a block, in place."""
        for statement in list(body):
            if isinstance(statement, (*_FUNCTIONS, ast.ClassDef)):
                continue
            depth = self._depth
            root = first_evaluated(statement)
            before = self._hoisted(statement, root) if root else []
            at = body.index(statement)
            body[at:at] = before
            for inner in _blocks(statement):
                self.block(inner)
            self._depth = depth

    # Loops for the lists that may come before the statement, in their order.
    def _hoisted(self, statement, root):
        before = []
        for found in _liftable(getattr(statement, root)):
            name = self._fresh("found")
            before += self._loop(found, name)
            Replace(found, ast.Name(name, ast.Load())).visit(statement)
        return before

    def _loop(self, made, name):
        body = [ast.Expr(ast.Call(
            ast.Attribute(ast.Name(name, ast.Load()), "append", ast.Load()), [made.elt], []))]
        new = {}
        for part in made.generators:
            for target in ast.walk(part.target):
                if isinstance(target, ast.Name):
                    new[target.id] = self._fresh("each")
        for part in reversed(made.generators):
            for test in reversed(part.ifs):
                body = [ast.If(test, body, [])]
            body = [ast.For(part.target, part.iter, body, [])]
        loop = body[0]
        first = loop.iter  # is evaluated outside: there the names mean something else
        loop.iter = ast.Constant(None)
        for part in ast.walk(loop):
            if isinstance(part, ast.Name):
                part.id = new.get(part.id, part.id)
        loop.iter = first
        made = [ast.Assign([ast.Name(name, ast.Store())], ast.List([], ast.Load())), loop]
        for part in made:
            ast.fix_missing_locations(part)
        self.block(made)  # lists within lists
        return made

    def _fresh(self, kind):
        while True:
            self._depth += 1
            name = "%s_%d" % (kind, self._depth)
            if name not in self._taken:
                return name


def first_evaluated(statement):
    """The field of a statement that is evaluated first and once, or None."""
    if isinstance(statement, (ast.Assign, ast.Expr, ast.Return)):
        return "value" if statement.value is not None else None
    if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
        return "value"
    if isinstance(statement, ast.If):
        return "test"
    return "iter" if isinstance(statement, ast.For) else None


def _blocks(statement):
    blocks = [getattr(statement, field, []) for field in ("body", "orelse", "finalbody")]
    return blocks + [handler.body for handler in getattr(statement, "handlers", ())]


# The lists in an expression whose loops may run before all of it.
def _liftable(root):
    lists = []
    read = False  # something that a function may change
    for node in in_order(root):
        if isinstance(node, ast.ListComp):
            if _calls(node) and read or _is_intricate(node):
                return lists
            lists.append(node)
        elif calls_itself(node):
            return lists
        elif isinstance(node, (ast.Attribute, ast.Subscript)):
            read = True
    return lists


def in_order(node):
    """The nodes of an expression as they are evaluated, each after its parts.

    Only what is evaluated in any case; if the rest could call something, an Await stands for it.
    """
    parts = _parts(node)
    for part in parts:
        yield from in_order(part)
    yield node
    if not isinstance(node, _FUNCTIONS_WITHIN) and any(
            _calls(part) for part in ast.iter_child_nodes(node) if part not in parts):
        yield ast.Await()


def _parts(node):
    if isinstance(node, ast.BoolOp):
        return node.values[:1]
    if isinstance(node, ast.IfExp):
        return [node.test]
    if isinstance(node, ast.Compare):
        return [node.left, node.comparators[0]]
    if isinstance(node, ast.Dict):
        return [part for pair in zip(node.keys, node.values) for part in pair if part]
    if isinstance(node, _FUNCTIONS_WITHIN):
        return []
    return list(ast.iter_child_nodes(node))


def calls_itself(node) -> bool:
    """Could this node, without its parts, call something of the firmware?"""
    if isinstance(node, _FUNCTIONS_WITHIN):
        return _calls(node)
    return isinstance(node, (*_STOPS, ast.NamedExpr)) and not _is_pure(node)


def _calls(node):
    return any(isinstance(part, _STOPS) and not _is_pure(part) for part in ast.walk(node))


def _is_pure(node):
    return isinstance(node, ast.Call) and getattr(node.func, "id", None) in _PURE


def _is_intricate(node):
    return any(part.is_async for part in node.generators) or any(
        isinstance(part, (ast.Lambda, ast.NamedExpr)) for part in ast.walk(node))


class Replace(ast.NodeTransformer):
    """One expression, the very node, for another one."""

    def __init__(self, old, new):
        self._old = old
        self._new = new

    def visit(self, node):
        return self._new if node is self._old else self.generic_visit(node)
