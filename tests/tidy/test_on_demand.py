# SPDX-License-Identifier: MIT
"""What stays in a board's memory and what is loaded for a moment are told apart by their folder.

A resident file imports at its top, and only resident ones; it reaches what lies in on_demand by
core.load.load() alone, with constants, so that it can be seen here what is loaded where. A file in
on_demand imports at its top, others of them too.
"""

import ast

import pytest

from host_tools import ROOT
from tests.tidy import sources

FIRMWARE = ROOT / "firmware"
FILES = [path for path in sources.below("firmware") if path.stat().st_size]
# Imported where they are needed: modules that not every board has, drivers that the board file
# or the settings choose and that then stay, parts of the core that only some units have, and the
# unit itself, loaded when the radio is up.
WHERE_NEEDED = {
    "core/connector/on_demand/connector.py": {"core.connector.guard", "core.connector.heat"},
    "core/sharing/on_demand/follower.py": {"core.allocation.phase_use"},
    "hal/temperature.py": {"ds18x20", "onewire"},
    "hal/on_demand/board.py": {"hal.bench", "hal.contactor", "hal.lights", "hal.meter_ct",
                               "hal.meter_modbus", "hal.pilot", "hal.rcm", "hal.temperature"},
    "device/on_demand/air.py": {"espnow", "socket", "hal.radio_espnow", "hal.radio_udp"},
    "device/on_demand/supervisor.py": {"device.device", "esp32", "socket"},
    "hal/board.py": {"esp32"},
}


def name_of(path):
    return str(path.relative_to(FIRMWARE))


def imported(nodes) -> set:
    """Modules of the firmware and others that these statements import, by their full names."""
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            inside = ["%s.%s" % (node.module, alias.name) for alias in node.names]
            modules = {name for name in inside if file_of(name).exists()}
            found |= modules
            if len(modules) < len(inside):
                found.add(node.module)
    return found


def file_of(module):
    return FIRMWARE / (module.replace(".", "/") + ".py")


def parts(source) -> tuple:
    """(modules imported at the top, those imported inside functions)."""
    tree = ast.parse(source)
    inner = {node for top in ast.walk(tree) if isinstance(top, (ast.FunctionDef,
                                                               ast.AsyncFunctionDef))
             for node in ast.walk(top)}
    return (imported(node for node in ast.walk(tree) if node not in inner), imported(inner))


def loads(source) -> list:
    """[(path of a load() call or None if it is no constant, names asked of what it gives)]."""
    tree = ast.parse(source)
    found = []
    top = [node for node in tree.body if not hasattr(node, "name")]
    for scope in [ast.Module(top, [])] + [node for node in ast.walk(tree) if isinstance(
            node, (ast.FunctionDef, ast.AsyncFunctionDef))]:
        held = {}
        for node in ast.walk(scope):
            if isinstance(node, ast.Assign):
                _hold(node, held)
        for node in ast.walk(scope):
            if isinstance(node, ast.Attribute):
                paths = held.get(getattr(node.value, "id", None), [])
                for path in [_path(node.value)] if _is_load(node.value) else paths:
                    # Of several that a variable may hold, one has it.
                    asked = {node.attr} if len(paths) < 2 or node.attr in _tops(path) else set()
                    found.append((path, asked))
                if len(paths) > 1 and not any(node.attr in _tops(path) for path in paths):
                    found.append((paths[0], {node.attr}))
    # *place: of a table, which test_group_calls.py looks at.
    found += [(_path(node) or None, set()) for node in ast.walk(tree) if _is_load(node)
              and not isinstance(node.args[0], ast.Starred)]
    return found


def _hold(node, held):
    target = node.targets[0]
    targets = target.elts if isinstance(target, ast.Tuple) else [target]
    values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
    for name, value in zip(targets, values):
        for part in ast.walk(value) if isinstance(value, ast.IfExp) else [value]:
            if _is_load(part) and isinstance(name, ast.Name):
                held.setdefault(name.id, []).append(_path(part))


def _is_load(node):
    return isinstance(node, ast.Call) and getattr(node.func, "id", "") == "load"


def _path(node):
    if not _is_load(node) or not all(isinstance(part, ast.Constant) for part in node.args):
        return None
    return tuple(part.value for part in node.args)


def _tops(way):
    return tops(FIRMWARE.joinpath(*way[:-1], "on_demand", way[-1] + ".py"))


def tops(path) -> set:
    """Names at the top of a file that are there on a board: const() is gone when it is built."""
    found = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.value).startswith("const("):
            continue
        found |= {node.name} if hasattr(node, "name") else {
            part.id for part in ast.walk(node) if isinstance(part, ast.Name)
            and isinstance(part.ctx, ast.Store)}
    return found


def is_on_demand(module):
    return ".on_demand" in module


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_only_load_reaches_what_is_on_demand_and_imports_stand_at_the_top(path):
    top, inside = parts(path.read_text())
    # One load brings all that a file on demand needs, before anything is changed.
    seen = inside if is_on_demand(name_of(path).replace("/", ".")) else top | inside
    assert not [module for module in seen if is_on_demand(module)]
    assert inside == WHERE_NEEDED.get(name_of(path), set())


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_what_is_loaded_exists_and_has_what_is_asked_of_it(path):
    for way, names in loads(path.read_text()):
        assert way, "load() is given constants"
        file = FIRMWARE.joinpath(*way[:-1], "on_demand", way[-1] + ".py")
        assert file.exists(), way
        assert names <= tops(file), (way, names)


def test_no_two_files_import_each_other():
    needs = {".".join(path.relative_to(FIRMWARE).with_suffix("").parts):
             parts(path.read_text())[0] for path in FILES}
    done = set()

    def follow(module, way):
        assert module not in way, " -> ".join((*way, module))
        if module not in done:
            for other in needs.get(module, ()):
                follow(other, (*way, module))
        done.add(module)
    for module in needs:
        follow(module, ())


def test_what_is_looked_for_here_is_found():
    top, inside = parts("from app.on_demand import owner\ndef f():\n    import socket\n")
    assert (top, inside) == ({"app.on_demand.owner"}, {"socket"})
    source = "def f(x):\n    a, b = load('hal', 'pilot'), 1\n    load('hal', x)\n    a.no_such()\n"
    found = loads(source)
    assert (("hal", "pilot"), {"no_such"}) in found and (None, set()) in found
    assert sum(len(loads(path.read_text())) for path in FILES) > 100
