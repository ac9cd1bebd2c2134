# SPDX-License-Identifier: MIT
"""Lists as loops do the same as what was written."""

import ast

import pytest

from host_tools.compact import loops

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
