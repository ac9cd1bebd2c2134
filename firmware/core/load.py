# SPDX-License-Identifier: MIT
"""Files that are loaded for a moment: all that lie in a folder on_demand.

A board has room for what runs all the time, and not for what an owner does now and then, or what
happens once in a boot. Such a file holds functions, which are given the object that they work on.
It stays for some seconds, as the next call often wants it again, until `let_go()`.

On a board all of them lie in one folder at the top, for a board keeps for ever the name of each
file that it has loaded: the build gives load() a short name alone, and that folder's for _FOLDER
(host_tools/build/compact/places.py).
"""

import sys

_FOLDER = "on_demand"


class NotLoaded(Exception):
    """A file could not be loaded: the flash or the memory. Nothing has been done, and the caller
    may try again later. Its text is for people."""


def load(*path):
    """load("core", "group", "change") gives the file core/group/on_demand/change.py. Call this
    before anything is changed. Raises NotLoaded."""
    name = ".".join(path[:-1] + (_FOLDER, path[-1]))
    found = sys.modules.get(name)
    if found is not None:
        return found
    try:
        return __import__(name, None, None, (path[-1],))
    except BaseException as error:  # also Ctrl-C: what came only half-way must not be found again
        let_go()
        if isinstance(error, (MemoryError, ImportError, OSError)):
            raise NotLoaded("%s could not be loaded: try again" % name)
        raise


def drop(*path):
    """Forget one of them that is not wanted again soon."""
    _forget(".".join(path[:-1] + (_FOLDER, path[-1])))


def let_go():
    """Forget the files that were loaded so, and folders that hold nothing else. What still runs is
    held by whoever runs it."""
    for name in sorted(sys.modules, reverse=True):  # what is in a folder before the folder
        module = sys.modules[name]
        empty = hasattr(module, "__path__") and not [n for n in dir(module) if n[:2] != "__"]
        if _FOLDER in name.split(".") or "." in name and empty:
            _forget(name)


def _forget(name):
    folder, _, leaf = name.rpartition(".")
    sys.modules.pop(name, None)
    if hasattr(sys.modules.get(folder), leaf):  # not after a load that failed
        delattr(sys.modules[folder], leaf)
