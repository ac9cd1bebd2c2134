# SPDX-License-Identifier: MIT
"""The store under power loss at every byte of every write, and under every broken byte."""

import builtins
import os
from types import SimpleNamespace

import pytest
from hal.store import Store

from core.load import load

OLD, NEW = b'{"epoch": 7}', b'{"epoch": 8, "more": "than before"}'


class PowerLoss(Exception):
    """The power went away here."""


class Flash:
    """Stands in for open, rename and sync; the power goes after so many steps."""

    def __init__(self, monkeypatch, steps):
        self.steps = steps
        monkeypatch.setattr(load("hal", "store"), "open", self.open, raising=False)
        for name in ("rename", "remove"):
            call = getattr(os, name)
            monkeypatch.setattr(os, name, lambda *given, call=call: (self.spend(), call(*given)))

    def spend(self):
        if self.steps <= 0:
            raise PowerLoss
        self.steps -= 1

    def open(self, path, mode="r"):
        if "w" in mode:
            self.spend()  # the file exists, empty
        return _File(builtins.open(path, mode), self)


class _File:
    def __init__(self, file, flash):
        self._file, self._flash = file, flash

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self._file.close()

    def read(self, *count):
        return self._file.read(*count)

    def write(self, data):
        for i in range(len(data)):
            self._flash.spend()
            self._file.write(data[i:i + 1])
            self._file.flush()

    def flush(self):
        self._flash.spend()


def steps_of_a_write(tmp_path, monkeypatch):
    with monkeypatch.context() as patch:
        flash = Flash(patch, 10000)
        Store(str(tmp_path / "count")).write("group", NEW)
        return 10000 - flash.steps


def test_a_value_comes_back(tmp_path):
    store = Store(str(tmp_path / "s"))
    assert store.read("group") is None
    assert store.write("group", OLD)
    assert store.write("group", NEW)
    assert Store(str(tmp_path / "s")).read("group") == NEW


def test_power_loss_at_every_byte_leaves_the_old_or_the_new_value(tmp_path, monkeypatch):
    steps = steps_of_a_write(tmp_path, monkeypatch)
    assert steps > len(NEW)
    seen = set()
    for at in range(steps + 1):
        folder = str(tmp_path / ("at%d" % at))
        for value in (b"older", OLD):
            Store(folder).write("group", value)
        with monkeypatch.context() as patch:
            Flash(patch, at)
            try:
                Store(folder).write("group", NEW)
            except PowerLoss:
                pass
        found = Store(folder).read("group")
        assert found in (OLD, NEW)
        seen.add(found)
        # And the next write works, whatever the power left behind.
        assert Store(folder).write("group", b"next")
        assert Store(folder).read("group") == b"next"
    assert seen == {OLD, NEW}


def copies(folder):
    """What each copy holds: {name: bytes}, without what was left aside."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".new"}


@pytest.mark.parametrize("at", range(0, 60, 3))
@pytest.mark.parametrize("copy", (0, 1))
def test_a_broken_byte_in_a_copy_gives_the_same_from_the_other(tmp_path, at, copy):
    store = Store(str(tmp_path))
    assert store.write("group", OLD) and store.write("group", NEW)
    path = tmp_path / ("group.%d" % copy)
    data = bytearray(path.read_bytes())
    data[at % len(data)] ^= 0x10
    path.write_bytes(bytes(data))
    assert Store(str(tmp_path)).read("group") == NEW


def test_stored_means_in_both_copies(tmp_path):
    """Flash that loses its newest file after a blackout gave the value before."""
    store = Store(str(tmp_path))
    assert store.write("group", OLD) and store.write("group", NEW)
    for lost in ("group.0", "group.1"):
        kept = (tmp_path / lost).read_bytes()
        (tmp_path / lost).unlink()
        assert Store(str(tmp_path)).read("group") == NEW
        (tmp_path / lost).write_bytes(kept)


def test_a_value_that_only_one_copy_holds_is_brought_to_the_other_and_no_more(tmp_path):
    store = Store(str(tmp_path))
    store.write("group", OLD)
    store.write("group", NEW)
    for spoil in (lambda path: path.unlink(), lambda path: path.write_bytes(b"")):
        for lost in ("group.0", "group.1"):
            spoil(tmp_path / lost)
            store = Store(str(tmp_path))
            assert store.write("group", NEW) is True and store.writes == 1
            both = copies(tmp_path)
            assert both["group.0"] == both["group.1"] and b"more" in both["group.0"]


@pytest.mark.parametrize("refused", ("group.0", "group.1"))
def test_a_value_that_gets_into_one_copy_only_is_not_stored(tmp_path, monkeypatch, refused):
    store = Store(str(tmp_path))
    store.write("group", OLD)

    def refuses(path, mode="r"):
        if "w" in mode and refused in path:
            raise OSError("EIO")
        return builtins.open(path, mode)
    monkeypatch.setattr(load("hal", "store"), "open", refuses, raising=False)
    assert store.write("group", NEW) is False
    assert store.read("group") in (OLD, NEW)
    monkeypatch.undo()
    assert store.write("group", NEW) is True and store.read("group") == NEW


@pytest.mark.parametrize("wrong", ("group.0", "group.1"))
def test_a_copy_that_reads_back_otherwise_is_not_stored(tmp_path, monkeypatch, wrong):
    store = Store(str(tmp_path))
    store.write("group", OLD)
    rename = os.rename

    def loses(old, new):
        if wrong in new:
            os.remove(old)  # the flash says yes, and has the older one
        else:
            rename(old, new)
    monkeypatch.setattr(os, "rename", loses)
    assert store.write("group", NEW) is False


def test_flash_writes_are_counted(tmp_path):
    store = Store(str(tmp_path))
    assert store.writes == 0
    store.write("group", OLD)
    assert store.writes == 2
    for _ in range(10):
        store.write("group", OLD)
        store.read("group")
    assert store.writes == 2
    store.write("group", NEW)
    assert store.writes == 4
    store.remove("other")
    assert store.writes == 4
    store.remove("group")
    assert store.writes == 6


# ---- forgetting

def different_copies(folder, newest):
    """As after a loss of power in a write: one copy newer than the other."""
    store = Store(str(folder))
    store.write("group", OLD)
    path = folder / ("group.%d" % (1 - newest))
    older = path.read_bytes()
    store.write("group", NEW)
    path.write_bytes(older)
    assert store.read("group") == NEW


@pytest.mark.parametrize("state", (None, 0, 1))
def test_power_loss_while_forgetting_leaves_the_value_or_nothing(tmp_path, monkeypatch, state):
    """Never the older value, and never a copy that comes back later."""
    seen = set()
    for at in range(8):
        folder = tmp_path / ("at%d" % at)
        store = Store(str(folder))
        if state is None:
            store.write("group", NEW)
        else:
            different_copies(folder, state)
        (folder / "group.0.new").write_bytes(b"half")
        with monkeypatch.context() as patch:
            Flash(patch, at)
            try:
                Store(str(folder)).remove("group")
            except PowerLoss:
                pass
        found = Store(str(folder)).read("group")
        assert found in (NEW, None), at
        seen.add(found)
        if found is None:
            assert list(folder.iterdir()) == []
    assert seen == {NEW, None}


def test_what_the_flash_does_not_let_go_of_is_said(tmp_path, monkeypatch):
    store = Store(str(tmp_path))
    store.write("group", OLD)
    assert store.remove("nothing") is True

    def refuse(path):
        raise OSError("EIO")
    with monkeypatch.context() as patch:
        patch.setattr(os, "remove", refuse)
        assert store.remove("group") is False
    assert store.remove("group") is True and store.read("group") is None


def test_an_equal_value_is_not_written_again(tmp_path):
    store = Store(str(tmp_path))
    store.write("group", OLD)
    before = sorted((p.name, p.read_bytes()) for p in tmp_path.iterdir())
    assert store.write("group", OLD)
    assert sorted((p.name, p.read_bytes()) for p in tmp_path.iterdir()) == before


def test_a_full_flash_is_false_and_keeps_the_value(tmp_path, monkeypatch):
    store = Store(str(tmp_path))
    store.write("group", OLD)

    def full(path, mode="r"):
        if "w" in mode:
            raise OSError("ENOSPC")
        return builtins.open(path, mode)
    monkeypatch.setattr(load("hal", "store"), "open", full, raising=False)
    assert store.write("group", NEW) is False
    assert store.read("group") == OLD


def test_the_watchdog_is_told_between_any_two_steps_of_a_write(tmp_path, monkeypatch):
    """Each may take a second on a slow flash; none is worth two."""
    events = []

    def noted(name, do):
        def call(*given):
            events.append(name)
            return do(*given)
        return call

    def opened(path, mode="r"):
        events.append("open")
        file = builtins.open(path, mode)
        return SimpleNamespace(
            write=noted("write", file.write), flush=noted("flush", file.flush),
            read=file.read, close=noted("close", file.close)) if "w" in mode else file

    class Opened:
        def __init__(self, path, mode):
            self._file = opened(path, mode)

        def __enter__(self):
            return self._file

        def __exit__(self, *_):
            self._file.close()

    monkeypatch.setattr(load("hal", "store"), "open", Opened, raising=False)
    monkeypatch.setattr(os, "rename", noted("rename", os.rename))
    store = Store(str(tmp_path / "store"), lambda: events.append("alive"))
    assert store.write("key", b"value") and store.read("key") == b"value"
    steps = {"open", "write", "flush", "close", "rename"}
    assert steps <= set(events)
    assert not [pair for pair in zip(events, events[1:]) if set(pair) <= steps]


def test_room_is_looked_for_and_nothing_is_left(tmp_path, monkeypatch):
    """More than littlefs keeps inline, or it would not look; a full flash is the next write's to
    say, and a power loss in between leaves what the next start takes away."""
    store = Store(str(tmp_path))
    sizes = []
    monkeypatch.setattr(os, "remove", lambda path: (
        sizes.append(os.path.getsize(path)), os.unlink(path)))
    (tmp_path / "room").write_bytes(b"left")
    load("hal", "store").find_room(store)
    assert sizes == [256] and list(tmp_path.iterdir()) == []

    def full(*given):
        raise OSError(28)
    monkeypatch.setattr(load("hal", "store"), "open", full, raising=False)
    load("hal", "store").find_room(store)
