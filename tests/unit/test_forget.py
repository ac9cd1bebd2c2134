# SPDX-License-Identifier: MIT
"""What is loaded only for a moment can be let go of, and nothing else holds it."""

import ast
import sys

import core
import pytest
from app.forget import KEPT, forget
from app.unit import Unit

from host_tools import ROOT
from host_tools import firmware_cache
from host_tools.firmware_build import ROOT_MODULE

FIRMWARE = ROOT / "firmware"
PATHS = sorted(path for folder in ("app", "core", "device", "hal") for path in
               (FIRMWARE / folder).glob("*.py"))


def loaded():
    return {name for name in sys.modules if name.split(".")[0] in ("app", "core", "device", "hal")
            and "." in name}


@pytest.fixture(autouse=True)
def modules():
    """Other tests go on with the modules that they have imported."""
    before = {name: sys.modules[name] for name in loaded()}
    yield
    sys.modules.update(before)
    for name, module in before.items():
        package, leaf = name.split(".")
        setattr(sys.modules[package], leaf, module)


def test_what_was_used_is_let_go_and_can_be_used_again():
    import app.unit
    from core.on_demand import settings
    assert {"core.on_demand.settings", "core.connector.on_demand.wiring", "app.unit"} <= loaded()
    forget()
    assert loaded() <= set(KEPT) and sys.modules["app.unit"] is app.unit
    assert not hasattr(core, "settings") and not hasattr(core, "wiring")
    from core.on_demand import settings as anew
    assert anew is not settings and anew.table() == settings.table()
    assert settings.table()  # whoever still works with it can go on
    forget()
    forget()


def test_after_a_load_that_failed_it_goes_on(monkeypatch):
    monkeypatch.setitem(sys.modules, "core.broken", None)
    forget()
    assert "core.broken" not in sys.modules


def test_what_a_step_of_building_needs_is_gone_in_the_next():
    """The heap of a board holds one at a time."""
    from tests.unit.test_app_unit import BOARD, GOOD, Hal
    held = []

    def relax():
        held.append(loaded() & {"core.on_demand.settings", "core.connector.on_demand.wiring", "core.group.on_demand.proposal"})
        forget()

    forget()  # what other tests have loaded
    made = Unit(GOOD, BOARD, Hal(), relax=relax)
    assert made.errors == [] and made.member.group.revision is not None
    assert held == [{"core.on_demand.settings", "core.connector.on_demand.wiring"}]
    assert "core.on_demand.settings" not in loaded() and "core.group.on_demand.proposal" in loaded()


def imported_at_once(path) -> set:
    """Modules that a file imports when it is loaded itself."""
    found = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.With):  # main.py opens its folders first
            found |= {part.module for part in node.body if isinstance(part, ast.ImportFrom)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {node.module} | {node.module + "." + alias.name for alias in node.names}
    return found


def test_nothing_on_a_board_holds_what_is_let_go():
    """Each of its files loads no other at its start but those that stay."""
    firmware = firmware_cache.firmware(root=ROOT_MODULE)
    own = set(firmware.modules())
    kept = {firmware.places.get(module, module) for module in KEPT}  # there under these names
    for module in sorted(kept & own):
        tree = ast.parse(firmware.compact(module))
        loads = {node.module for node in tree.body if isinstance(node, ast.ImportFrom)}
        assert loads & own <= kept, module
    assert imported_at_once(FIRMWARE / "main.py") & own <= kept


@pytest.mark.parametrize("path", PATHS, ids=lambda path: "%s.%s" % (path.parent.name, path.stem))
def test_no_file_has_an_object_that_would_be_made_anew(path):
    """Constants, tuples, classes and functions only."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign):
            assert not isinstance(node.value, (ast.List, ast.Set)), ast.unparse(node)
            made = [part.func for part in ast.walk(node.value) if isinstance(part, ast.Call)]
            assert {getattr(func, "id", "") for func in made} <= {"const", "namedtuple", "tuple"}
