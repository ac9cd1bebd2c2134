# SPDX-License-Identifier: MIT
"""What is done with stored values: functions on a hal.store.Store."""

import os
import struct
from binascii import crc32

from micropython import const

_MAGIC = const(0x5041)
_SUM = ">HI"  # magic, crc32 of all after it
_NUMBERS = ">II"  # number of the write, length of the data, which follows
_SUM_SIZE = const(6)
_HEAD_SIZE = const(14)
_WORD = const(0xFFFFFFFF)
_PIECE = const(256)
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
    number, newest = 0, None
    for copy in (0, 1):
        found, data = _copy(store, _path(store, key, copy))
        if found > number:
            number, newest = found, data
    return newest


def write(store, key: str, data: bytes) -> bool:
    """Replace a value. True only if both copies hold it and read back equal."""
    copies = _copies(store, key, data)
    number, is_it = copies[1] if copies[1][0] > copies[0][0] else copies[0]
    if not is_it:
        number += 1
    # The older copy first: at any moment one is whole.
    for copy in (1, 0) if copies[0][0] > copies[1][0] else (0, 1):
        if copies[copy] != (number, True) and not _put(store, key, copy, number, data):
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
    return _copies(store, key) == [(0, False), (0, False)]


def _discard(store, path):
    try:
        os.remove(path)
        store.writes += 1
    except OSError:
        pass  # was not there


def _path(store, key, copy):
    return "%s/%s.%d" % (store._folder, key, copy)


def _copies(store, key, data=None):
    """What both copies are: see _look()."""
    return [_look(store, _path(store, key, copy), data) for copy in (0, 1)]


def _put(store, key, copy, number, data):
    """Write one copy. Is it there now?"""
    path = _path(store, key, copy)
    numbers = struct.pack(_NUMBERS, number, len(data))
    store.writes += 1
    _goes_on(store)
    try:
        with open(path + ".new", "wb") as file:
            _goes_on(store)
            file.write(struct.pack(_SUM, _MAGIC, crc32(data, crc32(numbers)) & _WORD) + numbers)
            _goes_on(store)
            file.write(data)
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
    return _look(store, path, data) == (number, True)


def _goes_on(store):
    if store._alive is not None:
        store._alive()


def _look(store, path, data):
    """(number of a copy, has it this data?); (0, False) for one that is not whole. It is read in
    pieces: in a heap full of small holes there may be no room for it."""
    _goes_on(store)
    at, is_it = 0, data is not None
    try:
        with open(path, "rb") as file:
            head = file.read(_HEAD_SIZE)
            found = crc32(head[_SUM_SIZE:])
            piece = file.read(_PIECE)
            while piece:
                found = crc32(piece, found)
                is_it = is_it and piece == data[at:at + len(piece)]
                at += len(piece)
                piece = file.read(_PIECE)
    except OSError:
        return 0, False
    number = _number(head, at, found)
    return number, number > 0 and is_it and at == len(data)


def _copy(store, path):
    """(number of a copy, its data); (0, None) for one that is not whole."""
    _goes_on(store)
    try:
        with open(path, "rb") as file:
            head = file.read(_HEAD_SIZE)
            data = file.read()
    except OSError:
        return 0, None
    number = _number(head, len(data), crc32(data, crc32(head[_SUM_SIZE:])))
    return number, data if number else None


# 0: it is not whole.
def _number(head, size, found):
    if len(head) < _HEAD_SIZE:
        return 0
    magic, crc = struct.unpack(_SUM, head[:_SUM_SIZE])
    number, length = struct.unpack(_NUMBERS, head[_SUM_SIZE:])
    return number if magic == _MAGIC and length == size and crc == found & _WORD else 0
