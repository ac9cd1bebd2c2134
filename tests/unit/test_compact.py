# SPDX-License-Identifier: MIT
"""Compact sources do the same as the ones written by people; what could break them is refused."""

import ast

import pytest

from host_tools.compact import (NotCompact, bundle, frequent, loops, numbers, parameters, private,
                                public, rom_names)

MODES = """from micropython import const
FAST = const(1 << 4)
SLOW = const(3)
WORDS = const("fast")
_OWN = const(7)
def mode(fast):
    return (FAST if fast else SLOW) + _OWN
"""
KNOWN = {"core.modes": {"FAST": 16, "SLOW": 3}, "core.user": {}}


def inlined(source, module="core.user"):
    """Source after the pass over numbers, without the places of what is gone."""
    tree = ast.parse(source)
    numbers.inline(tree, module, KNOWN)
    return "\n".join(line for line in ast.unparse(tree).splitlines() if line.strip() != "pass")


def shortened(source, kept=()):
    """Source after the pass over parameters."""
    tree = ast.parse(source)
    parameters.shorten(tree, set(kept))
    return ast.unparse(tree)


def hidden(source, inherited=None):
    """(source, {new: old}) after the pass over private names."""
    tree = ast.parse(source)
    names = private.shorten(tree, "core.thing", inherited)
    return ast.unparse(tree), names


def test_public_integer_constants_of_a_file_are_found():
    assert numbers.defined(ast.parse(MODES)) == KNOWN["core.modes"]


def test_a_file_uses_its_own_constants_as_numbers():
    found = inlined(MODES, "core.modes")
    assert "FAST" not in found and "SLOW" not in found
    assert "16 if fast else 3" in found
    assert "WORDS = const('fast')" in found and "_OWN = const(7)" in found


@pytest.mark.parametrize("source, found", [
    ("from core import modes\nx = modes.FAST", "x = 16"),
    ("from core import modes as m\nx = m.FAST + m.SLOW", "x = 16 + 3"),
    ("from core import modes\nx = modes.mode(modes.SLOW)",
     "from core import modes\nx = modes.mode(3)"),
    ("from core.modes import FAST\nx = [FAST]", "x = [16]"),
    ("from core.modes import FAST as f, mode\nx = mode(f)",
     "from core.modes import mode\nx = mode(16)"),
    ("from core.modes import mode\nx = mode.FAST", "from core.modes import mode\nx = mode.FAST"),
    ("from core.others import FAST\nx = FAST", "from core.others import FAST\nx = FAST"),
    ("x = y.FAST + 'FAST'", "x = y.FAST + 'FAST'"),
])
def test_constants_of_another_file_become_numbers(source, found):
    assert inlined(source) == found


@pytest.mark.parametrize("source", [
    "from core import modes\ndef f(modes):\n    return modes.FAST",
    "from core.modes import FAST\nFAST = 5",
    "from core.modes import FAST\nfor FAST in x:\n    pass",
    "from core import modes\ndef modes():\n    pass",
])
def test_a_constants_name_for_something_else_is_refused(source):
    with pytest.raises(NotCompact, match="core.user, line [12]: .* choose another"):
        inlined(source)


def test_arguments_that_calls_name_are_known():
    trees = [ast.parse("f(1, limit=2)\nself.g(**x)"),
             ast.parse("def g(one, two, *rest):\n    pass\ndef f(limit, three):\n    pass\n"
                       "class H:\n    def __init__(self, four):\n        pass\nH(**x)")]
    assert parameters.named_in_calls(trees) == {"limit", "one", "two", "rest", "self", "four"}


@pytest.mark.parametrize("source, found", [
    ("def f(self, limit_ma, unit=limit_ma):\n    return limit_ma + unit",
     "def f(a, b, c=limit_ma):\n    return b + c"),
    ("def f(self, kept):\n    self.kept = kept", "def f(a, kept):\n    a.kept = kept"),
    ("def f(first, a):\n    return b + first + a", "def f(c, a):\n    return b + c + a"),
    ("def f(rows):\n    rows.sort(key=lambda row: row.unit)\n    return [row for row in rows]",
     "def f(a):\n    a.sort(key=lambda b: b.unit)\n    return [b for b in a]"),
    ("def f(first):\n    def g(second):\n        return first + second\n    return g(first)",
     "def f(a):\n\n    def g(b):\n        return a + b\n    return g(a)"),
    ("async def f(*parts, **more):\n    return (parts, more)",
     "async def f(*a, **b):\n    return (a, b)"),
    ("def f(_own, x):\n    return _own", "def f(_own, x):\n    return _own"),
])
def test_parameters_become_letters(source, found):
    assert shortened(source, {"kept"}) == found


@pytest.mark.parametrize("source", [
    "def f(rows):\n    return [lambda row=rows: row]",
    "def f(name):\n    global place\n    place = name",
    "def f(name):\n\n    class Inner:\n        name = 1\n    return Inner",
    "def f(json):\n    import json\n    return json",
    "def f(error):\n    try:\n        pass\n    except OSError as error:\n        pass",
])
def test_parameters_that_are_more_than_that_are_left_alone(source):
    assert shortened(source) == source


def test_private_names_become_short_ones_and_nothing_else_does():
    found, names = hidden('''"""Not _this."""
_LIMIT = const(5)

class Thing(Exception):
    __slots__ = ()

    def __init__(self, _way):
        self._limit = self.__own = _LIMIT
        self.public_ = '_limit is not _way'
        for _ in range(_way):
            self._limit += _way

    def _step(self):
        return _help(self._limit)

def _help(x):
    return x''')
    new = {old: new for new, old in names.items()}
    assert sorted(new) == ["_LIMIT", "_help", "_limit", "_step", "_way"]
    assert all(name in rom_names()[0] for name in names)
    assert found == '''"""Not _this."""
%(_LIMIT)s = const(5)

class Thing(Exception):
    __slots__ = ()

    def __init__(self, %(_way)s):
        self.%(_limit)s = self.__own = %(_LIMIT)s
        self.public_ = '_limit is not _way'
        for _ in range(%(_way)s):
            self.%(_limit)s += %(_way)s

    def %(_step)s(self):
        return %(_help)s(self.%(_limit)s)

def %(_help)s(x):
    return x''' % new


def test_a_short_name_that_is_there_already_is_replaced_as_well():
    taken = [name for name in rom_names()[0] if name[0] == "_" and name[1:2].isalpha()][0]
    found, names = hidden("_first = 1\n%s = 2\n_b = %s + _first" % (taken, taken))
    new = {old: new for new, old in names.items()}
    assert len(new) == 3 and new["_first"] == taken
    assert found == "%s = 1\n%s = 2\n%s = %s + %s" % (
        taken, new[taken], new["_b"], new[taken], taken)


def test_a_file_that_inherits_goes_on_where_its_base_ended():
    _, base = hidden("class Base:\n    def f(self):\n        self._kept = self._other = 1")
    found, names = hidden("from hal.base import Base\nclass More(Base):\n    def g(self):\n"
                          "        self._new = self._kept", base)
    new = {old: new for new, old in names.items()}
    assert "self.%s = self.%s" % (new["_new"], new["_kept"]) in found
    assert len(set(names.values())) == len(names) == 3 and base.items() <= names.items()


def test_bases_of_other_files_are_known():
    tree = ast.parse("from a.b import C, D as E\nclass F(C):\n    pass\nclass G(E, F, Exception):"
                     "\n    pass\nclass H(dict):\n    pass")
    assert private.inherits_from(tree) == {"a.b"}
    assert private.inherits_from(ast.parse("class F(Exception):\n    pass")) == set()


@pytest.mark.parametrize("source, what", [
    ("x._hidden = 1", "only self"), ("x.y()._hidden", "only self"),
    ("from core.lease import _STEP", "private to another file"),
    ("import _hidden", "private to another file"), ("f(_named=1)", "must not name"),
    ("getattr(self, '_hidden')", "as a text"),
    ("import a\nclass B(a.C):\n    pass", "by its name"),
])
def test_what_could_reach_a_private_name_from_elsewhere_is_refused(source, what):
    with pytest.raises(NotCompact, match="core.thing, line [12]: .*" + what):
        hidden(source)


def test_the_module_for_threads_is_not_ours():
    found, names = hidden("import _thread\n_thread.start_new_thread(f, ())\n")
    assert "_thread.start_new_thread" in found and names == {}


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
    import sys
    import types
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


def test_what_is_loaded_earlier_stays_a_file():
    made, trees = bundled(apart="from core.wire import cut\nfrom app.root import Root")
    assert "core.wire" in trees and "core.wire" not in made.members
    assert "from core.wire import" in ast.unparse(trees["app.root"])


@pytest.mark.parametrize("changes, what", [
    ({"core.wire": "from core.lamp import on\ndef cut(x):\n    pass\nclass Wire:\n    pass"},
     "import each other"),
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


def test_a_program_beside_makes_room_for_the_firmwares_names():
    tree = ast.parse("from re import split\nsplit = split('a')\ndef f(split):\n"
                     "    return x.split\nclass A:\n    def split(self):\n        pass")
    public.stand_aside(tree, {"allocate": "split"})
    assert ast.unparse(tree) == ast.unparse(ast.parse(
        "from re import split as split_\nsplit_ = split_('a')\ndef f(split_):\n"
        "    return x.split\nclass A:\n    def split(self):\n        pass"))


# ---- the most used names first

def test_a_file_with_many_names_begins_with_the_most_used_and_never_runs_that():
    source = "seldom = 0\n" + "\n".join("often_%d = often_%d = 1" % (n, n) for n in range(200))
    tree = ast.parse(source)
    frequent.first(tree)
    assert isinstance(tree.body[0], ast.If)
    text = ast.unparse(tree.body[0])
    assert text.startswith("if not __name__:\n    __name__.often_0.often_1.") and (
        "seldom" not in text)
    here = {"__name__": "some"}
    exec(ast.unparse(ast.fix_missing_locations(tree)), here)
    assert here["often_199"] == 1
    small = ast.parse("x = 1")
    frequent.first(small)
    assert ast.unparse(small) == "x = 1"
