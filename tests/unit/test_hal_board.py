# SPDX-License-Identifier: MIT
"""Every board file becomes hardware that a unit runs on: safe from the start, nothing missing."""

import json
import math
import sys
import types

import pytest
from core.load import load
from hal.on_demand.facts import core_board

from host_tools import ROOT
from tests.fakes.chip import Machine, Time

FILES = sorted(p for p in (ROOT / "boards").glob("*.json") if p.name != "schema.json")
SETTINGS = {"role": "alone", "region": "iec", "breaker_a": 16, "phases": "L1"}


class Radio:
    signal = 127

    def channel(self):
        return 0

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
    monkeypatch.setattr(module, "Store", lambda alive: Memory())
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
    hardware = module.Hardware(board, Radio(), {})
    from device import panel
    from app.unit import Unit
    unit = Unit(dict(SETTINGS), core_board(board), hardware)
    assert unit.errors == []
    for _ in range(100):
        time.sleep_ms(20)
        unit.charge_step(hardware.clock.now_ms())
        unit.tick_once(hardware.clock.now_ms())
    assert unit.connector.offered_ma == 0
    panel.step(unit, hardware, hardware.clock.now_ms())
    contactor = board["contactor"]
    for pin in contactor["pins"] if contactor else ():
        assert machine.levels[pin] == 1 - contactor["active_level"]


@pytest.mark.parametrize("cause, returned", ((1, True), (2, False), (3, False), (5, False)))
def test_vehicles_wait_a_random_time_only_after_a_loss_of_power(chip, cause, returned):
    module, machine, _ = chip
    machine.cause = cause
    assert module.Hardware(board_file("bench"), None, {}).power_returned() is returned


def test_a_vehicle_on_a_bench_charges(chip):
    module, machine, time = chip
    machine.cause = machine.HARD_RESET
    hardware = module.Hardware(board_file("bench"), Radio(), {})
    from app.unit import Unit
    unit = Unit(dict(SETTINGS), core_board({"nameplate_a": 32}), hardware)

    def run(seconds):
        for _ in range(seconds * 50):
            time.sleep_ms(20)
            unit.charge_step(hardware.clock.now_ms())
            unit.tick_once(hardware.clock.now_ms())
    def connect(state, amps):
        return load("hal", "bench").connect(hardware.bench, state, amps)
    run(7)
    connect("B", 0)
    run(8)
    connect("C", 32)
    run(4)
    assert hardware.contactor.is_closed
    assert hardware.meter.read() == (16000, 0, 0)
    connect("A", 0)
    run(1)
    assert not hardware.contactor.is_closed
    assert "must be one of A, B, C, D, E" in connect("G", 1)
    assert "0 to 80" in connect("C", 81)


def board_file(name):
    return json.loads((ROOT / "boards" / (name + ".json")).read_text())


@pytest.mark.parametrize("name, settings, kind", (
    ("esp32evse_devkitc", {}, "CtMeter"), ("smartevse_v30", {}, "Absent"),
    ("smartevse_v30", {"meter": "sdm630", "meter_address": 12}, "ModbusMeter"),
    ("esp32evse_devkitc", {"meter": "sdm120", "meter_address": 1}, "ModbusMeter"),
    ("minimal_esp32", {"meter": "board"}, "Absent"),
    ("bench", {"meter": "sdm630"}, "BenchMeter")))
def test_the_meter_is_the_boards_or_the_one_that_was_chosen(chip, name, settings, kind):
    module, machine, _ = chip
    machine.UART = lambda *given, **more: None
    hardware = module.Hardware(board_file(name), Radio(), settings)
    assert type(hardware.meter).__name__ == kind
    assert len(hardware.polls) == (kind == "ModbusMeter")


@pytest.mark.parametrize("name", ("smartevse_v30", "minimal_esp32"))
def test_a_board_without_a_meter_loads_the_code_of_none(chip, monkeypatch, name):
    module, _, _ = chip
    for meter in ("hal.meter_ct", "hal.meter_modbus"):
        monkeypatch.delitem(sys.modules, meter, raising=False)
    module.Hardware(board_file(name), Radio(), {})
    assert not {"hal.meter_ct", "hal.meter_modbus"} & set(sys.modules)


def test_a_meter_that_fails_while_charging_counts_with_the_offer_and_never_with_0_a(chip):
    module, machine, time = chip
    board = board_file("esp32evse_devkitc")
    machine.cause = machine.HARD_RESET
    machine.pilot = (1338, 1021, 12000, -12000)
    machine.uv[39] = 595000  # a cable of 32 A
    machine.uv[35] = lambda us: int(1650000 + 11000 * 16 * 1.414 * math.sin(us * math.pi / 10000)
                                    * (machine.levels[26]))
    hardware = module.Hardware(board, Radio(), {})
    hardware.temperature = types.SimpleNamespace(read_dc=lambda: 250)  # a fitted one
    from app.unit import Unit
    unit = Unit(dict(SETTINGS), core_board(board), hardware)

    def run(seconds, high_mv=None):
        if high_mv:
            machine.pilot = (1338, 1021, high_mv, -12000)
        begin_us = time.us
        for step in range(seconds * 50):
            time.us = begin_us + step * 20000
            unit.charge_step(hardware.clock.now_ms())
            unit.tick_once(hardware.clock.now_ms())
        return unit.connector.snapshot(hardware.clock.now_ms())
    run(7)
    run(8, 9000)
    now = run(5, 6000)
    assert now.closed and now.offered_ma == 16000
    assert abs(now.draw_ma[0] - 16000) < 600
    machine.uv[35] = 1650000  # its wire falls off: no current is seen where there was one
    assert run(2).draw_ma[0] == 0  # looks like a vehicle that has stopped
    machine.uv[35] = 0  # the input shorted
    now = run(2)
    assert hardware.meter.read() is None
    assert now.closed and now.draw_ma[0] == 16000


def test_what_python_could_take_of_the_system_is_not_its_own(monkeypatch):
    """MicroPython's mem_free() counts the largest piece that the system has."""
    monkeypatch.setitem(sys.modules, "machine", Machine(Time()))
    import hal.board as board
    rows = [(9, 100, 100, 0), (9, 33900, 8192, 0)]
    monkeypatch.setitem(sys.modules, "esp32", types.SimpleNamespace(
        HEAP_DATA=4, idf_heap_info=lambda kind: rows))
    monkeypatch.setattr(board, "gc", types.SimpleNamespace(mem_free=lambda: 5000 + 8192))
    assert board.Hardware.__new__(board.Hardware).heap_free() == 5000
