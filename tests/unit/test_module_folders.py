# SPDX-License-Identifier: MIT
"""Imports without walks through the flash: the same answers, and nothing left behind."""

import ast
import importlib
import re
import sys
from types import SimpleNamespace

import pytest

from host_tools.build import cache
from host_tools.build.compact import places
from host_tools.build.firmware import FIRMWARE, ROOT_MODULE


class Flash:
    """A file system with two folders; counts what is asked of it."""

    FILES = ("/core/a.mpy", "/hal/b.mpy", "/core/room/c.mpy", "/o/ip.mpy")

    def __init__(self):
        self.asked = []

    def open(self, path, mode):
        if path not in self.FILES:
            raise OSError(2)
        self.asked.append((path, mode))
        return path

    def ilistdir(self, path):
        self.asked.append((path, "list"))
        names = {file[len(path) + 1:].split("/")[0] for file in self.FILES
                 if file.startswith(path + "/")}
        return [(name, 0x8000 if "." in name else 0x4000, 0) for name in sorted(names)]


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
    assert chip.flash.asked == [("/core", "list"), ("/core/a.mpy", "rb")]


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


def test_rooms_and_what_lies_in_them_are_found_with_one_walk(chip):
    with chip.ModuleFolders(("/core",)):
        names = chip.mounts[1][0]
        for _ in range(2):
            opened = [imported(names, path) for path in ("/a", "/room", "/room/c")]
            assert opened == ["/core/a.mpy", None, "/core/room/c.mpy"]
        with pytest.raises(OSError):
            names.stat("/room/c")
    assert [what for what in chip.flash.asked if what[1] == "list"] == [("/core", "list")]


def test_the_folder_of_all_that_is_on_demand_has_no_rooms_to_look_for(chip):
    with chip.ModuleFolders((module_folder(),)):
        names = chip.mounts[1][0]
        assert imported(names, "/ip") == "/o/ip.mpy"
        with pytest.raises(OSError):
            names.stat("/ip")
    assert chip.flash.asked == [("/o/ip.mpy", "rb")]


def module_folder():
    """As the build calls it: main.py must open it under that name."""
    folder = "/" + places.FOLDER
    main = (FIRMWARE / "main.py").read_text()
    opened = re.search(r"ModuleFolders\((\(.*?\))\)", main)[1]
    on_board = {"/" + path.split("/")[0]
                for path in cache.firmware(root=ROOT_MODULE).contents()}
    assert folder in on_board and on_board == set(ast.literal_eval(opened))
    return folder


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
