# SPDX-License-Identifier: MIT
"""Looking for modules without walking through the flash.

For each import Python asks the file system three times (is it a folder, a .py, an .mpy?), and each
answer is a walk through littlefs. While these folders are open, they hold whatever .mpy is asked
for and nothing else (no folders, no __init__: host_tools/build/compact/places.py), and only the
file itself is read: the unit is up in less than half the time. Nothing but imports of what was
flashed uses these folders then; a file that is missing after all is an OSError.
"""

import vfs

_FILE = (0x8000, 0, 0, 0, 0, 0, 0, 0, 0, 0)
_FOLDER = (0x4000, 0, 0, 0, 0, 0, 0, 0, 0, 0)
_ENOENT = 2


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


class ModuleFolders:
    """A context: the folders that hold modules and nothing else, as ("/core", ...)."""

    def __init__(self, folders):
        self._folders = folders
        self._open = []

    def __enter__(self):
        files = [mounted for mounted, path in vfs.mount() if path == "/"][0]
        try:
            for folder in self._folders:
                if folder not in self._open:
                    self._open.append(folder)
                    vfs.mount(_Folder(files, folder), folder)
        except BaseException:  # Ctrl-C
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        while self._open:
            try:
                vfs.umount(self._open.pop())
            except OSError:
                pass  # it never got so far
