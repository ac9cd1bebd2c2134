# SPDX-License-Identifier: MIT
"""Imports without walks through the flash: the same answers, and nothing left behind."""

import ast
import importlib
import re
import sys
from types import SimpleNamespace

import pytest

from host_tools.build import cache
from host_tools.build.firmware import FIRMWARE, ROOT_MODULE


class Flash:
    """A file system with two folders; counts what is asked of it."""

    FILES = ("/core/a.mpy", "/hal/b.mpy")

    def __init__(self):
        self.asked = []

    def open(self, path, mode):
        if path not in self.FILES:
            raise OSError(2)
        self.asked.append((path, mode))
        return path


@pytest.fixture
def chip(monkeypatch):
    mounts = [(Flash(), "/")]

    def mount(*arguments):
        if not arguments:
            return list(mounts)
        if arguments[1] in [path for _, path in mounts]:
            raise OSError(1)
        return mounts.append(arguments)

    def umount(folder):
        found = [entry for entry in mounts if entry[1] == folder]
        if not found:
            raise OSError(22)
        mounts.remove(found[0])

    monkeypatch.setitem(sys.modules, "vfs", SimpleNamespace(mount=mount, umount=umount))
    monkeypatch.delitem(sys.modules, "device.module_folders", raising=False)
    module = importlib.import_module("device.module_folders")
    monkeypatch.delitem(sys.modules, "device.module_folders")
    return SimpleNamespace(mounts=mounts, flash=mounts[0][0], ModuleFolders=module.ModuleFolders)


def test_what_is_there_is_known_without_the_flash_and_read_from_it(chip):
    with chip.ModuleFolders(("/core",)):
        names = chip.mounts[1][0]
        assert names.stat("/a.mpy")[0] == 0x8000 and names.stat("/")[0] == 0x4000
        assert chip.flash.asked == []
        for missing in ("/a", "/a.py"):
            with pytest.raises(OSError):
                names.stat(missing)
        assert names.open("/a.mpy", "rb") == "/core/a.mpy"
    assert chip.flash.asked == [("/core/a.mpy", "rb")]


def imported(names, path):
    """What is opened for it, asked as MicroPython does: a folder? a .py? an .mpy?"""
    for kind, ending in ((0x4000, ""), (0x8000, ".py"), (0x8000, ".mpy")):
        try:
            if names.stat(path + ending)[0] == kind:
                return names.open(path + ending, "rb") if ending else _begun(names, path)
        except OSError:
            continue
    raise ImportError(path)


# A folder: is there something to run for it?
def _begun(names, path):
    for ending in ("/__init__.py", "/__init__.mpy"):
        with pytest.raises(OSError):
            names.stat(path + ending)


def test_a_folder_begins_without_a_file_of_its_own(chip):
    with chip.ModuleFolders(("/core", "/hal")):
        assert imported(chip.mounts[1][0], "/") is None
        assert imported(chip.mounts[2][0], "/b") == "/hal/b.mpy"
    assert chip.flash.asked == [("/hal/b.mpy", "rb")]


def test_main_opens_all_folders_of_the_build_and_none_has_others_in_it():
    main = (FIRMWARE / "main.py").read_text()
    opened = ast.literal_eval(re.search(r"ModuleFolders\((\(.*?\))\)", main)[1])
    on_board = [path.split("/") for path in cache.firmware(root=ROOT_MODULE).contents()]
    assert {len(parts) for parts in on_board} == {2}
    assert {"/" + parts[0] for parts in on_board} == set(opened)


def test_it_opens_and_closes_again_and_again(chip):
    folders = chip.ModuleFolders(("/core", "/hal"))
    for _ in range(2):
        with folders:
            assert [path for _, path in chip.mounts] == ["/", "/core", "/hal"]
        assert len(chip.mounts) == 1


def test_after_an_error_nothing_is_mounted(chip):
    with pytest.raises(KeyError), chip.ModuleFolders(("/core", "/hal")):
        raise KeyError
    assert len(chip.mounts) == 1


def test_a_file_that_is_missing_is_an_error_when_it_is_read(chip):
    with chip.ModuleFolders(("/core",)), pytest.raises(OSError):
        chip.mounts[1][0].open("/b.mpy", "rb")


def test_ctrl_c_while_it_opens_leaves_nothing(chip, monkeypatch):
    mount = sys.modules["vfs"].mount

    def interrupted(*arguments):
        if arguments[1:] == ("/hal",):
            raise KeyboardInterrupt
        return mount(*arguments)

    monkeypatch.setattr(sys.modules["vfs"], "mount", interrupted)
    with pytest.raises(KeyboardInterrupt), chip.ModuleFolders(("/core", "/hal")):
        pass
    assert len(chip.mounts) == 1
