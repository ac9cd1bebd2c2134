# SPDX-License-Identifier: MIT
"""Private functions that are called at one place only, as a part of it.

People read short functions more easily; a board pays some 50 bytes for each: an object, a slot in
a dictionary, a call. So what only one statement calls is put in its place, with names of its own
for its variables. Left alone is what this could change: functions that are passed on, that can be
overridden, that leave a loop by `return`, or that are called in the middle of an expression.
"""

import ast
import collections
import copy
import re

from host_tools.compact import NotCompact, is_private, loops

# A call with more than 11 words of variables and intermediate results gets them from the heap,
# which costs more time than the call that is saved. Without this bound (beyond 16 each use of a
# variable takes a byte more) a round took 40 % longer.
_VARIABLES_MAX = 12
_RESULT = "part_1"
_INTRICATE = (ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef, ast.Global, ast.Nonlocal, ast.Yield,
              ast.YieldFrom, ast.Await, ast.Import, ast.ImportFrom, ast.NamedExpr, ast.Starred)
_LISTS = (ast.ListComp, ast.GeneratorExp, ast.DictComp, ast.SetComp)


def bases(trees) -> set:
    """Names of all classes that others inherit from, in the files of a firmware."""
    return {getattr(base, "id", None) for tree in trees for node in ast.walk(tree)
            if isinstance(node, ast.ClassDef) for base in node.bases}


def inline(tree, inherited: set):
    """Changes the tree of a file. inherited: bases() of all files.

    Raises NotCompact if the file has names like those that it would use.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and re.fullmatch(r"part_\d+", node.id):
            raise NotCompact("%s, line %d: choose another name" % (node.id, node.lineno))
    left_alone = set()
    while True:
        found = next((call for call in _candidates(tree, inherited)
                      if call.name not in left_alone), None)
        if found is None:
            return
        if not found.put_in():
            left_alone.add(found.name)


def _candidates(tree, inherited):
    """Calls whose function calls no other candidate: what is inside is done first."""
    found = {call.name: call for call in _all_candidates(tree, inherited)}
    return [call for call in found.values()
            if not any(_called(node) in found for node in ast.walk(call.function))]


def _all_candidates(tree, inherited):
    uses = collections.Counter(_reference(node) for node in ast.walk(tree))
    places = _places(tree)
    for owner, function in _functions(tree):
        name = function.name
        if not (is_private(name) and uses[name] == 1 and _is_plain(function)):
            continue
        if owner is not None and (owner.bases or owner.name in inherited):
            continue
        place = places.get(name)
        if place is not None and place.owner is owner and place.host is not function and (
                len(place.call.args) == len(function.args.args) - (owner is not None)):
            yield _Call(tree, owner, function, place)


def _functions(tree):
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield None, node
        elif isinstance(node, ast.ClassDef):
            for part in node.body:
                if isinstance(part, ast.FunctionDef):
                    yield node, part


def _is_plain(function):
    given = function.args
    if (given.defaults or given.kw_defaults or given.kwonlyargs or given.posonlyargs
            or given.vararg or given.kwarg or function.decorator_list):
        return False
    return not any(isinstance(node, (*_INTRICATE, ast.FunctionDef))
                   for node in ast.walk(function) if node is not function)


def _reference(node):
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) else None


def _called(node):
    return _reference(node.func) if isinstance(node, ast.Call) else None


# Where a statement is nothing but a call, or begins with one.
_Place = collections.namedtuple("_Place", ("owner", "host", "block", "statement", "call"))


def _places(tree):
    found = {}
    hosts = [(None, node) for node in tree.body] + [
        (node, part) for node in tree.body if isinstance(node, ast.ClassDef) for part in node.body]
    for owner, host in hosts:
        if not isinstance(host, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        for block in _all_blocks(host.body):
            for statement in block:
                call = _first_call(statement)
                if call is not None and _is_ours(call, owner, host):
                    called_in = owner if isinstance(call.func, ast.Attribute) else None
                    found[_reference(call.func)] = _Place(called_in, host, block, statement, call)
    return found


def _all_blocks(block):
    yield block
    for statement in block:
        for field in ("body", "orelse", "finalbody"):
            if isinstance(statement, ast.stmt) and getattr(statement, field, None) and not (
                    isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))):
                yield from _all_blocks(getattr(statement, field))
        for handler in getattr(statement, "handlers", ()):
            yield from _all_blocks(handler.body)


# The call that is evaluated before anything else in a statement that a function could change.
def _first_call(statement):
    root = loops.first_evaluated(statement)
    read = []
    for node in loops.in_order(getattr(statement, root)) if root else ():
        if loops.calls_itself(node):
            inside = set(ast.walk(node))
            if not isinstance(node, ast.Call) or node.keywords or any(
                    isinstance(part, ast.Starred) for part in node.args) or any(
                    part not in inside for part in read):
                return None
            return node
        if isinstance(node, (ast.Attribute, ast.Subscript)):
            read.append(node)
    return None


def _is_ours(call, owner, host):
    if isinstance(call.func, ast.Name):
        return True
    return (owner is not None and isinstance(call.func, ast.Attribute) and bool(host.args.args)
            and isinstance(call.func.value, ast.Name)
            and call.func.value.id == host.args.args[0].arg)


class _Call:
    """One function and the one place that calls it."""

    def __init__(self, tree, owner, function, place):
        self.name = function.name
        self.function = function
        self._home = tree.body if owner is None else owner.body
        self._owner = owner
        self._place = place

    def put_in(self) -> bool:
        """Put the function in the place of its call; False if that cannot be done."""
        place = self._place
        before, body = self._renamed()
        try:
            new = before + _delivered(body, self._deliver)
        except _NotPlain:
            return False
        known = set().union(_variables(place.host), *[_variables(statement) for statement in new])
        if len(known) > _VARIABLES_MAX:
            return False
        if not self._is_whole():
            # Only now: until here nothing has been changed.
            new.append(loops.Replace(place.call, ast.Name(_RESULT, ast.Load())).visit(
                place.statement))
        at = place.block.index(place.statement)
        place.block[at:at + 1] = [ast.fix_missing_locations(ast.copy_location(
            statement, place.statement)) for statement in new] or [ast.Pass()]
        self._home.remove(self.function)
        if not self._home:
            self._home.append(ast.Pass())
        return True

    # Is the statement nothing but the call, or the call and where its result goes?
    def _is_whole(self):
        statement = self._place.statement
        if not isinstance(statement, (ast.Return, ast.Assign, ast.Expr)):
            return False
        return statement.value is self._place.call and not any(
            isinstance(part, ast.Call) for target in getattr(statement, "targets", ())
            for part in ast.walk(target))

    # What is done with a result.
    def _deliver(self, value):
        statement = self._place.statement
        if not self._is_whole():
            return [ast.Assign([ast.Name(_RESULT, ast.Store())], value or ast.Constant(None))]
        if isinstance(statement, ast.Return):
            return [ast.Return(value)]
        if isinstance(statement, ast.Assign):
            return [ast.Assign(copy.deepcopy(statement.targets), value or ast.Constant(None))]
        if value is None or isinstance(value, (ast.Constant, ast.Name)):
            return []
        return [ast.Expr(value)]

    # (statements that give the parameters their values, the body with names of its own)
    def _renamed(self):
        body = copy.deepcopy(self.function.body)
        if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
            del body[0]
        stored = {part.id for statement in body for part in ast.walk(statement)
                  if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
        stored |= {part.name for statement in body for part in ast.walk(statement)
                   if isinstance(part, ast.ExceptHandler) and part.name}
        names = [part.arg for part in self.function.args.args]
        given = list(self._place.call.args)
        if self._owner is not None:
            given.insert(0, self._place.call.func.value)
        known = _variables(self._place.host)
        new, before = {}, []
        own = sorted(stored | set(names))
        # The same names serve all calls in a host: none is inside another one.
        fresh = {name: "part_%d" % number for number, name in enumerate(own, 2)}
        for name, value in zip(names, given):
            if name not in stored and (isinstance(value, ast.Constant) or isinstance(
                    value, ast.Name) and value.id in known):
                new[name] = value
            else:
                new[name] = ast.Name(fresh[name], ast.Load())
                before.append(ast.Assign([ast.Name(fresh[name], ast.Store())], value))
        for name in stored:
            new.setdefault(name, ast.Name(fresh[name], ast.Load()))
        return before, [_Substitute(new).visit(statement) for statement in body]


def _variables(host):
    return ({part.arg for part in ast.walk(host) if isinstance(part, ast.arg)}
            | {part.id for part in ast.walk(host)
               if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)})


class _NotPlain(Exception):
    """It returns from within a loop, or in a way that would double what follows."""


def _delivered(body, deliver):
    """Statements without `return`: what they returned goes to deliver(value)."""
    done = []
    for at, statement in enumerate(body):
        if isinstance(statement, ast.Return):
            return done + deliver(statement.value)
        if not any(isinstance(part, ast.Return) for part in ast.walk(statement)):
            done.append(statement)
            continue
        if not isinstance(statement, ast.If):
            raise _NotPlain
        rest = body[at + 1:]
        if _always_leaves(statement.body):
            yes, no = statement.body, statement.orelse + rest
        elif _always_leaves(statement.orelse):
            yes, no = statement.body + rest, statement.orelse
        elif not rest:
            yes, no = statement.body, statement.orelse
        else:
            raise _NotPlain
        yes, no = _delivered(yes, deliver), _delivered(no, deliver)
        if not yes and not no:
            return done + [ast.Expr(statement.test)]
        if not yes:
            yes, no = no, []
            statement.test = ast.UnaryOp(ast.Not(), statement.test)
        return done + [ast.If(statement.test, yes, no)]
    return done if body and isinstance(body[-1], ast.Raise) else done + deliver(None)


def _always_leaves(block):
    if not block:
        return False
    last = block[-1]
    if isinstance(last, ast.If):
        return _always_leaves(last.body) and _always_leaves(last.orelse)
    return isinstance(last, (ast.Return, ast.Raise))


class _Substitute(ast.NodeTransformer):
    def __init__(self, new):
        self._new = new

    def visit_Name(self, node):
        value = self._new.get(node.id)
        if value is None:
            return node
        value = copy.deepcopy(value)
        if isinstance(value, ast.Name):
            value.ctx = node.ctx
        return ast.copy_location(value, node)

    def visit_ExceptHandler(self, node):
        if node.name in self._new:
            node.name = self._new[node.name].id
        return self.generic_visit(node)
