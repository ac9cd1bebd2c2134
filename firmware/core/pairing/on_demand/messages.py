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
a tag can be believed, and only by who has the key. Texts may come from anybody: what is no letter
becomes "?".
"""

import struct
from collections import namedtuple

from core.units import UNIT_MAX
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

# Bits of the flags of HERE.
VEHICLE = const(1)  # one is plugged in
HAS_KEY = const(2)  # of the group of the leader that the session is of
BUSY = const(4)  # with an attempt
NOT_SET_UP = const(8)  # its breaker or its phases are not known: it can be in no group

_HEAD = ">HBBB8s6s"
GIVE_HEAD_SIZE = const(21)  # with the attempt: what is authenticated and not hidden
_HEAD_SIZE = const(19)
_GRANT = ">32sB4sIII"
_GRANT_SIZE = const(49)
_BODIES = ">BBH", ">4sBB", ">H6s32s", ">H32s16s", ">H65s", ">HB16s", ">B", ">H"
_HALF = const(0x7FFFFFFF)  # as of the group's frames
_FRAME_MAX = const(250)

# oldest, newest: versions of the sender. body: a tuple of the numbers and bytes above; of HERE
# (nonce, flags, signal, name, board, version); None of a version that is not ours.
Message = namedtuple("Message", ("kind", "session", "serial", "oldest", "newest", "body"))


def made(kind: int, session: bytes, serial: bytes, *body) -> bytes:
    """A message; body: what its layout says, of HERE without the texts."""
    return (struct.pack(_HEAD, MAGIC, VERSION, OLDEST, kind, session, serial)
            + struct.pack(_BODIES[kind - 1], *body))


def texts(name: str, board: str, version: str) -> bytes:
    """What is added to a HERE, each cut at a letter to what has room."""
    out = b""
    for text, most in ((name, NAME_MAX), (board, BOARD_MAX), (version, VERSION_MAX)):
        while len(text.encode()) > most:
            text = text[:-1]
        data = text.encode()
        out += bytes([len(data)]) + data
    return out


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
    if kind == HERE and body is not None:
        words = _read_texts(payload, end)
        body = body + words if words else None
    if body is None or kind > HERE and (size > end or not speaks(oldest, newest)):
        return None
    return Message(kind, session, serial, oldest, newest, body)


def speaks(oldest: int, newest: int) -> bool:
    """Do a sender's versions overlap with ours?"""
    return oldest <= VERSION and newest >= OLDEST


def versions(leader_oldest, leader_newest, unit_oldest, unit_newest) -> bytes:
    """What both sides must have seen alike: nobody in between makes them speak an older one."""
    return bytes([leader_oldest, leader_newest, unit_oldest, unit_newest])


def grant(key: bytes, leader: int, leader_tag: bytes, epoch: int, sequence: int,
          floor: int) -> bytes:
    """The record of a GIVE, as core/group/on_demand/record.py's joining_record wants it. key: 32
    bytes, leader: unit number, leader_tag: 4 bytes; the others 0 to 2**31 - 1."""
    return struct.pack(_GRANT, key, leader, leader_tag, epoch, sequence, floor)


def granted(record):
    """The arguments of `grant` from the record of a GIVE, or None if it cannot be one."""
    if record is None or len(record) != _GRANT_SIZE:
        return None
    found = struct.unpack(_GRANT, record)
    right = any(found[0]) and 1 <= found[1] <= UNIT_MAX and max(found[3:]) <= _HALF
    return found if right else None


def _read_texts(payload, at):
    words = []
    for most in (NAME_MAX, BOARD_MAX, VERSION_MAX):
        size = payload[at] if at < len(payload) else _FRAME_MAX
        at += 1 + size
        if size > most or at > len(payload):
            return None
        try:
            text = str(payload[at - size:at], "utf-8")
        except UnicodeError:
            text = "?" * min(size, 1)
        words.append("".join([c if _is_letter(c) else "?" for c in text]))
    return tuple(words)


# What moves a cursor, hides letters or turns their order round is none.
def _is_letter(c):
    return (" " <= c < "\x7f" or "\x9f" < c < "\u200b" or "\u200f" < c < "\u2028"
            or "\u202f" < c < "\u2060" or "\u206f" < c != "\ufeff")
