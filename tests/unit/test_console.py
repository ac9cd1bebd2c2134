# SPDX-License-Identifier: MIT
"""The prompt's calls: plain words, bad input refused, nothing half applied."""

import json
import os
import re
import sys
from importlib import import_module
from types import SimpleNamespace

import pytest

from core.load import NotLoaded, let_go, load
from core.on_demand import access_point
from core.pairing.on_demand import label_code
from hal.store import Store
from tests.fakes.chip import Machine, Time


class Wifi:
    """The module `network`; `drawn`: was Wi-Fi on when random numbers were drawn?"""

    def __init__(self):
        self.on = False
        self.drawn = []
        self.WLAN = lambda interface: self
        self.WLAN.IF_STA = 0

    def active(self, on=None):
        if on is None:
            return self.on
        self.on = on
        return None


class Prompt:
    """All calls as they are typed, on a chip whose flash is a folder."""

    def __init__(self, supervisor, folder, network):
        self.supervisor, self.folder, self.network = supervisor, folder, network

    def __getattr__(self, name):
        assert name in load("device", "calls").CALLS
        return lambda *given: self.supervisor.call(name, given)


@pytest.fixture
def console(tmp_path, monkeypatch):
    time = Time()
    machine = Machine(time)
    machine.Timer = lambda number: SimpleNamespace(init=lambda **how: None, deinit=lambda: None)
    network = Wifi()
    for name, chips in (("machine", machine), ("network", network)):
        monkeypatch.setitem(sys.modules, name, chips)
    let_go()  # what has another test's chip
    for name in ("hal.board", "device.supervisor"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    for name in ("BOARD", "SETTINGS", "GROUP_CHANGE", "FORGET", "STORE"):
        monkeypatch.setattr(load("device", "files"), name, str(tmp_path / name.lower()))
    monkeypatch.setattr(load("device", "identity"), "_PATH", str(tmp_path / "identity"))
    (tmp_path / "board").write_text(json.dumps({"nameplate_a": 48, "pilot": {"kind": "bench"}}))
    (tmp_path / "settings").write_text(json.dumps(
        {"role": "alone", "region": "us", "breaker_a": 60, "phases": "L1"}))
    yield Prompt(import_module("device.supervisor").Supervisor(), tmp_path, network)
    let_go()


def stored(console):
    return json.loads((console.folder / "settings").read_text())


def test_every_call_of_the_help_exists(console, capsys):
    console.help_me()
    lines = capsys.readouterr().out.splitlines()
    assert max([len(line) for line in lines]) < 80
    lines.remove("While the unit runs:")
    for line in lines:
        name = line.split("(")[0]
        assert name == "run" or name in load("device", "calls").CALLS


def test_a_breaker_is_taken_and_confirmed(console, capsys):
    console.breaker(40)
    assert stored(console)["breaker_a"] == 40
    assert "breaker_a is now 40" in capsys.readouterr().out


@pytest.mark.parametrize("call, argument, said", (
    ("breaker", 45, "must be one of 10, 13, 15"),
    ("breaker", 13, "in region us"),
    ("breaker", "40", "must be"),
    ("breaker", True, "must be"),
    ("limit", 5, "at least 6 A"),
    ("limit", 49, "at most 48 A"),
    ("limit", 7.5, "must be 0 to 1280, in whole numbers"),
    ("role", "boss", "one of leader, follower, alone"),
    ("role", None, "missing"),
    ("enable", 1, "true or false")))
def test_bad_input_is_refused_with_what_is_allowed_and_changes_nothing(console, capsys, call,
                                                                      argument, said):
    before = stored(console)
    getattr(console, call)(argument)
    out = capsys.readouterr().out
    assert "Refused" in out and said in out
    assert stored(console) == before


def test_an_unknown_setting_is_refused(console, capsys):
    console.setting("colour", 3)
    assert "colour is no setting" in capsys.readouterr().out


def test_a_password_is_never_printed(console, capsys):
    console.wifi("home", "very secret")
    console.settings()
    out = capsys.readouterr().out
    assert "very secret" not in out
    assert stored(console)["wifi_password"] == "very secret"


def test_the_home_network_may_be_set_after_what_needs_it_and_is_told_meanwhile(console, capsys):
    console.role("leader")
    console.setting("transport", "udp")
    assert "wifi_ssid is missing: transport udp needs a home network" in capsys.readouterr().out
    console.wifi("home", "very secret")
    assert "missing" not in capsys.readouterr().out
    assert (stored(console)["transport"], stored(console)["wifi_ssid"]) == ("udp", "home")


def in_a_group(console, unit):
    """The board is unit 1 or 2 of a group that unit 1 leads."""
    from host_tools.records import member_record, serial_of
    from tests.rules import KEY, a_revision
    sys.modules["machine"].unique_id = lambda: serial_of(unit)
    record = member_record(KEY, serial_of(unit), a_revision())
    assert Store(str(console.folder / "store")).write("group", json.dumps(record).encode())


def test_a_changed_limit_waits_for_the_leader_as_a_group_change(console, capsys):
    in_a_group(console, 1)
    console.limit(30)
    console.enable(False)
    change = json.loads((console.folder / "group_change").read_text())
    assert change == {"limit_ma": 30000, "enabled": False}
    assert "limit_a 30 is proposed to all units" in capsys.readouterr().out


def test_the_limit_of_a_unit_alone_is_a_setting_and_no_group_change(console):
    console.limit(30)
    assert stored(console)["limit_a"] == 30 and not (console.folder / "group_change").exists()


@pytest.mark.parametrize("call, argument", (("limit", 30), ("enable", False)))
def test_on_a_follower_the_group_is_not_changed_and_the_leader_is_named(console, capsys, call,
                                                                        argument):
    """Field 6: it became that unit's own fallback, and was proposed after a later handover."""
    in_a_group(console, 2)
    before = stored(console)
    getattr(console, call)(argument)
    assert "is set on the leader, unit 1" in capsys.readouterr().out
    assert stored(console) == before and not (console.folder / "group_change").exists()


def test_a_limit_that_the_group_cannot_have_is_refused_at_once(console, capsys):
    in_a_group(console, 1)
    console.limit(11)
    assert "limit is 11 A: must be at least 12 A" in capsys.readouterr().out
    assert "limit_a" not in stored(console) and not (console.folder / "group_change").exists()


@pytest.mark.parametrize("waiting", (None, {"limit_ma": 20000}))
def test_settings_and_group_change_are_stored_both_or_none(console, capsys, monkeypatch, waiting):
    in_a_group(console, 1)
    change = console.folder / "group_change"
    if waiting:
        change.write_text(json.dumps(waiting))
    files = load("device", "files")
    write = files.write_json

    def full(path, value):
        if path == files.SETTINGS:
            raise OSError
        write(path, value)

    monkeypatch.setattr(files, "write_json", full)
    console.limit(30)
    assert "the flash cannot be written. Nothing was changed" in capsys.readouterr().out
    assert (json.loads(change.read_text()) if change.exists() else None) == waiting


def test_a_policy_that_cannot_be_loaded_refuses(console, capsys, monkeypatch):
    def no_room(*path):
        raise NotLoaded("%s could not be loaded: try again" % path[-1])

    monkeypatch.setattr(load("app", "owner_settings"), "load", no_room)
    before = stored(console)
    console.breaker(40)
    assert "Refused: settings_policy could not be loaded: try again." in capsys.readouterr().out
    assert stored(console) == before


@pytest.mark.parametrize("unit", (1, 2))
def test_a_member_stays_what_it_is(console, capsys, unit):
    in_a_group(console, unit)
    console.role("alone")
    assert "this unit is in a group" in capsys.readouterr().out


def test_the_label_code_is_made_once_and_its_check_character_fits(console, capsys):
    console.label()
    first = capsys.readouterr().out
    console.label()
    assert capsys.readouterr().out == first
    assert "serial number 010203040506," in first
    code = first.split("label code ")[1].split()[0]
    bits, error = label_code.bits_of(code)
    assert error is None and label_code.make(bits) == code
    assert "its own Wi-Fi: AmpPool_040506, password %s" % access_point.password(code) in first


def test_a_label_code_of_an_earlier_firmware_gives_way_to_one_that_can_be_typed(console, capsys):
    """Its check character was one of 37."""
    (console.folder / "identity").write_text('{"code": "0123-4567-89AB-$"}')
    console.label()
    code = capsys.readouterr().out.split("label code ")[1].split()[0]
    assert label_code.bits_of(code)[1] is None


@pytest.mark.parametrize("call", ("label", "amppool_health"))
@pytest.mark.parametrize("on", (False, True))
def test_a_label_code_is_drawn_only_while_wifi_is_on(console, monkeypatch, call, on):
    """Before, the chip's numbers are not random: who knows its start knows the code."""
    identity = load("device", "identity")
    draw = os.urandom

    def urandom(count):
        console.network.drawn.append(console.network.on)
        return draw(count)
    monkeypatch.setattr(identity.os, "urandom", urandom)
    console.network.on = on
    getattr(console, call)()
    getattr(console, call)()
    assert console.network.drawn == [True] and console.network.on is on


def test_a_factory_reset_asks_first(console, capsys):
    console.factory_reset()
    assert stored(console)["breaker_a"] == 60
    assert "To do it" in capsys.readouterr().out


def test_a_vehicle_can_be_set_only_on_a_bench(console, capsys):
    (console.folder / "board").write_text(json.dumps(
        {"nameplate_a": 48, "pilot": {"kind": "circuit"}}))
    console.bench_vehicle("C", 16)
    assert "not a bench board" in capsys.readouterr().out


class Running:
    """What the console sees of a device that runs."""

    running = True

    def __init__(self):
        from hal.bench import Bench
        self.hardware = SimpleNamespace(bench=Bench({}), watchdog=SimpleNamespace(
            feed=lambda: None))
        self.unit = self.watch = None


def attached(console):
    """A device that starts there, as its making attaches it."""
    device = Running()
    device._supervisor = console.supervisor
    load("device", "device")._attach(device)
    return device


def test_a_vehicle_set_before_the_start_is_there_after_it_and_after_the_next(console):
    console.bench_vehicle("C", 16)
    for _ in range(2):
        device = attached(console)
        assert (device.hardware.bench.state, device.hardware.bench.draw_ma) == ("C", 16000)
    console.bench_vehicle("B")
    assert (device.hardware.bench.state, device.hardware.bench.draw_ma) == ("B", 0)


@pytest.mark.parametrize("state, amps", (("F", 6), (None, 6), (["C"], 6), ("", 6), ("C", 81),
                                         ("C", -1), ("C", True), ("C", "6"), ("C", 6j)))
def test_a_vehicle_that_cannot_be_is_refused_and_the_old_one_stays(console, capsys, state, amps):
    device = attached(console)
    console.bench_vehicle("C", 16)
    console.bench_vehicle(state, amps)
    assert "Refused" in capsys.readouterr().out
    assert (device.hardware.bench.state, device.hardware.bench.draw_ma) == ("C", 16000)


def test_a_device_that_is_not_built_yet_is_nobodys_to_ask(console, capsys, monkeypatch):
    """Its board file may be broken: then the prompt still answers."""
    monkeypatch.setitem(sys.modules, "device.device", None)
    del sys.modules["device.device"]
    import_module("device.device").Device(console.supervisor, None)
    assert console.supervisor.device is None
    console.status()
    console.bench_vehicle("C", 16)
    console.clear_fault()
    assert "Not running. Last run: none" in capsys.readouterr().out


def test_watching_wants_a_unit_that_runs_and_a_truth_value(console, capsys):
    console.watch()
    assert "Refused: nothing runs" in capsys.readouterr().out
    device = attached(console)
    console.watch(1)
    assert "must be True or False" in capsys.readouterr().out
    console.watch()
    assert device.watch.step
    console.watch(False)
    assert device.watch is None


def test_what_may_be_called_while_it_runs_and_what_may_not_is_all_there_is(console, capsys):
    console.help_me()
    shown = re.findall(r"(\w+)\(", capsys.readouterr().out)
    names = set(shown)
    calls, live = set(load("device", "calls").CALLS), load("app", "live_calls")
    assert names | {"help_me", "amppool_health"} == calls | {"run"}
    assert set(live.LIVE) <= calls
    for name in calls:
        rooms = [load("app", room) for room in ("console", "live_shown")]
        assert any(callable(getattr(room, name, None)) for room in rooms) or callable(
            load("app", "owner").function(name)), name


def test_status_without_settings_says_what_is_missing(console, capsys):
    (console.folder / "settings").write_text("{}")
    console.status()
    assert "region is missing" in capsys.readouterr().out


def test_health_is_one_json_line(console, capsys):
    console.amppool_health()
    health = json.loads(capsys.readouterr().out)
    assert health["healthy"] is True and health["role"] == "alone"
    assert health["running"] is False


@pytest.mark.parametrize("name, content, said", (
    ("settings", "[1]", "is not a table"), ("settings", "{", "is not valid JSON"),
    ("settings", "[" * 100000, "is not valid JSON"), ("board", "7", "is not a table"),
    ("board", "", "is not valid JSON")))
def test_files_that_cannot_be_are_named_and_nothing_is_changed(console, capsys, name, content,
                                                               said):
    (console.folder / name).write_text(content)
    before = (console.folder / "settings").read_text()
    for call, given in (("breaker", (40,)), ("wifi", ("home", "very secret")), ("limit", (30,))):
        getattr(console, call)(*given)
        out = capsys.readouterr().out
        assert out.startswith("Refused: ") and said in out
    assert (console.folder / "settings").read_text() == before
    assert not (console.folder / "group_change").exists()
    console.status()
    assert said in capsys.readouterr().out
    console.settings()
    assert "priority" in capsys.readouterr().out
    console.amppool_health()
    health = json.loads(capsys.readouterr().out)
    assert health["healthy"] is False and said in health["errors"][0]


@pytest.mark.parametrize("content", ("[]", "7", "{", "null"))
def test_a_group_change_that_cannot_be_is_replaced(console, content):
    in_a_group(console, 1)
    (console.folder / "group_change").write_text(content)
    console.limit(30)
    assert stored(console)["limit_a"] == 30
    assert json.loads((console.folder / "group_change").read_text()) == {"limit_ma": 30000}


@pytest.mark.parametrize("board", (
    {}, {"pilot": 1}, {"pilot": {}}, {"pilot": None, "contactor": 7, "nameplate_a": "48"}))
def test_a_board_that_cannot_be_is_answered_in_words(console, capsys, board):
    (console.folder / "board").write_text(json.dumps(board))
    console.bench_vehicle("C", 16)
    assert "not a bench board" in capsys.readouterr().out
    console.status()
    assert "nameplate_a is" in capsys.readouterr().out


def test_what_cannot_be_is_refused_also_where_it_was_wrong_before(console, capsys):
    (console.folder / "settings").write_text('{"priority": 1}')
    console.setting("region", None)
    assert "Refused: region is missing" in capsys.readouterr().out
    assert stored(console) == {"priority": 1}
