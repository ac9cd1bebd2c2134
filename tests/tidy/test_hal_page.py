# SPDX-License-Identifier: MIT
"""firmware/hal/README.md is what the app calls, and what chip and simulator have."""

import ast
import importlib
import re
import sys

import pytest

from host_tools import ROOT
from host_tools.simulate import hal as simulated
from tests.fakes.chip import Machine, Time

PAGE = (ROOT / "firmware/hal/README.md").read_text()
CALLS = re.findall(r"^\| `([\w.]+)", PAGE, re.MULTILINE)
# Which class has a part's calls, on a chip and in the simulator.
PARTS = {"clock": ("clock.Clock", "Clock"), "pilot": ("pilot.ControlPilot", "Pilot"),
         "contactor": ("contactor.Contactor", "Contactor"), "guard": ("absent.Absent", "Guard"),
         "meter": ("meter_ct.CtMeter", "Meter"), "rcm": ("rcm.Rcm", "Rcm"),
         "temperature": ("temperature.Ntc", "Temperature"),
         "proximity": ("proximity.Proximity", "Proximity"),
         "watchdog": ("board.Watchdog", "Watchdog"), "radio": ("radio.Radio", "Radio"),
         "store": ("store.Store", "Store")}


def called():
    """Chains such as 'pilot.read' that app/unit.py follows from `hal`."""
    found = set()
    for node in ast.walk(ast.parse((ROOT / "firmware/app/unit.py").read_text())):
        match = re.fullmatch(r"(?:self\.)?hal\.([\w.]+)", ast.unparse(node)) \
            if isinstance(node, ast.Attribute) else None
        if match:
            found.add(match[1])
    aliased = {"store.write", "store.remove", "store.read"}  # by a variable, or in app/on_demand/setup.py
    return {chain for chain in found if chain not in PARTS} | aliased


def test_the_page_lists_what_the_app_calls_and_nothing_else():
    assert sorted(CALLS) == sorted(set(CALLS)) and set(CALLS) == called()


@pytest.mark.parametrize("call", [call for call in CALLS if "." in call])
def test_chip_and_simulator_have_each_call(call, monkeypatch):
    part, name = call.split(".")
    on_chip, in_simulator = PARTS[part]
    monkeypatch.setitem(sys.modules, "machine", Machine(Time(0)))
    monkeypatch.delitem(sys.modules, "hal.board", raising=False)
    module, kind = on_chip.split(".")
    assert callable(getattr(getattr(importlib.import_module("hal." + module), kind), name))
    kind = getattr(simulated, in_simulator)
    source = (ROOT / "host_tools/simulate/hal.py").read_text()
    given = {word for node in ast.walk(ast.parse(source))
             if isinstance(node, ast.ClassDef) and node.name == in_simulator
             for part in ast.walk(node) if isinstance(part, ast.Attribute)
             for word in [part.attr] if isinstance(part.ctx, ast.Store)}
    assert hasattr(kind, name) or name in given


@pytest.mark.parametrize("call", [call for call in CALLS if "." not in call])
def test_both_have_what_belongs_to_no_part(call):
    for path, kind in (("firmware/hal/board.py", "Hardware"),
                       ("host_tools/simulate/hal.py", "Hal")):
        owner, = [node for node in ast.parse((ROOT / path).read_text()).body
                  if getattr(node, "name", "") == kind]
        names = {node.name for node in owner.body if isinstance(node, ast.FunctionDef)}
        names |= {node.attr for node in ast.walk(owner) if isinstance(node, ast.Attribute)
                  and isinstance(node.ctx, ast.Store)}
        assert call in names
