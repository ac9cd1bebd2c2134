# SPDX-License-Identifier: MIT
"""The firmware as it is built: the same program, and its tracebacks can be read."""

import ast
import re

import pytest

from host_tools.compact import numbers, parameters
from host_tools.firmware_build import FIRMWARE, BuildError, Firmware

MODULES = sorted(".".join(path.relative_to(FIRMWARE).with_suffix("").parts)
                 for path in FIRMWARE.rglob("*.py"))


@pytest.fixture(scope="module")
def firmware():
    return Firmware()


@pytest.fixture(scope="module")
def before():
    """{module: tree} as it is before private names are shortened."""
    trees = {name: ast.parse((FIRMWARE / (name.replace(".", "/") + ".py")).read_text())
             for name in MODULES}
    known = {name: numbers.defined(tree) for name, tree in trees.items()}
    kept = parameters.named_in_calls(trees.values())
    for name, tree in trees.items():
        numbers.inline(tree, name, known)
        parameters.shorten(tree, kept)
    return trees


def built(folder, **files):
    """A small firmware of such files in core/."""
    (folder / "core").mkdir()
    for name, source in files.items():
        (folder / "core" / (name + ".py")).write_text(source)
    return Firmware(folder)


class _Back(ast.NodeTransformer):
    """Puts the long private names back, by a way of its own: over the fields of every node."""

    def __init__(self, names):
        self._names = names

    def visit(self, node):
        for field, value in ast.iter_fields(node):
            if isinstance(value, str) and not isinstance(node, ast.Constant):
                setattr(node, field, self._names.get(value, value))
            elif isinstance(node, (ast.Global, ast.Nonlocal)) and field == "names":
                node.names = [self._names.get(name, name) for name in value]
        return self.generic_visit(node)


@pytest.mark.parametrize("module", MODULES)
def test_private_names_can_be_put_back(firmware, before, module):
    text, names = firmware.compact(module)
    back = ast.unparse(_Back(names).visit(ast.parse(text)))
    assert back == ast.unparse(ast.fix_missing_locations(before[module]))
    assert len(set(names.values())) == len(names)


def test_the_build_is_worth_it(firmware):
    """A handful of private names in all, no public constants, no line that is only a comment."""
    texts = {module: firmware.compact(module)[0] for module in MODULES}
    private_names = {name for text in texts.values() for node in ast.walk(ast.parse(text))
                     for name in [getattr(node, "attr", getattr(node, "id", ""))]
                     if re.fullmatch("_[a-zA-Z]+", name)} - {"_thread"}
    assert len(private_names) < 60 and all(len(name) == 2 for name in private_names)
    assert not any(re.search(r"^[A-Z]\w* = const\(\d", text, re.MULTILINE)
                   for text in texts.values())


def test_the_same_files_come_out_every_time(firmware):
    assert firmware.compiled("core/lease.py") == Firmware().compiled("core/lease.py")


def test_a_program_beside_the_firmware_gets_its_numbers(firmware):
    program = "from core import frames, reasons\nprint(frames.MAX_UNITS, reasons.LEASE, x.LEASE)\n"
    assert firmware.with_numbers(program) == "pass\nprint(16, 1, x.LEASE)\n"


@pytest.mark.parametrize("name", ["main.py", "boot.py"])
def test_what_stays_source_needs_no_constant_of_the_rest(firmware, name):
    source = (FIRMWARE / name).read_text()
    assert firmware.with_numbers(source) == ast.unparse(ast.parse(source)) + "\n"


def test_a_traceback_of_a_board_is_readable(tmp_path):
    firmware = built(tmp_path, lamp="\n\nclass Lamp:\n    def __init__(self):\n        pass\n"
                     "    def on(self):\n        self._wire()\n\n    def _wire(self):\n"
                     "        pass\n\nclass Bulb:\n    def __init__(self):\n        pass\n")
    board = ("Traceback (most recent call last):\n"
             '  File "main.py", line 12, in _a\n  File "core.lamp", line 1, in <module>\n'
             '  File "core.lamp", line 1, in __init__\n  File "core.lamp", line 1, in on\n'
             '  File "core.lamp", line 1, in _a\nKeyError: 5\n')
    lamp = '  File "firmware/core/lamp.py", '
    assert firmware.readable(board).splitlines(True) == [
        "Traceback (most recent call last):\n", '  File "main.py", line 12, in _a\n'] + [
        lamp + end for end in ("line 1, in <module>\n", "line 4 or 13, in __init__\n",
                               "line 6, in on\n", "line 9, in _wire\n")] + ["KeyError: 5\n"]


def test_what_does_not_compile_is_named(tmp_path):
    with pytest.raises(BuildError, match="core.bad does not compile:\nline 2"):
        built(tmp_path, good="x = 1\n", bad="x = 1\ny = = 2\n")


def test_what_the_board_does_not_know_is_named(tmp_path):
    with pytest.raises(BuildError, match="core.bad does not compile:\n[^$]*SyntaxError"):
        built(tmp_path, bad="match 1:\n    case 1:\n        pass\n").compiled("core/bad.py")


@pytest.mark.parametrize("source, what", [
    ("def f(x):\n    assert x\n", "core.new, line 2: an assert would be left out"),
    ("def f(x):\n    return x._hidden\n", "core.new, line 2: _hidden is private"),
    ("from core.one import One\nfrom core.two import Two\nclass A(One, Two):\n    pass\n",
     "core.one and core.two: must be one"),
    ("from asyncio import Event\nclass A(Event):\n    pass\n", "from asyncio: must be one"),
])
def test_what_could_break_in_the_build_is_refused(tmp_path, source, what):
    firmware = built(tmp_path, one="class One:\n    pass\n", two="class Two:\n    pass\n",
                     new=source)
    with pytest.raises(BuildError, match=what):
        firmware.compiled("core/new.py")


def test_classes_that_inherit_share_names_with_their_base(tmp_path):
    firmware = built(
        tmp_path, base="class Base:\n    def __init__(self):\n        self._old = 5\n",
        more="from core.base import Base\nclass More(Base):\n    def f(self):\n"
             "        self._new = 3\n        return self._old\n")
    assert firmware.compact("core.base")[1] == {"_a": "_old"}
    assert firmware.compact("core.more")[1] == {"_a": "_old", "_b": "_new"}
