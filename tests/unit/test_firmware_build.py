# SPDX-License-Identifier: MIT
"""The firmware as it is built: the same program, and its tracebacks can be read."""

import ast
import functools
import os
import re
import shutil
import subprocess
import sys

import pytest

from host_tools import ROOT, firmware_cache
from host_tools.compact import inline, later, loops, numbers, parameters, public, rom_names
from host_tools.firmware_build import FIRMWARE, ROOT_MODULE, BuildError, Firmware

@pytest.fixture(scope="module")
def firmware():
    return firmware_cache.firmware()


@pytest.fixture(scope="module")
def shipped():
    return firmware_cache.firmware(root=ROOT_MODULE)


def built(folder, **files):
    """A small firmware of such files in core/."""
    (folder / "core").mkdir()
    for name, source in files.items():
        (folder / "core" / (name + ".py")).write_text(source)
    return Firmware(folder)


# A build that is undone by a way of its own: over the fields of every node.
class _Plain(ast.NodeTransformer):
    """Puts the names of the source back, and leaves out what the build adds."""

    def __init__(self, firmware, module):
        self._firmware = firmware
        self._module = module

    def _old(self, name):
        found = self._firmware.origins(self._module, name)
        return found[0][1] if found else name

    def visit(self, node):
        for field, value in ast.iter_fields(node):
            if isinstance(value, str) and not isinstance(node, ast.Constant):
                setattr(node, field, self._old(value))
            elif isinstance(node, (ast.Global, ast.Nonlocal)) and field == "names":
                node.names = [self._old(name) for name in value]
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "namedtuple":
            for part in ast.walk(node):
                if isinstance(part, ast.Constant):
                    part.value = self._old(part.value)
        return self.generic_visit(node)


@functools.cache
def _of_all_files():
    trees = {path.relative_to(FIRMWARE).with_suffix("").as_posix().replace("/", "."):
             ast.parse(path.read_text()) for path in FIRMWARE.rglob("*.py")}
    return (inline.bases(trees.values()),
            {name: numbers.defined(other) for name, other in trees.items()},
            parameters.named_in_calls(trees.values()))


@pytest.mark.parametrize("module", [module for module in firmware_cache.firmware().modules()
                                    if module != "device.build"])  # whose text is the build's
def test_names_can_be_put_back(firmware, module):
    """What is left of all passes is then what the passes without new names give."""
    source = firmware.seldom.get(module, module)
    bases, defined, named = _of_all_files()
    tree = ast.parse((FIRMWARE / (source.replace(".", "/") + ".py")).read_text())
    inline.inline(tree, bases)
    numbers.inline(tree, source, defined)
    loops.unroll(tree)
    parameters.shorten(tree, named)
    moved = later.moved(tree, source) if source in firmware.seldom.values() else None
    tree = tree if source == module else moved
    later.forget_marks({module: tree})
    back = ast.parse(firmware.compact(module))
    if isinstance(back.body[0], ast.If) and ast.unparse(back.body[0].test) == "not __name__":
        del back.body[0]
    assert ast.unparse(_Plain(firmware, module).visit(back)) == ast.unparse(
        ast.fix_missing_locations(tree))


def test_the_build_is_worth_it(firmware, shipped):
    """Hardly a name of the firmware's own, no public constants, few functions, few files."""
    texts = {module: shipped.compact(module) for module in shipped.modules()}
    names = {name for text in texts.values() for name in public.identifiers(ast.parse(text))}
    rom = {name for part in rom_names() for name in part}
    assert len(names - rom) < 700 and len(shipped.public) > 300
    assert not any(re.search(r"^[A-Z]\w* = const\(\d", text, re.MULTILINE)
                   for text in texts.values())
    lists = [node for node in ast.walk(ast.parse(texts["device.device"]))
             if isinstance(node, ast.ListComp)]
    assert len(lists) <= 1
    assert len(shipped.files()) < len(firmware.files()) - 30


def test_the_same_files_come_out_every_time(tmp_path):
    """Whatever order sets have in another process."""
    script = ("import sys\nfrom pathlib import Path\nfrom host_tools import firmware_build\n"
              "built = firmware_build.Firmware(Path(sys.argv[1]))\n"
              "print([(path, built.compiled(path)) for path in built.files()])")
    folder = tmp_path / "core"
    folder.mkdir()
    for name in ("__init__", "lease", "reasons", "seldom", "group", "frames", "budget"):
        shutil.copy(FIRMWARE / "core" / (name + ".py"), folder)
    printed = {subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, check=True,
                              env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True
                              ).stdout for seed in "12"}
    assert len(printed) == 1


def test_a_program_beside_the_firmware_gets_its_numbers(firmware):
    program = "from core import frames, reasons\nprint(frames.MAX_UNITS, reasons.LEASE, x.LEASE)\n"
    assert firmware.beside(program) == "pass\nprint(16, 1, x.LEASE)\n"


@pytest.mark.parametrize("name", ["main.py", "boot.py"])
def test_what_stays_source_needs_no_name_of_the_rest_that_is_another_there(shipped, name):
    source = (FIRMWARE / name).read_text()
    assert shipped.beside(source) == ast.unparse(ast.parse(source)) + "\n"


def test_a_traceback_of_a_board_is_readable(tmp_path):
    firmware = built(tmp_path, lamp="\n\nclass Lamp:\n    def __init__(self):\n        pass\n"
                     "    def on(self):\n        self._wire()\n\n    def _wire(self):\n"
                     "        return self._wire\n\n"
                     "class Bulb:\n    def __init__(self):\n        pass\n")
    short, = re.findall(r"\.(_\w+)\(", firmware.compact("core.lamp"))
    board = ("Traceback (most recent call last):\n"
             '  File "main.py", line 12, in _a\n  File "core.lamp", line 1, in <module>\n'
             '  File "core.lamp", line 1, in __init__\n  File "core.lamp", line 1, in on\n'
             '  File "core.lamp", line 1, in %s\nKeyError: 5\n' % short)
    board += "build %s\n" % firmware.id
    lamp = '  File "firmware/core/lamp.py", '
    assert firmware.readable(board).splitlines(True)[:-1] == [
        "Traceback (most recent call last):\n", '  File "main.py", line 12, in _a\n'] + [
        lamp + end for end in ("line 1, in <module>\n", "line 4 or 13, in __init__\n",
                               "line 6, in on\n", "line 9, in _wire\n")] + ["KeyError: 5\n"]


@pytest.mark.parametrize("named, what", [
    ("", "there is no line 'build ...'"), ("build 0123abcd\n", "the board has build 0123abcd"),
    ("build source\n", "the board has build source"),
])
def test_a_traceback_of_another_build_is_not_read(tmp_path, named, what):
    firmware = built(tmp_path, lamp="x = 1\n")
    with pytest.raises(BuildError, match=what):
        firmware.readable('  File "core.lamp", line 1, in <module>\n' + named)


def test_a_build_has_an_id_of_its_source_and_keeps_it(shipped, firmware, tmp_path):
    assert shipped.id == firmware.id and re.fullmatch("[0-9a-f]{8}", shipped.id)
    assert repr(shipped.id) in "".join(shipped.compact(module) for module in shipped.modules())
    assert built(tmp_path, lamp="x = 1\n").id != shipped.id


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
    old, new = re.findall(r"\.(_\w+)", firmware.compact("core.more"))[::-1]
    assert re.findall(r"\.(_\w+)", firmware.compact("core.base")) == [old] and new != old
    assert firmware.origins("core.more", new) == [("core.more", "_new")]


@pytest.mark.parametrize("module", firmware_cache.firmware(root=ROOT_MODULE).modules())
def test_every_variable_of_a_pass_has_a_value_before_it_is_used(shipped, module):
    """What a pass adds is a variable of its function, never looked up as a global."""
    for node in ast.walk(ast.parse(shipped.compact(module))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            names = [part for part in ast.walk(node) if isinstance(part, ast.Name)
                     and re.fullmatch(r"(part|found|each)_\d+", part.id)]
            stored = {part.id for part in names if isinstance(part.ctx, ast.Store)}
            stored |= {part.name for part in ast.walk(node) if isinstance(part, ast.ExceptHandler)}
            assert {part.id for part in names} <= stored
