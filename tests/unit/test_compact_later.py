# SPDX-License-Identifier: MIT
"""Files that a board loads only when they are used: the same program, and what could break."""

import ast
import importlib
import re

import pytest

from app.unit import Unit
from host_tools import firmware_cache
from host_tools.compact import NotCompact, later, places, rom_names, texts
from host_tools.firmware_build import FIRMWARE, ROOT_MODULE
from host_tools.simulate.scenario import load
from host_tools.simulate.simulation import run
from tests.scenarios.golden import FOLDER
from tests.unit.test_compact_files import played

LAMP = """
import struct
from core.seldom import seldom
from core import wire
_STEP = const(2)
_KINDS = ("a", "b")
class Lamp:
    def __init__(self):
        self.level = 1
    def brighter(self):
        return self._raised(self.level)
    @seldom
    def told(self, name, *, loud=False):
        return name, loud, self.level, _KINDS, _own(), struct.calcsize("I"), wire.LENGTH
    @seldom
    def _raised(self, level):
        self.level = level + _STEP
        return self.level
def _own():
    return "own"
"""
PARTS = {
    "core.wire": "LENGTH = 3\n",
    "core.lamp": LAMP,
    "app.root": "from core.lamp import Lamp\nclass Root:\n    def go(self):\n"
                "        lamp = Lamp()\n        told = lamp.told\n        return ["
                "lamp.brighter(), lamp.brighter(), told('x'), lamp.told('y', loud=True),\n"
                "                hasattr(lamp, 'nothing')]\n",
}


def moved(source=LAMP):
    trees = {name: ast.parse(text) for name, text in dict(PARTS, **{"core.lamp": source}).items()}
    trees["core.seldom"] = ast.parse(FIRMWARE.joinpath("core/seldom.py").read_text())
    trees["core.lamp_seldom"] = later.moved(trees["core.lamp"], "core.lamp")
    later.forget_marks(trees)
    return {name: trees[name] for name in (
        "core.seldom", "core.wire", "core.lamp", "core.lamp_seldom", "app.root")}


def test_methods_that_are_moved_do_what_they_did(monkeypatch):
    found = played(moved(), monkeypatch)
    kinds = ("a", "b")
    assert found == [3, 5, ("x", False, 5, kinds, "own", 4, 3), ("y", True, 5, kinds, "own", 4, 3),
                     False]


def test_the_class_keeps_nothing_of_them():
    trees = moved()
    text = ast.unparse(trees["core.lamp"])
    assert "told" not in text and "def _raised" not in text and "seldom(" not in text
    assert "def brighter" in text and "seldom_file = 'core.lamp_seldom'" in text
    assert "def seldom" not in ast.unparse(trees["core.seldom"])
    assert "_STEP = const(2)" in ast.unparse(trees["core.lamp_seldom"])


@pytest.mark.parametrize("method, what", [
    ("    @seldom\n    async def f(self):\n        pass", "a plain method"),
    ("    @seldom\n    @staticmethod\n    def f():\n        pass", "a plain method"),
    ("    @seldom\n    def __len__(self):\n        return 1", "could not find it"),
    ("    @seldom\n    def f(self):\n        return super().f()", "super()"),
    ("    @seldom\n    def f(self):\n        pass\nclass B:\n    @seldom\n    def f(self):\n"
     "        pass", "the same name"),
])
def test_what_cannot_be_moved_is_refused(method, what):
    with pytest.raises(NotCompact, match=re.escape(what)):
        later.moved(ast.parse("from core.seldom import seldom\nclass A:\n" + method), "core.a")


# ---- the pilot path never loads a file

def test_nothing_that_the_pilot_path_calls_is_loaded_first(monkeypatch):
    """It runs in a timer's callback, 50 times a second. With reboots, power cuts, a revision and
    hangs, in two of the scenarios."""
    inside, seldom = [], []

    def watched(method):
        def call(*given, **named):
            seldom.append(method.__qualname__)
            assert not inside, "%s is called by the pilot path" % method.__qualname__
            return method(*given, **named)
        return call

    for path in FIRMWARE.rglob("core/*.py"):
        for owner, method in later.marked(ast.parse(path.read_text())):
            kind = getattr(importlib.import_module("core." + path.stem), owner.name)
            monkeypatch.setattr(kind, method.name, watched(getattr(kind, method.name)))
    step = Unit.charge_step

    def charge_step(self, now_ms):
        inside.append(now_ms)
        try:
            step(self, now_ms)
        finally:
            inside.pop()

    monkeypatch.setattr(Unit, "charge_step", charge_step)
    for name in ("leader-reboot", "mixed-breakers"):
        run(load(FOLDER / (name + ".json")))
    assert {"Group._load", "Ledger.set_members", "Member.on_stored"} <= set(seldom)


# ---- short names of files

def test_a_file_keeps_its_short_name_when_another_comes():
    modules = ["core.part_%d" % n for n in range(12)]
    before = places.short(modules)
    after = places.short([*modules, "core.new", "hal.new"])
    assert len(set(after.values())) == len(after)
    assert sum(before[name] == after[name] for name in modules) >= 11
    assert all(re.fullmatch(r"core\.[a-z]", name) for name in before.values())


def test_more_files_than_letters_have_names_too():
    new = places.short(["core.part_%d" % n for n in range(40)])
    assert len(set(new.values())) == 40


def test_imports_follow_and_keep_their_names_within_a_file():
    tree = ast.parse("from core.long import x\nfrom core import long, other as o\n"
                     "import core.long")
    places.rename(tree, {"core.long": "core.q", "core.other": "core.r"})
    assert ast.unparse(tree) == ("from core.q import x\nfrom core import q as long, r as o\n"
                                 "import core.q")


def test_what_main_py_loads_by_its_name_keeps_it():
    firmware = firmware_cache.firmware(root=ROOT_MODULE)
    apart = {"device.supervisor", "device.on_demand.calls", "device.module_folders", ROOT_MODULE}
    assert not apart & set(firmware.places)
    assert {"device/supervisor.py", "device/on_demand/calls.py", "device/module_folders.py"} <= set(firmware.files())


# ---- short texts

def test_texts_are_the_same_and_no_longer_noted():
    source = "'''doc'''\ndef f(n, key='ab'):\n    return {'ä': n, key: 'noted'}, '%d' % n, ''"
    tree = ast.parse(source)
    texts.let_go(tree, {"noted"})
    text = ast.unparse(ast.fix_missing_locations(tree))
    assert "b'ab'.decode()" in text and "b'%d'.decode()" in text and "'noted'" in text
    before, after = {}, {}
    exec(source, before)
    exec(text, after)
    assert after["f"](3) == before["f"](3) and after["__doc__"] == "doc"


def test_what_a_board_lets_go_notes_no_text_that_nothing_else_needs():
    firmware = firmware_cache.firmware(root=ROOT_MODULE)
    for module in ("app.on_demand.live_calls", "core.on_demand.settings", "app.on_demand.console"):
        noted = {text for text in texts.texts(ast.parse(firmware.compact(firmware.places[module])))
                 if 0 < len(text) <= 10 and not text.isidentifier()}
        assert noted - {name for part in rom_names() for name in part} <= {">HI"}, module
