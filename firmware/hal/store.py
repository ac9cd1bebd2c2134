# SPDX-License-Identifier: MIT
"""Values that survive power loss at any byte: two copies each, with a checksum and a number.

A copy goes to a file aside, is flushed, and only then renamed over the old one. Stored means that
both copies hold the value and read back equal: flash that loses the newest file of a day still has
it. Reading takes the newest copy whose checksum fits. What is in both copies is not written again.
"""

import os
import struct
from binascii import crc32

from micropython import const

from core.seldom import seldom

_MAGIC = const(0x5041)
_HEAD = ">HIII"  # magic, crc32 of all after it, number of the write, length
_HEAD_SIZE = const(14)
_BEYOND_INLINE = const(256)  # littlefs keeps less beside the name, and needs no block


class Store:
    """Files in one folder, made if missing. alive(): called between any two steps that take
    time: flash that is slow is no program that hangs."""

    @seldom
    def __init__(self, folder="/store", alive=None):
        self._folder = folder
        self._alive = alive
        self.writes = 0  # copies written or taken away since the start
        try:
            os.mkdir(folder)
        except OSError:
            pass  # it is there already

    @seldom
    def find_room(self):
        """Let the file system look for free blocks now. It walks through all files for it at the
        first write after a start, in one step, which took 3 s on an emulated chip. It counts as
        the write of this start."""
        path = self._folder + "/room"
        try:
            with open(path, "wb") as file:
                file.write(bytes(_BEYOND_INLINE))
            os.remove(path)
        except OSError:
            pass  # a write will say so

    @seldom
    def read(self, key: str):
        """Newest whole copy of a value, bytes, or None if there is none."""
        return self._newest(self._copies(key))[1]

    @seldom
    def write(self, key: str, data: bytes) -> bool:
        """Replace a value. True only if both copies hold it and read back equal."""
        copies = self._copies(key)
        number, newest = self._newest(copies)
        if newest != data:
            number += 1
        # The older copy first: at any moment one is whole.
        for copy in (1, 0) if copies[0][0] > copies[1][0] else (0, 1):
            if copies[copy] != (number, data) and not self._put(key, copy, number, data):
                return False
        return True

    @seldom
    def remove(self, key: str) -> bool:
        """Forget a value: after a loss of power in here it is whole, or gone. Is it gone?"""
        copies = self._copies(key)
        older = 1 if copies[0][0] > copies[1][0] else 0
        # The older copy first: alone, it would come back.
        for copy in (older, 1 - older):
            for path in (self._path(key, copy) + ".new", self._path(key, copy)):
                self._discard(path)
        return self._copies(key) == [(0, None), (0, None)]

    @seldom
    def _discard(self, path):
        try:
            os.remove(path)
            self.writes += 1
        except OSError:
            pass  # was not there

    @seldom
    def _path(self, key, copy):
        return "%s/%s.%d" % (self._folder, key, copy)

    @seldom
    def _copies(self, key):
        """[(number, data)] of both; (0, None) for one that is not whole."""
        return [self._copy(self._path(key, copy)) for copy in (0, 1)]

    @seldom
    def _newest(self, copies):
        return copies[1] if copies[1][0] > copies[0][0] else copies[0]

    @seldom
    def _put(self, key, copy, number, data):
        """Write one copy. Is it there now?"""
        body = struct.pack(">II", number, len(data)) + data
        path = self._path(key, copy)
        self.writes += 1
        self._goes_on()
        try:
            with open(path + ".new", "wb") as file:
                self._goes_on()
                file.write(struct.pack(">HI", _MAGIC, crc32(body) & 0xFFFFFFFF) + body)
                self._goes_on()
                file.flush()
                self._goes_on()
            self._goes_on()
            if hasattr(os, "sync"):
                os.sync()
                self._goes_on()
            os.rename(path + ".new", path)
        except OSError:
            return False
        self._goes_on()
        return self._copy(path) == (number, data)

    @seldom
    def _goes_on(self):
        if self._alive is not None:
            self._alive()

    @seldom
    def _copy(self, path):
        self._goes_on()
        try:
            with open(path, "rb") as file:
                data = file.read()
        except OSError:
            return 0, None
        if len(data) < _HEAD_SIZE:
            return 0, None
        magic, crc, number, length = struct.unpack(_HEAD, data[:_HEAD_SIZE])
        body = data[6:]
        if (magic != _MAGIC or length != len(data) - _HEAD_SIZE
                or crc != crc32(body) & 0xFFFFFFFF or not number):
            return 0, None
        return number, data[_HEAD_SIZE:]
