# SPDX-License-Identifier: MIT
"""What is done with stored values: functions on a hal.store.Store."""

import os
import struct
from binascii import crc32

from micropython import const

_MAGIC = const(0x5041)
_HEAD = ">HIII"  # magic, crc32 of all after it, number of the write, length
_HEAD_SIZE = const(14)
_BEYOND_INLINE = const(256)  # littlefs keeps less beside the name, and needs no block


def begin(store):
    """Make the folder."""
    try:
        os.mkdir(store._folder)
    except OSError:
        pass  # it is there already


def find_room(store):
    """Let the file system look for free blocks now. It walks through all files for it at the
    first write after a start, in one step, which took 3 s on an emulated chip. It counts as
    the write of this start."""
    path = store._folder + "/room"
    try:
        with open(path, "wb") as file:
            file.write(bytes(_BEYOND_INLINE))
        os.remove(path)
    except OSError:
        pass  # a write will say so


def read(store, key: str):
    """Newest whole copy of a value, bytes, or None if there is none."""
    return _newest(_copies(store, key))[1]


def write(store, key: str, data: bytes) -> bool:
    """Replace a value. True only if both copies hold it and read back equal."""
    copies = _copies(store, key)
    number, newest = _newest(copies)
    if newest != data:
        number += 1
    # The older copy first: at any moment one is whole.
    for copy in (1, 0) if copies[0][0] > copies[1][0] else (0, 1):
        if copies[copy] != (number, data) and not _put(store, key, copy, number, data):
            return False
    return True


def remove(store, key: str) -> bool:
    """Forget a value: after a loss of power in here it is whole, or gone. Is it gone?"""
    copies = _copies(store, key)
    older = 1 if copies[0][0] > copies[1][0] else 0
    # The older copy first: alone, it would come back.
    for copy in (older, 1 - older):
        for path in (_path(store, key, copy) + ".new", _path(store, key, copy)):
            _discard(store, path)
    return _copies(store, key) == [(0, None), (0, None)]


def _discard(store, path):
    try:
        os.remove(path)
        store.writes += 1
    except OSError:
        pass  # was not there


def _path(store, key, copy):
    return "%s/%s.%d" % (store._folder, key, copy)


def _copies(store, key):
    """[(number, data)] of both; (0, None) for one that is not whole."""
    return [_copy(store, _path(store, key, copy)) for copy in (0, 1)]


def _newest(copies):
    return copies[1] if copies[1][0] > copies[0][0] else copies[0]


def _put(store, key, copy, number, data):
    """Write one copy. Is it there now?"""
    body = struct.pack(">II", number, len(data)) + data
    path = _path(store, key, copy)
    store.writes += 1
    _goes_on(store)
    try:
        with open(path + ".new", "wb") as file:
            _goes_on(store)
            file.write(struct.pack(">HI", _MAGIC, crc32(body) & 0xFFFFFFFF) + body)
            _goes_on(store)
            file.flush()
            _goes_on(store)
        _goes_on(store)
        if hasattr(os, "sync"):
            os.sync()
            _goes_on(store)
        os.rename(path + ".new", path)
    except OSError:
        return False
    _goes_on(store)
    return _copy(store, path) == (number, data)


def _goes_on(store):
    if store._alive is not None:
        store._alive()


def _copy(store, path):
    _goes_on(store)
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
