# SPDX-License-Identifier: MIT
"""The store under power loss at every byte of every write, and under every broken byte."""

import builtins
import os

import pytest
from hal import store as store_module
from hal.store import Store

OLD, NEW = b'{"epoch": 7}', b'{"epoch": 8, "more": "than before"}'


class PowerLoss(Exception):
    """The power went away here."""


class Flash:
    """Stands in for open, rename and sync; the power goes after so many steps."""

    def __init__(self, monkeypatch, steps):
        self.steps = steps
        monkeypatch.setattr(store_module, "open", self.open, raising=False)
        rename = os.rename
        monkeypatch.setattr(os, "rename", lambda a, b: (self.spend(), rename(a, b)))

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

    def read(self):
        return self._file.read()

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


@pytest.mark.parametrize("at", range(0, 60, 3))
def test_a_broken_byte_in_the_newest_copy_gives_the_one_before(tmp_path, at):
    store = Store(str(tmp_path))
    store.write("group", OLD)
    store.write("group", NEW)
    newest = max(tmp_path.iterdir(), key=lambda p: p.read_bytes().count(b"more"))
    data = bytearray(newest.read_bytes())
    data[at % len(data)] ^= 0x10
    newest.write_bytes(bytes(data))
    assert Store(str(tmp_path)).read("group") == OLD


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
    monkeypatch.setattr(store_module, "open", full, raising=False)
    assert store.write("group", NEW) is False
    assert store.read("group") == OLD
