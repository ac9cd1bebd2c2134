# SPDX-License-Identifier: MIT
"""Values that survive power loss at any byte: two copies each, with a checksum and a number.

A write goes to a file aside, is flushed, read back, and only then renamed over the older copy.
Reading takes the newest copy whose checksum fits. Flash is not written in steady state.
"""

import os
import struct
from binascii import crc32

from micropython import const

from core.seldom import seldom

_MAGIC = const(0x5041)
_HEAD = ">HIII"  # magic, number of the write, length, crc32 of all after it
_HEAD_SIZE = const(14)


class Store:
    """Files in one folder, made if missing."""

    def __init__(self, folder="/store"):
        self._folder = folder
        try:
            os.mkdir(folder)
        except OSError:
            pass  # it is there already

    @seldom
    def read(self, key: str):
        """Newest whole copy of a value, bytes, or None if there is none."""
        return self._newest(key)[2]

    @seldom
    def write(self, key: str, data: bytes) -> bool:
        """Replace a value. True only if the new copy was written and reads back equal."""
        number, newest, old = self._newest(key)
        if old == data:
            return True
        body = struct.pack(">II", number + 1, len(data)) + data
        path = self._path(key, 1 - newest)
        aside = path + ".new"
        try:
            with open(aside, "wb") as file:
                file.write(struct.pack(">HI", _MAGIC, crc32(body) & 0xFFFFFFFF) + body)
                file.flush()
            if hasattr(os, "sync"):
                os.sync()
            os.rename(aside, path)
        except OSError:
            return False
        return self._copy(path) == (number + 1, data)

    @seldom
    def remove(self, key: str):
        """Forget a value."""
        for copy in (0, 1):
            for path in (self._path(key, copy), self._path(key, copy) + ".new"):
                try:
                    os.remove(path)
                except OSError:
                    pass  # was not there

    @seldom
    def _path(self, key, copy):
        return "%s/%s.%d" % (self._folder, key, copy)

    @seldom
    def _newest(self, key):
        """(number, copy, data) of the newest whole copy; (0, 1, None) if none."""
        best = (0, 1, None)
        for copy in (0, 1):
            found = self._copy(self._path(key, copy))
            if found is not None and found[0] > best[0]:
                best = (found[0], copy, found[1])
        return best

    @seldom
    def _copy(self, path):
        try:
            with open(path, "rb") as file:
                data = file.read()
        except OSError:
            return None
        if len(data) < _HEAD_SIZE:
            return None
        magic, crc, number, length = struct.unpack(_HEAD, data[:_HEAD_SIZE])
        body = data[6:]
        if (magic != _MAGIC or length != len(data) - _HEAD_SIZE
                or crc != crc32(body) & 0xFFFFFFFF):
            return None
        return number, data[_HEAD_SIZE:]
