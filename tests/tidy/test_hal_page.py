# SPDX-License-Identifier: MIT
"""firmware/hal/README.md is what the app calls, and what chip, simulator and the fake have."""

import ast
import importlib
import json
import re
import sys
from types import SimpleNamespace

import pytest
from hal.radio import Radio
from hal.store import Store

from host_tools import ROOT
from host_tools.simulate.scenario import load
from host_tools.simulate.simulation import Simulation
from tests.fakes.chip import Machine, Time
from host_tools.simulate.bare_hal import Hal

PAGE = (ROOT / "firmware/hal/README.md").read_text()
CALLS = re.findall(r"^\| `([\w.]+)", PAGE, re.MULTILINE)
PARTS = {call.split(".")[0] for call in CALLS if "." in call}
WHO_CALLS = ("unit", "on_demand/unit", "on_demand/setup", "on_demand/searching",
             "on_demand/newcomer", "on_demand/new_group", "on_demand/pairing_job",
             "on_demand/setting")
VALUES = {"serial": bytes, "radio.signal": int}  # the others are called


def called():
    """Chains such as 'pilot.read' that firmware/app follows from `hal`, or from its `store`."""
    found = set()
    for name in WHO_CALLS:
        for node in ast.walk(ast.parse((ROOT / ("firmware/app/%s.py" % name)).read_text())):
            chain = ast.unparse(node) if isinstance(node, ast.Attribute) else ""
            match = re.fullmatch(r"(?:(?:self|unit)\.)?hal\.([\w.]+)|(store\.\w+)", chain)
            if match:
                found.add(match[1] or match[2])
    return found - set(PARTS)


def test_the_page_lists_what_the_app_calls_and_nothing_else():
    assert sorted(CALLS) == sorted(set(CALLS)) and set(CALLS) == called()


def on_chip(name, monkeypatch, folder):
    """Hardware with the drivers of a board, on the fake of a chip."""
    time = Time(0)
    sensor = SimpleNamespace(scan=lambda: [], convert_temp=lambda: None)
    for module, chip in (("machine", Machine(time)),
                         ("onewire", SimpleNamespace(OneWire=lambda pin: pin)),
                         ("ds18x20", SimpleNamespace(DS18X20=lambda bus: sensor))):
        monkeypatch.setitem(sys.modules, module, chip)
    monkeypatch.delitem(sys.modules, "hal.board", raising=False)
    module = importlib.import_module("hal.board")
    monkeypatch.setattr(module, "time", time)
    monkeypatch.setattr(module, "Store", lambda alive: Store(str(folder), alive))
    board = json.loads((ROOT / "boards" / (name + ".json")).read_text())
    return module.Hardware(board, Radio(time), {})


def simulated():
    """That of a unit in the simulator."""
    unit = {"id": 1, "role": "leader", "breaker_a": 16, "region": "iec", "nameplate_a": 16,
            "phases": "L1"}
    simulation = Simulation(load({"name": "one", "duration_s": 1, "limit_a": 16,
                                  "units": [unit]}), trace=False)
    simulation.advance(100)
    return simulation.nodes[1].program.hal


@pytest.mark.parametrize("kind", ("fake", "simulator", "bench", "smartevse_v30",
                                  "esp32evse_devkitc", "minimal_esp32"))
def test_whatever_is_a_hal_has_each_call(kind, monkeypatch, tmp_path):
    if kind in ("fake", "simulator"):
        hal = Hal() if kind == "fake" else simulated()
    else:
        hal = on_chip(kind, monkeypatch, tmp_path)
    for call in CALLS:
        found = hal
        for name in call.split("."):
            found = getattr(found, name)
        assert isinstance(found, VALUES[call]) if call in VALUES else callable(found), call
    assert len(hal.serial) == 6 and 0 <= hal.radio.signal <= 127
