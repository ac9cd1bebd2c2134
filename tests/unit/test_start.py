# SPDX-License-Identifier: MIT
"""The start of a unit on a chip, from its files to what runs."""

import asyncio  # noqa: F401  before the chip's `socket` and `gc`
import json
import os
import sys
from importlib import import_module
from types import SimpleNamespace

import pytest
from core import reasons
from core.load import NotLoaded
from hal.store import Store

from host_tools import ROOT
from tests.fakes.chip import EspNow, Machine, Network, Time
from tests.fakes.sockets import Sockets
from tests.fakes.loaded import flash

GOOD = {"role": "alone", "region": "us", "breaker_a": 40, "phases": "L1"}
UDP = dict(GOOD, transport="udp", wifi_ssid="home", wifi_password="very secret")


class Chip:
    """A bench board whose flash is a folder; `asked`: ESP-NOW or UDP."""

    def __init__(self, monkeypatch, folder):
        self.folder, self.time = folder, Time(100000)
        self.machine = Machine(self.time)
        self.machine.Timer = lambda number: SimpleNamespace(deinit=lambda: None)
        self.machine.WDT = lambda timeout: SimpleNamespace(feed=lambda: None)
        self.machine.reset = lambda: (_ for _ in ()).throw(SystemExit("reset"))
        self.espnow = EspNow(self.time)
        gc = SimpleNamespace(threshold=lambda size: None, collect=lambda: 0,
                             mem_free=lambda: 30000)
        esp32 = SimpleNamespace(NVS=lambda name: None, HEAP_DATA=4,
                                idf_heap_info=lambda kind: [(9, 30000, 8192, 0)])
        for name, module in (("machine", self.machine), ("network", Network), ("esp32", esp32),
                             ("espnow", self.espnow), ("socket", Sockets()), ("gc", gc)):
            monkeypatch.setitem(sys.modules, name, module)
        for name in ("device.supervisor", "device.device", "hal.board"):
            monkeypatch.delitem(sys.modules, name, raising=False)
        self.put("board", json.loads((ROOT / "boards/bench.json").read_text()))
        self.put("settings", GOOD)

    def put(self, name, content):
        (self.folder / name).write_text(json.dumps(content))

    def start(self):
        """The device, or what the start raises."""
        return import_module("device.supervisor").Supervisor().start()


@pytest.fixture
def chip(monkeypatch, tmp_path):
    chip = Chip(monkeypatch, tmp_path)
    with flash(monkeypatch) as chip.flash:
        paths = {name: str(tmp_path / name.lower())
                 for name in ("BOARD", "SETTINGS", "GROUP_CHANGE", "FORGET", "STORE")}
        chip.flash.sets = {"device.on_demand.files": paths, "device.on_demand.identity": {
            "_PATH": str(tmp_path / "identity")}, "device.on_demand.air": {"time": chip.time},
            "device.on_demand.supervisor": {"time": chip.time}}
        board = import_module("hal.board")
        monkeypatch.setattr(board, "time", chip.time)
        monkeypatch.setattr(board, "Store", lambda alive: Store(str(tmp_path / "store"), alive))
        yield chip


def test_a_unit_starts_with_all_that_it_has(chip):
    device = chip.start()
    assert device.unit.errors == [] and device.about["serial"] == "010203040506"
    assert not device.running and device.hardware.bench is device.hardware.pilot
    assert chip.espnow.starts == 1
    device._step(None)
    device.unit.tick_once(device.hardware.clock.now_ms())


def test_the_vehicle_of_a_bench_is_there_from_the_start(chip):
    supervisor = import_module("device.supervisor").Supervisor()
    supervisor.vehicle = ("C", 16)
    assert supervisor.start().hardware.bench.state == "C"


@pytest.mark.parametrize("settings, kind", (
    (GOOD, "EspNowRadio"), (UDP, "UdpRadio"), (dict(UDP, breaker_a=41), "EspNowRadio"),
    (dict(UDP, wifi_ssid=7), "EspNowRadio"), (dict(UDP, wifi_password=None), "EspNowRadio"),
    (dict(GOOD, channel=99), "EspNowRadio"), (dict(GOOD, transport=["udp"]), "EspNowRadio"),
    ([], "EspNowRadio"), (dict(GOOD, meter="sdm630"), "EspNowRadio")))
def test_no_setting_is_used_before_all_are_checked(chip, settings, kind):
    """One that cannot be is said, and then none is: the radio opens as it does by default."""
    chip.put("settings", settings)
    device = chip.start()
    assert type(device.hardware.radio).__name__ == kind
    assert bool(device.unit.errors) == (settings not in (GOOD, UDP))
    if kind == "EspNowRadio":
        assert device.hardware.radio._channel == 1


def test_a_board_without_a_board_file_does_not_start(chip):
    os.remove(chip.folder / "board")
    with pytest.raises(ValueError, match="flash the board again"):
        chip.start()


def test_a_locked_unit_and_a_welded_contactor_are_remembered(chip):
    chip.machine.cause = chip.machine.WDT_RESET
    for _ in range(3):
        device = chip.start()
    assert "call clear_fault()" in device.unit.errors[0]
    device.last_run.welded = True
    device.last_run.note(0, 0)
    device = chip.start()
    device._step(None)
    assert device.unit.connector.fault == reasons.WELDED


@pytest.mark.parametrize("leads, said", ((True, "proposed to all units"), (False, "dropped")))
def test_what_was_changed_at_the_prompt_is_proposed_where_it_can_be(chip, capsys, leads, said):
    from host_tools.records import member_record
    from tests.rules import KEY, a_revision
    serial = bytes((1, 2, 3, 4, 5, 6))
    revision = a_revision()
    rows = [row._replace(serial=serial) if row.unit == (1 if leads else 2) else row
            for row in revision.members]
    record = member_record(KEY, serial, revision._replace(members=tuple(rows)))
    assert Store(str(chip.folder / "store")).write("group", json.dumps(record).encode())
    chip.put("settings", dict(GOOD, role="leader" if leads else "follower"))
    chip.put("group_change", {"limit_ma": 30000})
    device = chip.start()
    assert device.unit.errors == [] and said in capsys.readouterr().out
    assert (chip.folder / "group_change").exists() == leads == device._proposed
    if leads:
        device._forget_change()
        assert not (chip.folder / "group_change").exists() and not device._proposed


def test_what_makes_the_label_code_may_be_missing_once(chip):
    chip.start()
    wanted = list(chip.flash.wanted)
    (chip.folder / "identity").unlink()
    chip.flash.missing = 1 + max(at for at, name in enumerate(wanted) if "label_code" in name)
    chip.flash.wanted.clear()
    with pytest.raises(NotLoaded):
        chip.start()
    assert not (chip.folder / "identity").exists()
    chip.flash.missing = 0
    assert chip.start().about["label"]


def test_units_that_join_by_cable_are_proposed_when_their_leader_starts(chip, capsys):
    from core.group.on_demand.record import revision_record
    from host_tools.records import member_record, row
    from tests.rules import KEY, a_revision
    serial = bytes((1, 2, 3, 4, 5, 6))
    first, *others = a_revision().members
    revision = a_revision()._replace(members=(first._replace(serial=serial), *others))
    record = member_record(KEY, serial, revision)
    assert Store(str(chip.folder / "store")).write("group", json.dumps(record).encode())
    chip.put("settings", dict(GOOD, role="leader"))
    comes = revision_record(revision._replace(members=(row(9),)))[-1]
    chip.put("group_change", {"add": comes, "colour": "red"})
    device = chip.start()
    assert device.unit.errors == [] and "proposed to all units" in capsys.readouterr().out
    pending = device.unit.member.leader.revisions.pending
    assert [each.serial for each in pending.members if each.unit == 9] == [row(9).serial]
    assert len(pending.members) == len(revision.members) + 1 and device._proposed


def test_a_file_that_is_missing_stops_the_start_wherever_it_is_wanted(chip):
    """Each once: nothing is half done, and the next start works."""
    chip.start()  # the first one makes the label code, and wants more
    chip.flash.wanted.clear()
    chip.start()
    count = len(chip.flash.wanted)
    before = sorted(path.name for path in chip.folder.rglob("*"))
    assert count > 15
    for chip.flash.missing in range(1, count + 1):
        chip.flash.wanted.clear()
        with pytest.raises((NotLoaded, OSError)):
            chip.start()
        assert sorted(path.name for path in chip.folder.rglob("*")) == before
    chip.flash.missing = 0
    assert chip.start().unit.errors == []
