# SPDX-License-Identifier: MIT
"""Every way out of main.py opens the contactor first, whatever fails on the way."""

import os
import runpy
import sys
from types import SimpleNamespace

import pytest
from app.on_demand.web_routes import host_ok
from core.load import NotLoaded

from host_tools import ROOT
from tests.fakes.loaded import flash

MAIN = ROOT / "firmware" / "main.py"
_ASKED = ("/main.py", "/forget.json")  # on the chip


class Reset(Exception):
    """machine.reset() does not return."""


class Chip:
    """What main.py imports. `fails`: {what: exception}; `log`: what happened, in order."""

    def __init__(self, monkeypatch):
        self.log, self.fails, self.closed = [], {}, False
        self.timer = None
        self.files = {"/main.py"}
        self.fed = 0
        modules = {
            "machine": SimpleNamespace(reset=self._reset, Timer=self._timer()),
            "network": SimpleNamespace(WLAN=self._wlan()),
            "time": SimpleNamespace(sleep=lambda s: self.do("sleep %d" % s),
                                    sleep_ms=lambda ms: None),
            "micropython": SimpleNamespace(kbd_intr=lambda key: self.do("keys %d" % key),
                                           const=lambda value: value),
            "gc": SimpleNamespace(threshold=lambda size: self.do("threshold %d" % size),
                                  collect=lambda: 0),
            "esp32": SimpleNamespace(NVS=None),
            "boot": SimpleNamespace(safe=self._safe),
            "device.module_folders": SimpleNamespace(ModuleFolders=self._context("folders")),
            "device.device": SimpleNamespace(Device=lambda *a: self._device(*a))}
        for name, module in modules.items():
            monkeypatch.setitem(sys.modules, name, module)
        stat = os.stat
        monkeypatch.setattr(os, "stat", lambda path, **more: self._stat(path) if path in _ASKED
                            else stat(path, **more))
        monkeypatch.delitem(sys.modules, "device.supervisor", raising=False)  # it has another chip
        monkeypatch.setattr(sys, "print_exception", lambda error: None, raising=False)

    def do(self, what):
        self.log.append(what)
        if what in self.fails:
            raise self.fails[what]

    def _stat(self, path):
        if path not in self.files:
            raise OSError(2)

    def _safe(self):
        self.closed = False
        self.log.append("safe")

    def _reset(self):
        self.log.append("reset")
        raise Reset

    def _timer(self):
        chip = self

        class Timer:
            PERIODIC = 1

            def __init__(self, number):
                assert number == 0, "the unit's own, so that one of the two is on"

            def init(self, period, mode, callback):
                chip.timer = (period, callback)

            def deinit(self):
                chip.timer = None
        return Timer

    def _wlan(self):
        chip = self

        class Wlan:
            IF_STA = 0

            def __init__(self, interface):
                pass

            def active(self, on):
                chip.do("wifi")
        return Wlan

    def _context(self, name):
        chip = self

        class Context:
            def __init__(self, *_):
                pass

            def __enter__(self):
                chip.do(name)

            def __exit__(self, *_):
                pass
        return Context

    def _device(self, supervisor, radio):
        self.do("device")
        supervisor.device = SimpleNamespace(
            build=lambda stored: self.do("build"), run=self._run,
            hardware=SimpleNamespace(watchdog=SimpleNamespace(feed=self._feed)),
            stopped=lambda error, watchdog_ms: self.do("stopped"))
        return supervisor.device

    def _feed(self):
        self.fed += 1

    def _run(self):
        assert self.timer is None, "nothing starts a unit again that runs"
        self.closed = True
        self.do("run")

    def before_the_prompt(self):
        """The log without the last steps, which make the calls for the prompt."""
        assert self.log[-3:] == ["keys -1", "folders", "keys 3"]
        return self.log[:-3]

    def start(self):
        """Runs main.py; the exception that left it."""
        try:
            self.prompt = runpy.run_path(str(MAIN))
        except BaseException as error:
            return error
        return None


@pytest.fixture
def chip(monkeypatch):
    chip = Chip(monkeypatch)
    with flash(monkeypatch) as chip.flash:
        chip.flash.instead = {
            "device.on_demand.memory": SimpleNamespace(
                Reserve=chip._context("reserve")),
            "device.on_demand.air": SimpleNamespace(open_radio=lambda given: chip.do("radio")),
            "device.on_demand.stored": SimpleNamespace(
                Stored=lambda: SimpleNamespace(values={}))}
        yield chip


STEPS = ("wifi", "radio", "reserve", "device", "build", "run")


@pytest.mark.parametrize("step", STEPS[1:])
@pytest.mark.parametrize("error", (RuntimeError("x"), MemoryError(), OSError(5), SystemExit(),
                                   GeneratorExit()), ids=lambda e: type(e).__name__)
def test_after_an_error_it_is_open_before_anything_else_and_starts_again(chip, step, error):
    chip.fails[step] = error
    assert isinstance(chip.start(), Reset)
    after = chip.log[chip.log.index(step) + 1:]
    assert after[0] == "safe" and "reset" in after and not chip.closed


@pytest.mark.parametrize("step", STEPS)
def test_after_ctrl_c_it_is_open_and_stays_at_the_prompt(chip, capsys, step):
    chip.fails[step] = KeyboardInterrupt()
    assert chip.start() is None
    assert chip.log[chip.log.index(step) + 1] == "safe" and "reset" not in chip.log
    assert not chip.closed and "the contactor is open" in capsys.readouterr().out


@pytest.mark.parametrize("error", (MemoryError(), KeyboardInterrupt(), RuntimeError()))
def test_it_is_open_although_what_follows_fails_too(chip, error):
    chip.fails = {"run": RuntimeError(), "stopped": error}
    assert chip.start() is error
    assert not chip.closed and chip.before_the_prompt()[-1] == "safe"


def test_ctrl_c_in_the_last_seconds_prevents_the_restart(chip):
    chip.fails = {"run": RuntimeError(), "sleep 5": KeyboardInterrupt()}
    assert isinstance(chip.start(), KeyboardInterrupt)
    assert "reset" not in chip.log and chip.before_the_prompt()[-1] == "safe"


def test_the_radio_has_its_memory_before_the_firmware_is_loaded(chip):
    assert chip.start() is None
    assert [entry for entry in chip.log if entry in STEPS] == list(STEPS)
    assert chip.log.index("sleep 1") < chip.log.index("wifi")


def test_the_calls_are_there_whenever_there_is_a_prompt(chip, monkeypatch):
    """Ctrl-C in the first second included; a unit that runs has their memory instead."""
    made = []
    monkeypatch.setattr(chip, "_run", lambda: made.append("device.on_demand.calls" in sys.modules))
    monkeypatch.delitem(sys.modules, "device.on_demand.calls", raising=False)
    assert chip.start() is None and made == [False]
    calls = sys.modules["device.on_demand.calls"].CALLS
    assert all(callable(chip.prompt[name]) for name in calls)
    chip.fails["sleep 1"] = KeyboardInterrupt()
    namespace = {"__name__": "main"}
    with pytest.raises(KeyboardInterrupt):
        exec(compile(MAIN.read_text(), "main.py", "exec"), namespace)
    assert set(calls) <= set(namespace)


def test_a_second_ctrl_c_is_heard_again_after_the_calls_are_made(chip):
    chip.flash.instead["device.on_demand.calls"] = None  # its file is broken
    chip.fails["run"] = KeyboardInterrupt()
    assert isinstance(chip.start(), NotLoaded)
    assert chip.log[-1] == "keys 3" and not chip.closed


def test_for_a_second_run_the_board_starts_again(chip, capsys):
    chip.fails["run"] = KeyboardInterrupt()
    assert chip.start() is None
    before = len(chip.log)
    with pytest.raises(Reset):
        chip.prompt["run"]()
    # On a chip the program is gone then; here the reset is an error like any other.
    assert chip.log[before:][:2] == ["folders", "reset"] and not chip.closed
    assert "run" not in chip.log[before:]
    assert "starts again" in capsys.readouterr().out


def test_after_a_start_that_failed_early_run_tries_it_again(chip):
    chip.fails["radio"] = KeyboardInterrupt()
    assert chip.start() is None
    del chip.fails["radio"]
    chip.prompt["run"]()
    assert chip.log[-2:] == ["run", "safe"] and "reset" not in chip.log


# ---- nobody types

def minutes(chip, most=60):
    """After how many minutes the board starts again by itself; None: never."""
    if chip.timer is None:
        return None
    period_ms, callback = chip.timer
    for minute in range(1, most):
        try:
            callback(None)
        except Reset:
            return minute * period_ms // 60000
    return None


@pytest.mark.parametrize("step", ("sleep 1", "run", "build", "radio", "sleep 5"))
def test_noise_that_is_a_ctrl_c_keeps_a_unit_off_for_ten_minutes_and_no_longer(chip, step):
    if step == "sleep 5":
        chip.fails["run"] = RuntimeError()
    chip.fails[step] = KeyboardInterrupt()
    chip.start()
    assert "reset" not in chip.log and minutes(chip) == 10


@pytest.mark.parametrize("step", ("run", "build", "sleep 5"))
def test_it_starts_again_also_after_a_second_run_was_ended(chip, step):
    chip.fails["sleep 1"] = KeyboardInterrupt()
    namespace = {"__name__": "main"}
    with pytest.raises(KeyboardInterrupt):
        exec(compile(MAIN.read_text(), "main.py", "exec"), namespace)
    if step == "sleep 5":
        chip.fails["run"] = RuntimeError()
    chip.fails[step] = KeyboardInterrupt()
    try:
        namespace["run"]()
    except KeyboardInterrupt:
        pass
    assert minutes(chip) == 10


def test_whoever_calls_something_has_ten_minutes_more(chip, monkeypatch):
    chip.fails["run"] = KeyboardInterrupt()
    chip.start()
    monkeypatch.setitem(sys.modules, "app.on_demand.console", SimpleNamespace(
        status=lambda place: None))
    for _ in range(9):
        chip.timer[1](None)
    chip.prompt["status"]()
    assert minutes(chip) == 10 and chip.fed == 1


def test_a_board_that_is_being_flashed_is_left_in_peace(chip):
    chip.fails["run"] = KeyboardInterrupt()
    chip.start()
    chip.files.clear()  # main.py is the first to go
    assert minutes(chip) is None
    chip.files.add("/main.py")
    assert minutes(chip) == 10


def test_a_wifi_that_does_not_start_does_not_stop_the_unit(chip):
    chip.fails["wifi"] = RuntimeError("Wifi Unknown Error 0x0101")
    assert chip.start() is None
    assert "run" in chip.log and "reset" not in chip.log


def test_the_unit_has_its_name_before_its_radio_is_on_and_does_without_where_there_are_none(
        chip):
    chip.fails["run"] = KeyboardInterrupt()
    said = []
    sys.modules["machine"].unique_id = lambda: bytes.fromhex("A0B1C200000F")
    sys.modules["network"].hostname = lambda name: (said.append(name), chip.log.append("name"))
    chip.start()
    assert said == ["amppool-00000f"] and chip.log.index("name") < chip.log.index("wifi")
    assert host_ok(said[0] + ".local") and host_ok(said[0].upper() + ".local:80")
