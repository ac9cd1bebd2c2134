# SPDX-License-Identifier: MIT
"""Files and functions stay small enough to be read at one sitting, and say whose they are."""

import ast

import pytest

from tests.tidy import sources

# An empty __init__.py has nothing to say.
PYTHON = [path for path in sources.tracked(".py") if path.stat().st_size]
PROGRAMS = PYTHON + sources.tracked(".sh", ".mjs", "tests/run", ".ci/run", "pyproject.toml")
_FUNCTION_LINES = 50
_FIRMWARE_LINES = 300
_OTHER_LINES = 400


@pytest.mark.parametrize("path", PYTHON, ids=sources.name_of)
def test_no_file_and_no_function_is_too_long(path):
    source = path.read_text()
    limit = _FIRMWARE_LINES if sources.name_of(path).startswith("firmware/") else _OTHER_LINES
    assert source.count("\n") <= limit
    assert [entry for entry in sources.functions(source) if entry[1] > _FUNCTION_LINES] == []


@pytest.mark.parametrize("path", PROGRAMS, ids=sources.name_of)
def test_every_program_names_its_licence_on_top(path):
    top = path.read_text().splitlines()[:2]
    assert any("SPDX-License-Identifier: MIT" in line for line in top)


@pytest.mark.parametrize("path", PYTHON, ids=sources.name_of)
def test_every_module_says_what_it_is_for(path):
    source = path.read_text()
    # boot.py has comments instead: nothing is to come before its first pins.
    assert ast.get_docstring(ast.parse(source)) or source.splitlines()[1].startswith("# ")


@pytest.mark.parametrize("path", sources.below("firmware/core"), ids=sources.name_of)
def test_every_public_function_of_the_core_is_documented(path):
    tree = ast.parse(path.read_text())
    nodes = [node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))]
    for cls in [node for node in nodes if isinstance(node, ast.ClassDef)]:
        nodes += [node for node in cls.body if isinstance(node, ast.FunctionDef)]
    assert [node.name for node in nodes
            if not node.name.startswith("_") and not ast.get_docstring(node)] == []


def test_the_sizes_are_really_counted():
    long = "def f():\n" + "    x = 1\n" * 60
    assert sources.functions(long) == [("f", 61)]
    assert len(PYTHON) > 20 and len(PROGRAMS) > len(PYTHON)
