# SPDX-License-Identifier: MIT
"""What a board calls the firmware's files."""

import ast
import re

import pytest

from host_tools.build import cache
from host_tools.build.compact import NotCompact, places, rom_names, sibling
from host_tools.build.firmware import FIRMWARE, ROOT_MODULE, BuildError, Firmware

NAMES = {"app.on_demand.web_live": "o.d", "core.group.on_demand.change": "o.len",
         "core.on_demand.serial": "o.pop", "hal.bench": "r.d"}


@pytest.mark.parametrize("source, built", [
    ("from core.on_demand.serial import text", "from o.pop import text"),
    ("from app.on_demand import other, web_live",
     "from app.on_demand import other\nfrom o import d as web_live"),
    ("from app.on_demand import web_live as _live", "from o import d as _live"),
    ("from hal.bench import Bench\nfrom hal import bench",
     "from r.d import Bench\nfrom r import d as bench"),
    ("load('core', 'group', 'change').needed(row)", "load('len').needed(row)"),
    ("load(*path)", "load(*path)"),
    ("x = (('app', 'web_live'), 5)", "x = (('d',), 5)"),
    ("x = '\\nlive + core.serial app.web_live\\n'", "x = '\\nlive + pop d\\n'"),
    ("x = 'core.group core.group.change.x app.web_lives hal.bench'",
     "x = 'core.group core.group.change.x app.web_lives hal.bench'"),
    ("_FOLDER = 'on_demand'", "_FOLDER = 'o'"),
])
def test_whatever_names_a_file_gets_its_new_name(source, built):
    assert ast.unparse(places.rename(ast.parse(source), "a.b", NAMES)) == built


@pytest.mark.parametrize("source, what", [
    ("load('core', 'group', name)", "a.b, line 1: load.. must name a file on demand by const"),
    ("load('core', 'group', 'chance')", "line 1: load.. must name a file on demand"),
    ("\nx = ('app', 'web_' + name)", "line 2: as \\('app', 'web_' \\+ name\\) begins it must"),
    ("import core.on_demand.serial", "a.b: 'import core.on_demand.serial' must be 'from core.on"),
])
def test_what_would_not_be_found_on_a_board_is_refused(source, what):
    with pytest.raises(NotCompact, match=what):
        places.rename(ast.parse(source), "a.b", NAMES)


def test_every_file_has_a_name_of_its_own_in_rom_and_most_keep_it():
    modules = ["app.on_demand.file_%d" % number for number in range(150)]
    before, after = places.short(modules), places.short([*modules, "app.on_demand.another"])
    assert len(set(before.values())) == 150
    assert {name.split(".")[1] for name in before.values()} <= set(rom_names()[0])
    assert sum(before[module] == after[module] for module in modules) > 140
    with pytest.raises(NotCompact, match="more than 300 files need longer names"):
        places.short(["app.on_demand.file_%d" % number for number in range(301)])


@pytest.mark.parametrize("main", ["from core.on_demand import lamp\n",
                                  "from core.load import load\nload('core', 'lamp')\n"])
def test_what_stays_source_must_not_name_what_is_on_demand(tmp_path, main):
    (tmp_path / "core/on_demand").mkdir(parents=True)
    (tmp_path / "core/on_demand/lamp.py").write_text("ON = 1\n")
    (tmp_path / "main.py").write_text(main)
    with pytest.raises(BuildError, match="main.py stays source, and a file on demand has another"):
        Firmware(tmp_path).files()


def test_nothing_on_a_board_names_a_file_as_the_source_does():
    firmware = cache.firmware(root=ROOT_MODULE)
    moved = [module for module in firmware.modules() if firmware.on_board(module) != module]
    assert len(moved) > 150 and all(module in moved for module in firmware.modules()
                                    if sibling(module))
    long = {name for module in moved for name in (module, module.replace("on_demand.", ""))}
    for module in firmware.modules():
        for node in ast.walk(ast.parse(firmware.compact(module))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert not long & set(re.findall(r"[\w.]+", node.value)), (module, node.value)
            elif isinstance(node, ast.ImportFrom):
                assert node.module not in moved and "on_demand" not in node.module, module
    assert len(firmware.contents()) == len(firmware.modules())
    assert (FIRMWARE / "main.py").read_text().count("device.") == 2  # these two keep their names


def test_a_board_brings_files_under_the_name_that_none_of_them_has():
    """Both sides say it, for a board has nothing of the build."""
    firmware = cache.firmware(root=ROOT_MODULE)
    source = (FIRMWARE / "device/module_folders.py").read_text()
    assert '_ANY = "%s"\n' % places.ANY in source and '"/%s.mpy"' % places.ANY in source
    leaves = [firmware.on_board(module).rpartition(".")[2] for module in firmware.modules()
              if sibling(module)]
    assert places.ANY not in leaves and len(set(leaves)) == len(leaves)
