# SPDX-License-Identifier: MIT
"""Many files as one, and names in ROM: the same program, and what could break it is refused."""

import ast
import sys
import types

import pytest

from host_tools.build.compact import NotCompact, bundle, public, rom_names

# ---- one file of many

PARTS = {
    "app.root": "from core import lamp\nfrom core.wire import Wire, cut as off\nfrom hal.pin "
                "import PIN_MAX\nclass Root:\n    def go(self):\n        from core.rare import "
                "rare\n        return [lamp.on(Wire(3)), off(7), lamp.KINDS, rare(), _own()]\n"
                "def _own():\n    return 'root'\n",
    "core.lamp": "from core.wire import cut\nKINDS = ('a', 'b')\n_LIMIT = const(4)\n"
                 "def on(wire):\n    return _own(wire.length, _LIMIT, cut(1))\n"
                 "def _own(*given):\n    return given\n",
    "core.wire": "_LIMIT = const(9)\nclass Wire:\n    def __init__(self, length):\n"
                 "        self.length = length + _own()\ndef cut(length):\n"
                 "    return length - 1\ndef _own():\n    return _LIMIT\n",
    "core.rare": "from core import wire as w\nfrom core.lamp import KINDS as kinds\n"
                 "def rare():\n    return w.cut(100), kinds\n",
    "hal.pin": "PIN_MAX = 5\n",
    "hal.early": "def early():\n    return 'early'\n",
}


def bundled(changes=None, apart="from hal.early import early\nfrom app.root import Root"):
    trees = {name: ast.parse(text) for name, text in dict(PARTS, **(changes or {})).items()}
    return bundle.Bundle(trees, "app.root", [ast.parse(apart)]), trees


def played(trees, monkeypatch):
    for package in ("app", "core", "hal"):
        monkeypatch.setitem(sys.modules, package, types.ModuleType(package))
    for name in sorted(trees, key=lambda name: name == "core.rare"):
        module = types.ModuleType(name)
        module.const = int
        monkeypatch.setitem(sys.modules, name, module)
        setattr(sys.modules[name.split(".")[0]], name.split(".")[1], module)
        exec(compile(ast.fix_missing_locations(trees[name]), name, "exec"), module.__dict__)
    return sys.modules["app.root"].Root().go()


def test_a_bundle_does_what_its_files_did(monkeypatch):
    made, trees = bundled()
    assert sorted(trees) == ["app.root", "core.rare", "hal.early"]
    assert made.members == ["core.wire", "core.lamp", "hal.pin", "app.root"]
    assert played(trees, monkeypatch) == [(12, 4, 0), 6, ("a", "b"), (99, ("a", "b")), "root"]
    assert made.origin("core_wire___own") == ("core.wire", "_own")
    assert made.origin("cut") == ("core.wire", "cut") and made.origin("go") is None


def test_what_files_on_demand_import_at_their_start_is_there_already():
    made, trees = bundled({
        "core.lamp": PARTS["core.lamp"] + "def more():\n    load('core', 'lamp').more()\n",
        "core.on_demand.lamp": "from core.shade import shade\nfrom core.on_demand import other\n"
                               "def more():\n    from core.seldom_one import x\n",
        "core.on_demand.other": "def other():\n    load('hal', 'other')\n",
        "hal.on_demand.other": "from hal.late import late\nfrom app.root import Root\n",
        "hal.on_demand.never": "from hal.never import never\n",
        "core.shade": "from core.wire import cut\ndef shade():\n    pass\n",
        "core.seldom_one": "x = 1\n", "hal.late": "def late():\n    pass\n",
        "hal.never": "def never():\n    pass\n"})
    assert made.members == ["core.wire", "core.lamp", "core.shade", "hal.late", "hal.pin",
                            "app.root"]
    assert "from app.root import shade" in ast.unparse(trees["core.on_demand.lamp"])
    assert ast.unparse(trees["hal.on_demand.other"]) == (
        "from app.root import late\nfrom app.root import Root")
    assert {"core.seldom_one", "hal.never", "core.on_demand.lamp"} < set(trees)


def test_what_comes_before_a_root_that_is_started_later_stays_a_file():
    made, trees = bundled(apart="from core.lamp import on")
    assert {"core.wire", "core.lamp"} < set(trees) and made.members == ["hal.pin", "app.root"]


def test_what_is_loaded_earlier_stays_a_file():
    made, trees = bundled(apart="from core.wire import cut\nfrom app.root import Root")
    assert "core.wire" in trees and "core.wire" not in made.members
    assert "from core.wire import" in ast.unparse(trees["app.root"])


@pytest.mark.parametrize("changes, what", [
    ({"core.wire": "from core.lamp import on\ndef cut(x):\n    pass\nclass Wire:\n    pass"},
     "import each other"),
    ({"hal.pin": "from core.on_demand.rare import rare\nPIN_MAX = 5",
      "core.on_demand.rare": "rare = 1"}, "hal.pin imports core.on_demand.rare: what is on"),
    ({"core.rare": "import core.wire\ndef rare():\n    pass"}, "must be 'from core import"),
    ({"core.rare": "from core.lamp import cut\ndef rare():\n    pass"}, "has no cut of its own"),
    ({"hal.pin": "from core import lamp\nPIN_MAX = 5\ndef f(lamp):\n    pass"}, "choose another"),
    ({"hal.pin": "from core import lamp\nPIN_MAX = lamp"}, "choose another"),
    ({"hal.pin": "class A:\n    _own = 1\n_own = 2\nPIN_MAX = 5"}, "choose another"),
    ({"hal.pin": "def f(_own):\n    pass\n_own = 2\nPIN_MAX = 5"}, "choose another"),
])
def test_what_a_bundle_could_break_is_refused(changes, what):
    with pytest.raises(NotCompact, match=what):
        bundled(changes)


# ---- public names

def test_public_names_get_names_in_rom_and_what_could_be_looked_up_keeps_its_own():
    trees = {"core.one": ast.parse("""
from collections import namedtuple
import machine
Row = namedtuple("Row", ("sought", "spoken"))
class Lamplight:
    def illuminate(self, brightness):
        local = machine.Pin(brightness).value()
        print("spoken", "looked_up")
        return self.luminance + local
    def looked_up(self, **given):
        return dict(given, inward=1)
def revisable(foo_bar, **other):
    return revisable(**other)
"""), "core.two": ast.parse("from core.one import Lamplight\nfrom core import one\n"
                            "one.revisable(7, outgoing=5)\nLamplight().illuminate(brightness=3)")}
    new = public.renamed(trees, [ast.parse("from core.one import stays\nstays.kept_too()")])
    assert sorted(new) == ["Lamplight", "Row", "brightness", "illuminate", "luminance", "outgoing",
                           "revisable", "sought"]
    assert len(set(new.values())) == len(new) and set(new.values()) <= set(rom_names()[0])
    for tree in trees.values():
        public.rename(tree, new)
    text = ast.unparse(trees["core.one"])
    assert "namedtuple('%s', ('%s', 'spoken'))" % (new["Row"], new["sought"]) in text
    assert "def %s(self, %s):" % (new["illuminate"], new["brightness"]) in text
    assert "machine.Pin(%s).value()" % new["brightness"] in text and "local" in text


def test_most_names_stay_the_same_when_one_comes():
    before = public.renamed({"core.one": ast.parse("\n".join(
        "own_name_%d = %d" % (n, n) for n in range(100)))}, [])
    after = public.renamed({"core.one": ast.parse("\n".join(
        "own_name_%d = %d" % (n, n) for n in range(101)))}, [])
    assert sum(after[name] == new for name, new in before.items()) > 90


def test_what_load_is_given_may_be_a_name_as_well_and_no_other_text():
    """A file's name is no attribute of anything."""
    own = "\n".join("own_name_%d = 1" % n for n in range(1000))
    given = [name for name in rom_names()[0] if name.isidentifier() and len(name) > 5]
    free = set(public.renamed({"core.one": ast.parse(own)}, []).values()) & set(given)
    first, second = sorted(free)[:2]
    source = "%s\nload('%s')\nprint('%s')" % (own, first, second)
    new = set(public.renamed({"core.one": ast.parse(source)}, []).values())
    assert first in new and second not in new


def test_a_program_beside_makes_room_for_the_firmwares_names():
    tree = ast.parse("from re import split\nsplit = split('a')\ndef f(split):\n"
                     "    return x.split\nclass A:\n    def split(self):\n        pass")
    public.stand_aside(tree, {"allocate": "split"})
    assert ast.unparse(tree) == ast.unparse(ast.parse(
        "from re import split as split_\nsplit_ = split_('a')\ndef f(split_):\n"
        "    return x.split\nclass A:\n    def split(self):\n        pass"))
