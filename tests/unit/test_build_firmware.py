# SPDX-License-Identifier: MIT
"""The firmware as it is built: the same program, and its tracebacks can be read."""

import ast
import io
import os
import re
import shutil
import subprocess
import sys

import pytest

from host_tools import ROOT, __main__
from host_tools.build import cache
from host_tools.build.compact import (brought, docstrings, numbers, parameters, places, public,
                                      rom_names, sibling)
from host_tools.build.firmware import FIRMWARE, ROOT_MODULE, BuildError, Firmware


@pytest.fixture(scope="module")
def firmware():
    return cache.firmware()


@pytest.fixture(scope="module")
def shipped():
    return cache.firmware(root=ROOT_MODULE)


def built(folder, root=None, **files):
    """A small firmware of such files, named as core__sharing__leader."""
    for name, source in files.items():
        path = folder / ("core__" * ("__" not in name) + name).replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.with_suffix(".py").write_text(source)
    return Firmware(folder, root)


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


def test_names_can_be_put_back(firmware):
    """What is left of all passes is then what the passes without new names give."""
    trees = {path.relative_to(FIRMWARE).with_suffix("").as_posix().replace("/", "."):
             ast.parse(path.read_text()) for path in FIRMWARE.rglob("*.py")}
    for tree in trees.values():
        docstrings.remove(tree)
    defined = {module: numbers.defined(tree) for module, tree in trees.items()}
    named = parameters.named_in_calls(trees.values())
    modules = [module for module in firmware.modules()
               if module not in ("device.build", "device.on_demand.names")]  # the build's own
    assert set(modules) < set(trees)
    for module in modules:
        numbers.inline(trees[module], module, defined)
        parameters.shorten(trees[module], named)
        short = places.short(filter(sibling, trees))
        trees[module] = places.rename(trees[module], module, short)
        if sibling(module):
            trees[module] = ast.fix_missing_locations(
                brought.by_load(trees[module], module, short))
        back = _Plain(firmware, module).visit(ast.parse(firmware.compact(module)))
        assert ast.unparse(back) == ast.unparse(trees[module]), module


def test_the_build_is_worth_it(firmware, shipped):
    """Hardly a name of the firmware's own, no public constants, few files."""
    texts = {module: shipped.compact(module) for module in shipped.modules()}
    names = {name for text in texts.values() for name in public.identifiers(ast.parse(text))}
    rom = {name for part in rom_names() for name in part}
    assert len(names - rom) < 700 and len(shipped.public) > 300
    assert not any(re.search(r"^[A-Z]\w* = const\(\d", text, re.MULTILINE)
                   for text in texts.values())
    assert len(shipped.files()) < len(firmware.files()) - 30


def test_the_same_files_come_out_every_time(tmp_path):
    """Whatever order sets have in another process."""
    script = ("import sys\nfrom pathlib import Path\n"
              "from host_tools.build.firmware import Firmware\n"
              "built = Firmware(Path(sys.argv[1]))\n"
              "print([(path, built.compiled(path)) for path in built.files()])")
    shutil.copytree(FIRMWARE / "core/connector", tmp_path / "core/connector")
    printed = {subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, check=True,
                              env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True
                              ).stdout for seed in "12"}
    assert len(printed) == 1


def test_a_program_beside_the_firmware_gets_its_numbers(firmware):
    program = ("from core import reasons\nfrom core.sharing import frames\n"
               "print(frames.MAX_FRAME, reasons.LEASE, x.LEASE)\n")
    assert firmware.beside(program) == "pass\npass\nprint(250, 1, x.LEASE)\n"


def test_the_command_refuses_what_names_no_build(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.StringIO('  File "core.load", line 1, in load\n'))
    assert __main__.main(["traceback"]) == 1
    assert "Refused: there is no line 'build ...'" in capsys.readouterr().err


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
    ("from asyncio import Event\nclass A(Event):\n    pass\n", "names of asyncio: must be one"),
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


# ---- folders in folders, and what is loaded on demand

HOUSE = {
    "core__wire": "LENGTH_MM = const(30)\nclass Wire:\n    def __init__(self):\n"
                  "        self._level = 1\n",
    "core__on_demand__wire": "def slacken(wire):\n    wire._slack = 100\n"
                             "def slack(wire):\n    return wire._slack\n",
    "core__sharing__leader": """
from core import wire
from core.wire import Wire
class Leader(Wire):
    _dirty: bool
    rows: tuple
    def __init__(self):
        super().__init__()
        self._dirty = False
        self.rows = (wire.LENGTH_MM, 4)
    def told(self) -> list:
        return [self._level, self._dirty, self.rows]
    def _raised(self, level):
        self._level += level
""",
    "core__sharing__on_demand__leader": """
from core.sharing.leader import Leader
from core.wire import LENGTH_MM
_STEP = const(5)
def revise(leader, rows_told, *, limit_ma: int):
    leader._dirty = True
    leader._raised(_STEP + limit_ma)
    leader.rows = _sorted(rows_told) + (LENGTH_MM, isinstance(leader, Leader))
def _sorted(rows):
    return tuple(sorted(rows))
""",
    "core__sharing__root": """
from core.load import let_go, load
from core.sharing.leader import Leader
class Root:
    def go(self):
        leader = Leader()
        load("core", "wire").slacken(leader)
        before = leader.told()
        load("core", "sharing", "leader").revise(leader, (3, 2), limit_ma=7)
        let_go()
        load("core", "sharing", "leader").revise(leader, (5, 1), limit_ma=1)
        return before, leader.told(), load("core", "wire").slack(leader)
""",
}
PROGRAM = ("import builtins\nbuiltins.const = int\nimport sys\nsys.path.insert(0, %r)\n"
           "from core.sharing.root import Root\nprint(Root().go())\n")


@pytest.mark.parametrize("root", (None, "core.sharing.root"))
def test_a_small_firmware_does_the_same_built(tmp_path, root):
    load = (FIRMWARE / "core/load.py").read_text()
    firmware = built(tmp_path / "source", root, core__load=load, **HOUSE)
    for module in firmware.modules():
        there = tmp_path / "built" / (firmware.on_board(module).replace(".", "/") + ".py")
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_text(firmware.compact(module))
    assert all(code[:1] == b"M" for code in firmware.contents().values())
    assert len(firmware.files()) == len(firmware.contents()) == (3 if root else 6)
    printed = {subprocess.run([sys.executable, "-c", program], check=True, capture_output=True,
                              text=True).stdout
               for program in (PROGRAM % str(tmp_path / "source"),
                               firmware.beside(PROGRAM % str(tmp_path / "built")))}
    assert printed == {"([1, False, (30, 4)], [19, True, (1, 5, 30, True)], 100)\n"}
    short = firmware.on_board("core.sharing.on_demand.leader")
    assert "load(%r)" % short[2:] in firmware.compact("core.sharing.root")
    name = firmware.public["revise"]
    board = ('build %s\n  File "%s", line 1, in %s\nNotLoaded: %s could not be loaded\n'
             % (firmware.id, short, name, short))
    assert firmware.readable(board).endswith(
        '  File "firmware/core/sharing/on_demand/leader.py", line 5, in revise\n'
        'NotLoaded: firmware/core/sharing/on_demand/leader.py could not be loaded\n')


@pytest.mark.parametrize("name, source, what", [
    ("core__sharing__on_demand__other", "def f(leader):\n    leader._dirty = 1\n",
     "other, line 2: _dirty is private, and no file of this name above on_demand"),
    ("core__sharing__on_demand__leader", "def f(rows, leader):\n    leader._dirty = 1\n",
     "leader, line 2: _dirty is private: only the function's first parameter"),
    ("core__sharing__on_demand__leader",
     "from core.load import NotLoaded\nclass A(NotLoaded):\n    pass\n",
     "names of core.load and core.sharing.leader: must be one"),
])
def test_private_names_of_others_are_refused_in_on_demand(tmp_path, name, source, what):
    with pytest.raises(BuildError, match=what):
        built(tmp_path, core__load="class NotLoaded(Exception):\n    pass\n",
              **dict(HOUSE, **{name: source})).files()
