# SPDX-License-Identifier: MIT
"""A factory reset is whole: power may go away at any operation of the flash, and then either all
is as before or nothing is left."""

import os
import sys
from importlib import import_module
from types import SimpleNamespace

import pytest
from core.load import load
from device.on_demand import files, reset
from hal.store import Store

from tests.fakes.loaded import flash as loading

FILES = {"SETTINGS": "settings.json", "GROUP_CHANGE": "group_change.json", "FORGET": "forget.json",
         "STORE": "store"}
LEFT_OVER = ("settings.json.new", "group_change.json.new", "forget.json.new", "store/group.1.new")


class PowerLoss(BaseException):
    """The power went away here."""


@pytest.fixture
def flash(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, files.__name__, files)
    for name, path in FILES.items():
        monkeypatch.setattr(files, name, str(tmp_path / path))
    return tmp_path


def fill(folder):
    """A unit of a group, with a change that waits, and what writes that were cut short left."""
    for path in list(folder.rglob("*")):
        if path.is_file():
            path.unlink()
    files.write_json(files.SETTINGS, {"priority": 3})
    files.write_json(files.GROUP_CHANGE, {"limit_ma": 20000})
    store = Store(files.STORE)
    for key in ("group", "key"):
        assert store.write(key, b"older") and store.write(key, b"secret")
    for name in LEFT_OVER:
        (folder / name).write_bytes(b"half")


def found(folder):
    """(settings, waiting change, record, key) as the unit finds them."""
    store = Store(files.STORE)
    return (files.read_table(files.SETTINGS, []), files.read_table(files.GROUP_CHANGE, []),
            store.read("group"), store.read("key"))


ALL = ({"priority": 3}, {"limit_ma": 20000}, b"secret", b"secret")
NOTHING = ({}, {}, None, None)


def left(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


class Power:
    """It goes away before the operation number `at` of the flash, or in the middle of a write."""

    def __init__(self, monkeypatch, at):
        self.left = at
        for name in ("remove", "rename"):
            monkeypatch.setattr(os, name, self._spend_first(getattr(os, name)))
        dump = files.json.dump

        def half(value, file):
            self.spend()
            file.write("t")
            file.flush()
            self.spend()
            file.seek(0)
            dump(value, file)
        monkeypatch.setattr(files, "json", SimpleNamespace(dump=half, load=files.json.load))

    def _spend_first(self, call):
        def spent(*given):
            self.spend()
            return call(*given)
        return spent

    def spend(self):
        if self.left <= 0:
            raise PowerLoss
        self.left -= 1


def operations(flash, monkeypatch):
    fill(flash)
    with monkeypatch.context() as patch:
        power = Power(patch, 1000)
        reset.factory_reset(None)
        return 1000 - power.left


def test_nothing_is_left(flash):
    fill(flash)
    reset.factory_reset(None)
    assert found(flash) == NOTHING and left(flash) == []


def test_power_loss_anywhere_leaves_all_or_nothing(flash, monkeypatch):
    """The next start finishes it before anything is read, with power lost again and again."""
    most = operations(flash, monkeypatch)
    assert most > 10
    seen = []
    for at in range(most + 1):
        fill(flash)
        for again in (at, 0, 1, 2, 1000):
            with monkeypatch.context() as patch:
                Power(patch, again)
                try:
                    if again is at:
                        reset.factory_reset(None)
                    else:
                        reset.finish()
                except PowerLoss:
                    pass
        assert found(flash) in (ALL, NOTHING), at
        assert found(flash) == ALL or left(flash) == []
        seen.append(found(flash) == NOTHING)
    assert seen == sorted(seen) and set(seen) == {True, False}


def test_a_flash_that_cannot_be_written_forgets_nothing(flash, monkeypatch):
    fill(flash)

    def full(old, new):
        raise OSError(28)
    with monkeypatch.context() as patch:
        patch.setattr(os, "rename", full)
        with pytest.raises(OSError):
            reset.factory_reset(None)
    assert reset.finish() == "" and found(flash) == ALL


def test_what_cannot_be_removed_is_said_and_tried_again_at_the_next_start(flash, monkeypatch):
    fill(flash)

    def refuse(path):
        raise OSError(5)
    with monkeypatch.context() as patch:
        patch.setattr(os, "remove", refuse)
        reset.factory_reset(None)
        assert "the flash cannot be written" in reset.finish()
    assert reset.finish() == "" and left(flash) == []


@pytest.fixture
def supervisor(flash, monkeypatch):
    machine = SimpleNamespace(Timer=lambda number: SimpleNamespace(deinit=lambda: None))
    for name, chip in (("machine", machine), ("network", SimpleNamespace(WLAN=None)),
                       ("esp32", SimpleNamespace()),
                       ("gc", SimpleNamespace(threshold=lambda size: None, collect=lambda: 0))):
        monkeypatch.setitem(sys.modules, name, chip)
    monkeypatch.delitem(sys.modules, "device.supervisor", raising=False)
    with loading(monkeypatch) as made:
        made.instead[files.__name__] = files
        supervisor = import_module("device.supervisor").Supervisor()
        supervisor.flash = made
        yield supervisor


def test_before_the_first_run_the_record_goes_too(flash, supervisor, monkeypatch, capsys):
    """It stayed where no unit had run yet, and a change that waited stayed always."""
    fill(flash)
    supervisor.call("factory_reset", (True,))
    assert "Forgotten" in capsys.readouterr().out
    assert found(flash) == NOTHING and left(flash) == []


def test_a_unit_that_runs_stops_at_once_and_stores_nothing_any_more(flash):
    """What its tasks still write before they end goes at the next start."""
    fill(flash)
    ended = []
    device = SimpleNamespace(running=True, end=ended.append)
    reset.factory_reset(device)
    assert len(ended) == 1
    Store(files.STORE).write("group", b"of the old group")
    files.write_json(files.SETTINGS, {"priority": 3})
    assert reset.finish() == "" and found(flash) == NOTHING


def test_the_next_start_reads_nothing_before_it_is_finished(flash, supervisor):
    fill(flash)
    files.write_json(files.FORGET, True)
    opened = []

    def open_radio(settings):
        opened.append(found(flash))
        raise RuntimeError("far enough")
    supervisor.flash.instead.update({
        "device.on_demand.air": SimpleNamespace(open_radio=open_radio),
        "device.on_demand.stored": SimpleNamespace(Stored=lambda: SimpleNamespace(values={}))})
    with pytest.raises(RuntimeError, match="far enough"):
        supervisor.start()
    assert opened == [NOTHING] and supervisor.errors == []


def test_a_unit_whose_reset_cannot_be_finished_does_not_charge(flash, supervisor, monkeypatch):
    fill(flash)
    files.write_json(files.FORGET, True)
    monkeypatch.setattr(os, "remove", lambda path: (_ for _ in ()).throw(OSError(5)))
    load("device", "supervisor")._finish_reset(supervisor)
    assert "the factory reset cannot be finished" in supervisor.errors[0]
