# SPDX-License-Identifier: MIT
"""Files that are loaded for a moment: all that lie in a folder on_demand.

A board has room for what runs all the time, and not for what an owner does now and then, or what
happens once in a boot. Such a file holds functions, which are given the object that they work on.
It stays for some seconds, as the next call often wants it again, until `let_go()`.

On a board all of them lie in one folder at the top: the build gives load() a short name alone, and
that folder's for _FOLDER (host_tools/build/compact/places.py). Python would keep for ever the name
and the path of each file that it has imported; so there the interpreter's table of modules has,
under WAY, a function that brings them all under one name (device/module_folders.py).
"""

import sys

_FOLDER = "on_demand"
WAY = "on demand"  # no name of a module


class NotLoaded(Exception):
    """A file could not be loaded: the flash or the memory. Nothing has been done, and the caller
    may try again later. Its text is for people."""


_FULL = NotLoaded("there is no memory for it: try again")  # where there is none for a new one


def load(*path):
    """load("core", "group", "change") gives the file core/group/on_demand/change.py. Call this
    before anything is changed. Raises NotLoaded."""
    try:
        name = _name(path)
        found = sys.modules.get(name)
        if found is None:
            bring = sys.modules.get(WAY)
            if bring is None:
                return __import__(name, None, None, (path[-1],))
            found = sys.modules[name] = bring(path[-1])
        return found
    except BaseException as error:  # also Ctrl-C: what came only half-way must not be found again
        failed = _failed(path)
        if isinstance(error, (MemoryError, ImportError, OSError)):
            raise failed
        raise


# Where the memory is full this needs some as well.
def _failed(path):
    try:
        let_go()
        return NotLoaded("%s could not be loaded: try again" % _name(path))
    except MemoryError:
        return _FULL


def _name(path):
    return ".".join(path[:-1] + (_FOLDER, path[-1]))


def missing(paths) -> int:
    """How many of these would have to be loaded."""
    return len([path for path in paths if _name(tuple(path)) not in sys.modules])


def drop(*path):
    """Forget one of them that is not wanted again soon."""
    _forget(_name(path))


def let_go():
    """Forget the files that were loaded so, and folders that hold nothing else. What still runs is
    held by whoever runs it."""
    for name in sorted(sys.modules, reverse=True):  # what is in a folder before the folder
        if _FOLDER in name.split(".") or "." in name and _is_empty(sys.modules[name]):
            _forget(name)


# Never asked of a package at the top, as asyncio: in MicroPython dir() looks for each name that
# there is anywhere, and asyncio imports what it is asked for.
def _is_empty(module):
    return hasattr(module, "__path__") and not [n for n in dir(module) if n[:2] != "__"]


def _forget(name):
    folder, _, leaf = name.rpartition(".")
    sys.modules.pop(name, None)
    if hasattr(sys.modules.get(folder), leaf):  # not after a load that failed
        delattr(sys.modules[folder], leaf)
