# SPDX-License-Identifier: MIT
"""Lists as loops, and functions in the place of their calls, do the same as what was written."""

import ast

import pytest

from host_tools.compact import NotCompact, inline, loops

# ---- lists as loops

LISTS = (
    ("return [2 * x for x in given]", True),
    ("return [x for x in given if x > 1 if x < 9]", True),
    ("return [(x, y) for x in given for y in range(x) if y]", True),
    ("x = 5\ny = [x for x in given]\nreturn x, y", True),
    ("given = [x + 1 for x in given if x in [y for y in given]]\nreturn given", True),
    ("return [[x * y for y in given] for x in given]", True),
    ("return sum([x for x in given]) - max([2 * x for x in given])", True),
    ("if len([x for x in given if x]) > 2:\n    return 1\nelif [x for x in given if x > 5]:"
     "\n    return 2", True),
    ("for x in [y * y for y in given]:\n    given = given + [x]\nreturn given", True),
    ("total = 1\ntotal += sum([x for x in given])\nreturn total", True),
    ("return [each_2 for each_2 in given], [found_1 for found_1 in given]", True),
    ("return [a + b for a, b in zip(given, given)]", True),
    ("return given and [note(x) for x in given]", False),
    ("return [note(x) for x in given] if given else 0", False),
    ("while [x for x in given if x > 2]:\n    given = given[1:]\nreturn given", False),
    ("return note(1), [note(x) for x in given]", False),
    ("return log[0], [note(x) for x in given]", False),
    ("return log[0], [x for x in given]", True),
    ("return [lambda: x for x in given][0]()", False),
    ("note((y := 1))\nreturn y, [x for x in given]", True),
)


@pytest.mark.parametrize("body, is_loop", LISTS)
@pytest.mark.parametrize("given", ((), (3, 1, 2), (0, 7)))
def test_a_list_is_the_same_as_a_loop_and_only_where_nobody_could_tell(body, is_loop, given):
    source = ("def f(given, note, log):\n    %s" % body.replace("\n", "\n    "))
    tree = ast.parse(source)
    loops.unroll(tree)
    text = ast.unparse(tree)
    assert any(isinstance(node, ast.ListComp) for node in ast.walk(ast.parse(text))) != is_loop
    results = []
    for program in (source, text):
        log, here = [0], {}

        def note(value, log=log):
            log[0] = 10 * log[0] + value
            return value
        exec(program, here)
        try:
            results.append((here["f"](list(given), note, log), log))
        except (IndexError, ValueError) as error:
            results.append((str(error), log))
    assert results[0] == results[1]


# ---- private functions at their one place

HOST = """
log = []
def note(value):
    log.append(value)
    return value
class Thing:
    def __init__(self):
        self.way = 3
    def go(self, x, y=2):
        kept = 7
        %s
    %s
"""
INLINED = (
    ("self._add(x, 5)\nreturn self.way, x",
     "def _add(self, by, more):\n    x = by + more\n    self.way += x", True),
    ("z = self._kind(x)\nreturn z, kept",
     "def _kind(self, n):\n    if n > 4:\n        return 'big'\n"
     "    if n > 2:\n        note(n)\n        return 'some'\n    return note('few')", True),
    ("return self._kind(x + y)", "def _kind(self, n):\n    if n > 4:\n        return 1\n"
     "    elif n > 2:\n        note(n)", True),
    ("if self._kind(x):\n    return 1\nelif not x:\n    return 2",
     "def _kind(self, n):\n    for n in range(n):\n        note(n)\n    return n > 2", True),
    ("if not self._kind(note(x)):\n    return 1",
     "def _kind(self, n):\n    try:\n        kept = 9 // n\n    except ZeroDivisionError as error:"
     "\n        return note(str(error))\n    return None", False),
    ("if self._kind(x) and note(y):\n    return 1", "def _kind(self, n):\n    return note(n) > 2",
     True),
    ("for k in self._some(x):\n    note(k)\nreturn x",
     "def _some(self, n):\n    return [n * k for k in (1, 2)]", True),
    ("return self._kind(x) + self.way",
     "def _kind(self, n):\n    self.way = n\n    return n", True),
    ("return self.way + self._kind(x)",
     "def _kind(self, n):\n    self.way = n\n    return n", False),
    ("return note(1) + self._kind(x)", "def _kind(self, n):\n    return note(n)", False),
    ("return y and self._kind(x)", "def _kind(self, n):\n    return note(n)", False),
    ("while self._kind(x):\n    x -= 1\nreturn x", "def _kind(self, n):\n    return n > 2", False),
    ("return self._first(x) or self.way", "def _first(self, n):\n    for k in range(n):\n"
     "        if k:\n            return k", False),
    ("return self._first(x)", "def _first(self, n):\n    for k in range(n):\n        if k:\n"
     "            return k", False),
    ("return [self._kind(k) for k in (1, x)]", "def _kind(self, n):\n    return note(n)", False),
    ("return self._kind(x), self._kind(y)", "def _kind(self, n):\n    return note(n)", False),
    ("f = self._kind\nreturn f(x)", "def _kind(self, n):\n    return note(n)", False),
    ("return self._kind(n=x)", "def _kind(self, n):\n    return note(n)", False),
    ("x = self._kind(x)\nreturn x", "def _kind(self, n):\n    x = 1\n    n += x\n    return n - 3",
     True),
    ("self._outer(x)\nreturn self.way", "def _outer(self, n):\n    m = n\n    self._inner(m + 1)\n"
     "    self.way += m\ndef _inner(self, k):\n    m = 10 * k\n    self.way += m", True),
    ("self._fails(x)\nreturn 1",
     "def _fails(self, n):\n    if n:\n        raise ValueError(n)", True),
)


@pytest.mark.parametrize("body, function, is_put_in", INLINED)
@pytest.mark.parametrize("x", (0, 1, 3, 5))
def test_a_function_in_the_place_of_its_call_does_the_same(body, function, is_put_in, x):
    source = HOST % (body.replace("\n", "\n        "), function.replace("\n", "\n    "))
    tree = ast.parse(source)
    inline.inline(tree, set())
    text = ast.unparse(ast.fix_missing_locations(tree))
    assert ("def _" in text.replace("def __init__", "")) != is_put_in
    results = []
    for program in (source, text):
        here = {}
        exec(program, here)
        thing = here["Thing"]()
        try:
            results.append((thing.go(x), here["log"], thing.way))
        except (ValueError, ZeroDivisionError) as error:
            results.append((repr(error), here["log"], thing.way))
    assert results[0] == results[1]


@pytest.mark.parametrize("source", [
    "class A:\n    def f(self):\n        self._g()\n    def _g(self):\n        pass\n"
    "class B(A):\n    def _g(self):\n        return 1",
    "class A:\n    def f(self, other):\n        other._g()\n    def _g(self):\n        pass",
    "def f():\n    _g()\n@static\ndef _g():\n    pass",
    "def f():\n    return _g(1)\ndef _g(x, y=1):\n    return x",
    "def f():\n    return _g()\ndef _g():\n    yield 1",
    "def f():\n    return _g()\ndef _g():\n    return lambda: 1",
    "def f():\n    g()\ndef g():\n    pass",
    "_g()\ndef _g():\n    pass",
    "def _g(n):\n    return _g(n - 1)",
])
def test_functions_that_must_stay_do(source):
    tree = ast.parse(source)
    inline.inline(tree, inline.bases([tree]))
    assert ast.unparse(tree) == ast.unparse(ast.parse(source))


def test_names_that_the_pass_would_use_are_refused():
    with pytest.raises(NotCompact, match="part_3, line 2: choose another"):
        inline.inline(ast.parse("x = 1\npart_3 = 2"), set())
