# SPDX-License-Identifier: MIT
"""Files on demand that reach each other by load(), and under one name on a board."""

import ast

import pytest

from host_tools.build import cache, known_names
from host_tools.build.compact import NotCompact, brought, rom_names, sibling
from host_tools.build.firmware import ROOT_MODULE

NAMES = {"core.load": "r.load_"}


def changed(source):
    return ast.unparse(ast.fix_missing_locations(
        brought.by_load(ast.parse(source), "a.on_demand.b", NAMES)))


@pytest.mark.parametrize("source, built", [
    ("from o.pop import text", "from r.load_ import load\ntext = load('pop').text"),
    ("from o.pop import text as _t", "from r.load_ import load\n_t = load('pop').text"),
    ("from o.pop import a, b as c",
     "from r.load_ import load\na = load('pop')\nc = a.b\na = a.a"),
    ("from o import d as web, e", "from r.load_ import load\nweb = load('d')\ne = load('e')"),
    ("import json\nfrom o.pop import text\nfrom r.load_ import drop, load\nload('x')",
     "from r.load_ import load\nimport json\ntext = load('pop').text\nfrom r.load_ import drop\n"
     "load('x')"),
    ("from o.pop import text\nfrom r.load_ import load",
     "from r.load_ import load\ntext = load('pop').text"),
    ("def f():\n    from o.pop import text",
     "from r.load_ import load\n\ndef f():\n    text = load('pop').text"),
    ("from r.bench import Bench\nfrom old.pop import x", "from r.bench import Bench\n"
     "from old.pop import x"),
])
def test_what_is_imported_of_a_file_on_demand_is_loaded(source, built):
    assert changed(source) == built


@pytest.mark.parametrize("rest", ("load = 3", "def load():\n    pass", "def f(load):\n    pass",
                                  "from x import y as load"))
def test_load_means_load_there(rest):
    with pytest.raises(NotCompact, match="a.on_demand.b: load is the name of core/load.py's"):
        changed("from o.pop import text\n" + rest)


@pytest.fixture(scope="module")
def shipped():
    return cache.firmware(root=ROOT_MODULE)


def test_no_file_on_a_board_imports_one_that_is_on_demand(shipped):
    for module in shipped.modules():
        for node in ast.walk(ast.parse(shipped.compact(module))):
            if isinstance(node, ast.ImportFrom):
                assert node.module.split(".")[0] != "o", module


def test_no_file_on_demand_brings_a_name_of_its_own(shipped):
    """Its name is in the boards' ROM, and what it is told by in a traceback as well."""
    rom = {name for part in rom_names()[:2] for name in part}
    for module in filter(sibling, shipped.modules()):
        folder, _, leaf = shipped.on_board(module).rpartition(".")
        names = known_names.of_file(shipped.compiled(module.replace(".", "/") + ".py"))
        assert folder == "o" and leaf in rom and "any" != leaf
        assert not [name for name in names if name.startswith(("o.", "o/"))], module


def test_names_are_read_from_a_file_as_they_are_written(tmp_path):
    from host_tools.build.firmware import compiled
    names = ["a name", "%d of %d", "x" * 10, "é", "long_enough_to_need_an_attribute_of_its_own"]
    code = known_names.source([compiled("x = %r\ny.%s" % (names[:4], names[4]), "here")])
    for name in names:
        assert (repr(name) if len(name.encode()) <= 10 else "." + name) in code
    again = known_names.of_file(compiled(code, "there"))
    assert set(names) <= set(again)
