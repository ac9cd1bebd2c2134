# SPDX-License-Identifier: MIT
"""Imports without walks through the flash: the same answers, and nothing left behind."""

import ast
import importlib
import re
import sys
from types import ModuleType, SimpleNamespace

import pytest
from core import load as loading
from core.load import WAY, NotLoaded, let_go, load

from host_tools.build import cache
from host_tools.build.compact import places
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
    return SimpleNamespace(mounts=mounts, flash=mounts[0][0], module=module,
                           ModuleFolders=module.ModuleFolders)


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
    folders, brief = ast.literal_eval(re.search(r"ModuleFolders(\(\(.*?\))\n", main)[1])
    on_board = [path.split("/") for path in cache.firmware(root=ROOT_MODULE).contents()]
    assert {len(parts) for parts in on_board} == {2}
    assert {"/" + parts[0] for parts in on_board} == {*folders, brief}
    assert brief == "/" + places.FOLDER


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


# ---- under one name


@pytest.fixture
def board(chip, monkeypatch):
    """Folders that are open. `run`: {file: what is run while it is loaded}; importing is
    MicroPython's: a module is in the table before its file is read, and a failed one is not."""
    run, here = {}, sys.modules
    monkeypatch.setitem(here, "o", ModuleType("o"))
    chip.flash.FILES = tuple("/o/%s.mpy" % name for name in "abc")

    def imported(name, *_):
        if name in here:
            return here[name]
        module = here[name] = ModuleType(name)
        try:
            read = chip.mounts[-1][0].open("/%s.mpy" % name.split(".")[1], "rb")
            module.read = read
            run.get(read[3], lambda: None)()
        except BaseException:
            here.pop(name, None)
            raise
        setattr(here.setdefault("o", ModuleType("o")), name.split(".")[1], module)
        return module

    monkeypatch.setattr(chip.module, "__import__", imported, raising=False)
    monkeypatch.setattr(loading, "_FOLDER", "o")
    with chip.ModuleFolders(("/hal",), "/o"):
        yield SimpleNamespace(run=run, flash=chip.flash, module=chip.module)
        let_go()
    assert WAY not in here


def kept():
    return [name for name in sys.modules if name.startswith("o.")] + [
        name for name in vars(sys.modules.get("o", object)) if name[0] != "_"]


def test_each_is_read_from_its_own_file_and_known_by_its_own_name(board):
    a, b = load("a"), load("b")
    assert (a.read, b.read) == ("/o/a.mpy", "/o/b.mpy") and load("a") is a
    assert kept() == ["o.a", "o.b"]
    let_go()
    assert kept() == []


def test_one_may_load_another_while_it_is_loaded_itself(board):
    board.run["a"] = lambda: load("b")
    assert load("a").read == "/o/a.mpy" and load("b").read == "/o/b.mpy"
    assert sorted(kept()) == ["o.a", "o.b"]


def test_the_pilots_timer_may_load_one_before_another_is_read(board, monkeypatch):
    opened = board.flash.open

    def interrupted(path, mode):
        monkeypatch.setattr(board.flash, "open", opened)
        load("c")
        return opened(path, mode)

    monkeypatch.setattr(board.flash, "open", interrupted)
    assert load("a").read == "/o/a.mpy" and load("c").read == "/o/c.mpy"
    assert sorted(kept()) == ["o.a", "o.c"]


def fails(error):
    raise error


@pytest.mark.parametrize("error, raised", ((MemoryError, NotLoaded), (OSError, NotLoaded),
                                           (KeyboardInterrupt, KeyboardInterrupt)))
def test_what_fails_half_way_leaves_nothing(board, error, raised):
    board.run["b"] = lambda: fails(error)
    board.run["a"] = lambda: load("b")
    with pytest.raises(raised):
        load("a")
    assert kept() == []
    board.run.clear()
    assert load("a").read == "/o/a.mpy" and load("b").read == "/o/b.mpy"


def test_a_file_that_is_missing_is_not_loaded(board):
    with pytest.raises(NotLoaded, match="o.d could not be loaded"):
        load("d")
    assert kept() == []


def test_where_there_is_no_room_nothing_is_read(board):
    sys.modules[WAY].room = lambda: False
    with pytest.raises(NotLoaded):
        load("a")
    assert kept() == [] and board.flash.asked == []
    sys.modules[WAY].room = lambda: True
    assert load("a").read == "/o/a.mpy"


@pytest.mark.parametrize("gone", (lambda: sys.modules.pop("o"),
                                  lambda: delattr(sys.modules["o"], "any")))
def test_the_timer_may_load_or_let_go_in_the_midst_of_the_end(board, monkeypatch, gone):
    """Found by an attack at every step of it: an error that was none of NotLoaded's."""
    usual = board.module.__import__

    def imported(*given):
        module = usual(*given)
        gone()
        return module

    monkeypatch.setattr(board.module, "__import__", imported)
    assert load("a").read == "/o/a.mpy"
