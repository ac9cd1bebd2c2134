# SPDX-License-Identifier: MIT
"""Modules without walks through the flash, and without names that stay.

For each import Python asks the file system three times (is it a folder, a .py, an .mpy?), and each
answer is a walk through littlefs. While these folders are open, they hold whatever .mpy is asked
for and nothing else (no folders, no __init__: host_tools/build/compact/places.py), and only the
file itself is read: the unit is up in less than half the time. Nothing but imports of what was
flashed uses these folders then; a file that is missing after all is an OSError.

Python keeps for ever the name and the path of each module that it has looked for, in small pieces
that lie wherever there was room just then. So those on demand are all imported under one name, and
this says which file is meant. What load() gives is in sys.modules under its own name.
"""

import sys

import vfs
from core.load import WAY

_FILE = (0x8000, 0, 0, 0, 0, 0, 0, 0, 0, 0)
_FOLDER = (0x4000, 0, 0, 0, 0, 0, 0, 0, 0, 0)
_ENOENT = 2
_ANY = "any"


class _Folder:
    # What MicroPython calls of a file system; paths come without the folder.
    def __init__(self, files, folder):
        self._files = files
        self._folder = folder

    def mount(self, readonly, mkfs):
        pass

    def umount(self):
        pass

    def stat(self, path):
        if path[-4:] == ".mpy" and path[-13:] != "/__init__.mpy":
            return _FILE
        if path == "/":
            return _FOLDER
        raise OSError(_ENOENT)

    def open(self, path, mode):
        return self._files.open(self._folder + path, mode)


class _OnDemand(_Folder):
    wanted = ""
    room = None

    def open(self, path, mode):
        return _Folder.open(self, "/%s.mpy" % self.wanted if path == "/any.mpy" else path, mode)

    # Another one may be wanted at any moment: by the file that is being loaded, or by the pilot's
    # timer. Python has its module already, or asks for the file later on.
    def __call__(self, leaf):
        if self.room is not None and not self.room():
            raise MemoryError
        folder = self._folder.rpartition("/")[2]
        name = folder + "." + _ANY
        before, self.wanted = self.wanted, leaf
        sys.modules.pop(name, None)
        try:
            return __import__(name, None, None, (_ANY,))
        finally:
            self.wanted = before
            sys.modules.pop(name, None)
            try:  # not asked for before: the timer may load in between
                delattr(sys.modules[folder], _ANY)
            except (KeyError, AttributeError):
                pass  # it was not loaded, or somebody has let go of it


class ModuleFolders:
    """A context: the folders that hold modules and nothing else, as ("/core", ...). on_demand: the
    one of those that load() loads, or None. While it is open sys.modules[WAY] is what brings those
    files; its `room`, if set, says whether there is any for one more."""

    def __init__(self, folders, on_demand=None):
        self._folders = folders
        self._on_demand = on_demand
        self._open = []

    def __enter__(self):
        files = [mounted for mounted, path in vfs.mount() if path == "/"][0]
        try:
            for folder in self._folders:
                self._mount(_Folder(files, folder), folder)
            if self._on_demand and self._on_demand not in self._open:
                brief = _OnDemand(files, self._on_demand)
                self._mount(brief, self._on_demand)
                sys.modules[WAY] = brief
        except BaseException:  # Ctrl-C
            self.__exit__()
            raise
        return self

    def _mount(self, made, folder):
        if folder not in self._open:
            self._open.append(folder)
            vfs.mount(made, folder)

    def __exit__(self, *_):
        sys.modules.pop(WAY, None)
        while self._open:
            try:
                vfs.umount(self._open.pop())
            except OSError:
                pass  # it never got so far
