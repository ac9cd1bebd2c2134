# SPDX-License-Identifier: MIT
"""Messages of a pairing: fixed layouts, and no raising whatever arrives.

Every message, big endian:

    magic 2 · version 1 · oldest version understood 1 · kind 1 · session 8 · serial 6 · body

The session is the leader's, random for each time that pairing is opened. The serial is the
leader's in OPEN, else that of the unit that sends or is meant. Bodies:

    OPEN   leader's unit number 1 · channel 1 · id of its group 2
    HERE   nonce 4 · flags 1 · signal 1 · name · board · version, each with its length 1 before it
    BEGIN  attempt 2 · leader's serial 6 · share 32
    SHARE  attempt 2 · share 32 · tag 16
    GIVE   attempt 2 · grant 49, hidden · tag 16
    TAKEN  attempt 2 · stored? 1 · tag 16
    BLINK  seconds 1
    WRONG  attempt 2

Of all versions, OPEN and HERE begin like this, and may go on: so units with another version can
be shown with the reason. Others are refused where the versions do not overlap. Only what carries
a tag can be believed, and only by who has the key.
"""

import struct
from collections import namedtuple

from micropython import const

MAGIC = const(0xA9C6)
VERSION = const(1)
OLDEST = const(1)

OPEN = const(1)
HERE = const(2)
BEGIN = const(3)
SHARE = const(4)
GIVE = const(5)
TAKEN = const(6)
BLINK = const(7)
WRONG = const(8)

SESSION_SIZE = const(8)
SHARE_SIZE = const(32)
NONCE_SIZE = const(4)
NAME_MAX = const(24)
BOARD_MAX = const(16)
VERSION_MAX = const(12)
BLINK_MAX_S = const(30)
NO_SIGNAL = const(127)
FRESH_MS = const(10000)  # who has not been heard for so long is not there

# Bits of the flags of HERE.
VEHICLE = const(1)  # one is plugged in
HAS_KEY = const(2)  # of the group of the leader that the session is of
BUSY = const(4)  # with an attempt
NOT_SET_UP = const(8)  # its breaker or its phases are not known: it can be in no group

_HEAD = ">HBBB8s6s"
GIVE_HEAD_SIZE = const(21)  # with the attempt: what is authenticated and not hidden
_HEAD_SIZE = const(19)
_BODIES = ">BBH", ">4sBB", ">H6s32s", ">H32s16s", ">H65s", ">HB16s", ">B", ">H"
_FRAME_MAX = const(250)

# oldest, newest: versions of the sender. body: a tuple of the numbers and bytes above; of HERE the
# texts are still as they came: core/pairing/on_demand/listing.py reads them.
Message = namedtuple("Message", ("kind", "session", "serial", "oldest", "newest", "body"))


def made(kind: int, session: bytes, serial: bytes, *body) -> bytes:
    """A message; body: what its layout says, of HERE without texts."""
    return (struct.pack(_HEAD, MAGIC, VERSION, OLDEST, kind, session, serial)
            + struct.pack(_BODIES[kind - 1], *body))


def read(payload: bytes):
    """Message, or None for everything else."""
    size = len(payload)
    if not _HEAD_SIZE < size <= _FRAME_MAX:
        return None
    magic, newest, oldest, kind, session, serial = struct.unpack_from(_HEAD, payload)
    if magic != MAGIC or not OPEN <= kind <= WRONG or oldest > newest:
        return None
    layout = _BODIES[kind - 1]
    end = _HEAD_SIZE + struct.calcsize(layout)
    body = struct.unpack_from(layout, payload, _HEAD_SIZE) if size >= end else None
    if body is None or kind > HERE and (size > end or not speaks(oldest, newest)):
        return None
    if kind == HERE:
        body += (payload[end:],)
    return Message(kind, session, serial, oldest, newest, body)


def speaks(oldest: int, newest: int) -> bool:
    """Do a sender's versions overlap with ours?"""
    return oldest <= VERSION and newest >= OLDEST
