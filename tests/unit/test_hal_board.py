# SPDX-License-Identifier: MIT
"""Every board file becomes hardware that a unit runs on: safe from the start, nothing missing."""

import json
import sys
import types

import pytest

from host_tools import ROOT
from tests.fakes.chip import Machine, Time

FILES = sorted(p for p in (ROOT / "boards").glob("*.json") if p.name != "schema.json")
SETTINGS = {"unit_id": 1, "role": "alone", "region": "iec", "breaker_a": 16, "phases": "L1"}


class Radio:
    def receive(self):
        return None

    def send(self, destination, payload):
        pass

    def wake(self):
        pass


@pytest.fixture
def chip(monkeypatch, tmp_path):
    time = Time(5000)
    machine = Machine(time)
    machine.WDT = lambda timeout: types.SimpleNamespace(feed=lambda: None)
    sensor = types.SimpleNamespace(scan=lambda: [], convert_temp=lambda: None)
    monkeypatch.setitem(sys.modules, "machine", machine)
    monkeypatch.setitem(sys.modules, "onewire", types.SimpleNamespace(OneWire=lambda pin: pin))
    monkeypatch.setitem(sys.modules, "ds18x20", types.SimpleNamespace(DS18X20=lambda bus: sensor))
    monkeypatch.delitem(sys.modules, "hal.board", raising=False)
    import hal.board as module
    monkeypatch.setattr(module, "time", time)
    monkeypatch.setattr(module, "Store", lambda: Memory())
    return module, machine, time


class Memory(dict):
    def read(self, key):
        return self.get(key)

    def write(self, key, data):
        self[key] = data
        return True


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_a_unit_runs_on_every_board_and_offers_nothing_without_a_vehicle(chip, path):
    module, machine, time = chip
    board = json.loads(path.read_text())
    if board["pilot"]["kind"] == "circuit":
        machine.pilot = (board["pilot"]["offset_mv"], board["pilot"]["gain_mv_per_v_x10"], 12000,
                         -12000)
    hardware = module.Hardware(board, Radio())
    from app.unit import Unit
    unit = Unit(dict(SETTINGS), module.core_board(board), hardware)
    assert unit.setup.errors == []
    for _ in range(100):
        time.sleep_ms(20)
        unit.charge_step(hardware.clock.now_ms())
        unit.tick_once(hardware.clock.now_ms())
    assert unit.connector.offered_ma == 0
    contactor = board["contactor"]
    for pin in contactor["pins"] if contactor else ():
        assert machine.levels[pin] == 1 - contactor["active_level"]


@pytest.mark.parametrize("cause, returned", ((1, True), (2, False), (3, False), (5, False)))
def test_vehicles_wait_a_random_time_only_after_a_loss_of_power(chip, cause, returned):
    module, machine, _ = chip
    machine.cause = cause
    bench = json.loads((ROOT / "boards" / "bench.json").read_text())
    assert module.Hardware(bench).power_returned() is returned


def test_a_vehicle_on_a_bench_charges(chip):
    module, machine, time = chip
    machine.cause = machine.HARD_RESET
    hardware = module.Hardware(json.loads((ROOT / "boards" / "bench.json").read_text()), Radio())
    from app.unit import Unit
    unit = Unit(dict(SETTINGS), module.core_board({"nameplate_a": 32}), hardware)

    def run(seconds):
        for _ in range(seconds * 50):
            time.sleep_ms(20)
            unit.charge_step(hardware.clock.now_ms())
            unit.tick_once(hardware.clock.now_ms())
    run(7)
    hardware.bench.vehicle("B", 0)
    run(8)
    hardware.bench.vehicle("C", 32)
    run(4)
    assert hardware.contactor.is_closed
    assert hardware.meter.read() == (16000, 0, 0)
    hardware.bench.vehicle("A", 0)
    run(1)
    assert not hardware.contactor.is_closed
    with pytest.raises(ValueError, match="must be one of A, B, C, D, E"):
        hardware.bench.vehicle("G", 1)
    with pytest.raises(ValueError, match="0 to 80"):
        hardware.bench.vehicle("C", 81)
