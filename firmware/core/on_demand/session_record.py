# SPDX-License-Identifier: MIT
"""The last 200 sessions as fixed records in two blocks of a store, and the one that goes on.

A record is 24 bytes: number 4, when it began in seconds of a calendar or 0 4, its length in s 4,
energy in Wh 4, the unit's total in Wh with it 4, largest current in 0.1 A 2, how it ended 1, and 1
for an estimate 1. Session n has place n % 200. The total is in each of them, so that it never runs
backwards whatever is lost: the largest one counts.
"""

import struct
from collections import namedtuple

from micropython import const

# total_wh: of the unit, with this session; most_ma: largest current; ended: below.
Record = namedtuple("Record", ("number", "start_s", "length_s", "energy_wh", "total_wh", "most_ma",
                               "ended", "estimate"))
GOES_ON = const(0)
UNPLUGGED = const(1)
INTERRUPTED = const(2)  # the unit started anew meanwhile
ENDS = ("goes_on", "unplugged", "interrupted")

KEPT = const(200)
IN_BLOCK = const(100)
SIZE = const(24)
_LAYOUT = ">IIIIIHBB"
_MOST = const(0xFFFFFFFF)


def packed(record: Record) -> bytes:
    """A record's bytes; what has no room in it becomes the most that has."""
    number, start_s, length_s, energy_wh, total_wh, most_ma, ended, estimate = record
    return struct.pack(_LAYOUT, number & _MOST, min(start_s, _MOST), min(length_s, _MOST),
                       min(energy_wh, _MOST), min(total_wh, _MOST), min(most_ma // 100, 0xFFFF),
                       ended, estimate)


def record_from(data: bytes, at: int = 0):
    """The Record at a place in bytes, or None if there is none."""
    if len(data) < at + SIZE:
        return None
    fields = struct.unpack_from(_LAYOUT, data, at)
    if not fields[0] or fields[6] >= len(ENDS):
        return None
    return Record(*(fields[:5] + (fields[5] * 100, fields[6], fields[7] & 1 == 1)))


def block_of(number: int) -> int:
    """0 or 1: in which block a session has its place."""
    return number % KEPT // IN_BLOCK


def put(block: bytes, record: Record) -> bytes:
    """A block with this record in its place."""
    at = record.number % IN_BLOCK * SIZE
    whole = bytearray(IN_BLOCK * SIZE)
    whole[:len(block)] = block[:len(whole)]
    whole[at:at + SIZE] = packed(record)
    return bytes(whole)


def newest(block: bytes):
    """The Record with the largest number in a block, or None."""
    found = None
    for at in range(0, len(block), SIZE):
        record = record_from(block, at)
        if record is not None and (found is None or record.number > found.number):
            found = record
    return found
