# SPDX-License-Identifier: MIT
"""Compact sources do the same as the ones written by people; what could break them is refused."""

import ast

import pytest

from host_tools.build.compact import (NotCompact, docstrings, numbers, parameters, private,
                                      rom_names, sibling)

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


def plain(source):
    """Source without docstrings and annotations."""
    tree = ast.parse(source)
    docstrings.remove(tree)
    return ast.unparse(tree)


@pytest.mark.parametrize("source, found", [
    ("'What it is.'\nx = 'kept'\n'What x is.'", "x = 'kept'"),
    ("def f(x: int, *y: str, z: 'Z'=5, **w: dict) -> int:\n    'Gives x.'\n    return x",
     "def f(x, *y, z=5, **w):\n    return x"),
    ("async def f(x: int) -> int:\n    'Gives nothing.'", "async def f(x):\n    pass"),
    ("class A(B):\n    'Has a unit.'\n    unit: int\n    name: str = 'A'\n    def f(self): 'No.'",
     "class A(B):\n    name = 'A'\n\n    def f(self):\n        pass"),
    ("class A:\n    unit: int", "class A:\n    pass"),
    ("if x:\n    y: int\nelse:\n    self.y: int = (z := 3)",
     "if x:\n    pass\nelse:\n    self.y = (z := 3)"),
    ("def f():\n    def g(x: int):\n        y: 'Y' = 'kept'\n        return y",
     "def f():\n\n    def g(x):\n        y = 'kept'\n        return y"),
])
def test_docstrings_and_annotations_are_left_out_and_nothing_else_is(source, found):
    assert plain(source) == found


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


def test_a_folder_is_not_imported_as_a_whole():
    tree = ast.parse("from core import sharing\nsharing.modes.FAST")
    with pytest.raises(NotCompact, match="core.user, line 1: core.sharing is a folder"):
        numbers.inline(tree, "core.user", {"core.sharing.__init__": {}, "core.sharing.modes": {}})


def test_arguments_that_calls_name_are_known():
    trees = [ast.parse("f(1, limit=2)\nself.g(**x)"),
             ast.parse("def g(one, two, *rest):\n    pass\ndef f(limit, three):\n    pass\n"
                       "class H:\n    def __init__(self, four):\n        pass\nH(**x)")]
    assert parameters.named_in_calls(trees) == {"limit", "one", "two", "rest", "self", "four"}


def test_a_dictionary_of_arguments_is_for_what_has_a_name():
    with pytest.raises(NotCompact, match="getattr.* must have a name"):
        parameters.named_in_calls([ast.parse("getattr(it, name)(1, **given)")])


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
    ("from core.sharing.lease import _STEP", "private to another file"),
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


# ---- files that are loaded on demand

def test_an_on_demand_file_belongs_to_the_one_above_its_folder():
    assert sibling("core.sharing.on_demand.leader") == "core.sharing.leader"
    assert sibling("app.on_demand.owner") == "app.owner"
    assert sibling("core.sharing.leader") is None and sibling("core.on_demand_too.leader") is None


LEADER = "class Leader:\n    _dirty: bool\n    def _step(self):\n        self._level = 0"


def asked(source, of="core.leader"):
    """(source, {new: old}) of an on-demand file, and {new: old} of the file that it belongs to."""
    _, table = hidden(LEADER)
    tree = ast.parse(source)
    names = private.shorten_on_demand(tree, "core.on_demand.leader", of, table)
    return ast.unparse(tree), names, table


def test_an_on_demand_file_calls_an_objects_names_as_its_class_does():
    found, names, table = asked(
        "_MOST = const(3)\n"
        "def revise(leader, rows):\n"
        "    leader._dirty = leader._level > _MOST\n"
        "    leader._since_ms = leader._since_ms or 0\n"
        "    return [leader._step() for row in rows], lambda row: leader._level")
    new = {old: new for new, old in names.items()}
    assert table.items() <= names.items()
    assert set(new) == {"_dirty", "_level", "_step", "_MOST", "_since_ms"}
    assert found == """%(_MOST)s = const(3)

def revise(leader, rows):
    leader.%(_dirty)s = leader.%(_level)s > %(_MOST)s
    leader.%(_since_ms)s = leader.%(_since_ms)s or 0
    return ([leader.%(_step)s() for row in rows], lambda row: leader.%(_level)s)""" % new


@pytest.mark.parametrize("of", ("core.leader", None))
def test_a_class_in_an_on_demand_file_has_private_names_of_its_own(of):
    _, names, table = asked(
        "class Budget:\n    def spend(self):\n        self._free = self._level = 1", of)
    assert len(names) == len(table) + 1 and "_free" in names.values()


_FIRST = "line 2: _dirty is private: only the function's first parameter"


@pytest.mark.parametrize("source, what", [
    ("def f(now_ms, leader):\n    leader._dirty = 1", _FIRST),
    ("def f(leader):\n    leader.member._dirty = 1", _FIRST),
    ("def f(leader):\n    load('core', 'leader')._dirty(leader)", _FIRST),
    ("def f(leader):\n    return lambda leader: leader._dirty", _FIRST),
    ("def f(leader):\n    return [leader._dirty for leader in x]", _FIRST),
    ("def f(leader):\n    leader._dirty = leader = x", _FIRST),
    ("def f(leader):\n    leader._dirty; import leader", _FIRST),
    ("def f(leader):\n    def g(member): member._dirty = 1", _FIRST),
    ("def f(*leader):\n    leader._dirty = 1", _FIRST),
    ("def f():\n    self._dirty = 1", _FIRST),
    ("def f(leader): pass\nleader._dirty = 1", _FIRST),
    ("class A:\n    def f(leader): leader._dirty = 1", "line 2: .*only self"),
    ("def f(leader):\n    return leader._other", "line 2: _other is private, and neither"),
])
def test_private_names_of_anything_else_are_refused_on_demand(source, what):
    with pytest.raises(NotCompact, match="core.on_demand.leader, " + what):
        asked(source)


@pytest.mark.parametrize("name", ("leader", "self"))
def test_an_on_demand_file_that_belongs_to_no_other_asks_nobody_for_private_names(name):
    with pytest.raises(NotCompact, match="_dirty is private, and no file of this name above"):
        asked("def f(%s):\n    %s._dirty = 1" % (name, name), None)
