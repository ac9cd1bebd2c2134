# SPDX-License-Identifier: MIT
"""Bodies of the frames that are rare on the air: revisions, newcomers, who was removed, names,
sessions.

    revision     number 4 · in force, enabled, fallback (bits 0, 1, 2 to 3) 1 · leader 1 ·
                 limit in 0.1 A 2 · rows 1, and for each: unit 1 · serial 6 · fallback 2 ·
                 rating and wired phases 2 · nameplate in A 1 · smallest current in A 1
    hello        serial 6 · rating and wired phases 2 · nameplate 1 · smallest current 1 ·
                 revision held 4 · its digest 4
    removed      tag of the unit 4
    name         tag of the unit 4 · take it, or only say yours 1 · name
    named        name
    blink        tag of the unit 4 · seconds 1
    asked        tag of the unit 4 · number of a session, 0: the newest, others: fetching.py 4 ·
                 seconds of the calendar or 0 4
    sessions     the number asked for 4 · the one to ask for next, 0: none 4 · records of
                 core/on_demand/session_record.py, from the one asked for down

A name is as unit_name.py says, and may be empty.
Sixteen rows just fit into a frame.
"""

import struct
from collections import namedtuple
from hashlib import sha256

from core.on_demand.unit_name import name_error
from core.sharing.frames import (
    ASKED, BLINK, HELD, HELLO, NAME, NAMED, NO_DIGEST, REMOVED, REVISION, SESSIONS, Revision,
    Row)
from core.units import FALLBACKS, UNITS_MAX
from micropython import const

_HALF = const(0x7FFFFFFF)
_HEAD = ">IBBHB"
_HEAD_SIZE = const(9)
_ENTRY = ">B6sHHBB"
_ENTRY_SIZE = const(13)
_HELLO = ">6sHBBII"
_HELLO_SIZE = const(18)
_DIGEST_MASK = const(0x3FFFFFFF)
_MASK_SHIFT = const(13)
_MASKED_MAX = const(8191)
_ASKED = ">4sII"
_ASKED_SIZE = const(12)
_RECORD_SIZE = const(24)

# What a unit says of itself before it is in any revision.
Hello = namedtuple("Hello", ("serial", "wired", "rating_ma", "nameplate_ma", "min_ma", "revision",
                             "digest"))

# To one unit: sets: it is to take the name; else it is only to say its own.
Name = namedtuple("Name", ("tag", "sets", "name"))
Blink = namedtuple("Blink", ("tag", "seconds"))

# To one unit: to say its sessions, from this number down. now_s: of the calendar, or 0.
Asked = namedtuple("Asked", ("tag", "number", "now_s"))
Sessions = namedtuple("Sessions", ("number", "next", "records"))


def revision_body(revision: Revision, in_force: bool) -> bytes:
    """The group's settings, proposed or in force."""
    body = bytearray(_HEAD_SIZE + len(revision.members) * _ENTRY_SIZE)
    bits = in_force | revision.enabled << 1 | FALLBACKS.index(revision.fallback) << 2
    struct.pack_into(_HEAD, body, 0, revision.number, bits, revision.leader,
                     min(revision.limit_ma // 100, 65535), len(revision.members))
    at = _HEAD_SIZE
    for row in revision.members:
        struct.pack_into(_ENTRY, body, at, row.unit, row.serial, min(row.fallback_ma // 10, 65535),
                         min(row.rating_ma // 10, _MASKED_MAX) | row.wired << _MASK_SHIFT,
                         min(row.nameplate_ma // 1000, 255), row.min_ma // 1000)
        at += _ENTRY_SIZE
    return bytes(body)


def digest(revision) -> int:
    """30 bits that tell two revisions of one number apart (rule 12); NO_DIGEST for None. No more:
    a larger number would be an object of its own wherever one is kept."""
    if revision is None:
        return NO_DIGEST
    whole = sha256(revision_body(revision, False)).digest()
    return int.from_bytes(whole[:4], "big") & _DIGEST_MASK or 1


def hello_body(hello: Hello) -> bytes:
    """Who a unit is that no revision names."""
    return struct.pack(_HELLO, hello.serial,
                       min(hello.rating_ma // 10, _MASKED_MAX) | hello.wired << _MASK_SHIFT,
                       hello.nameplate_ma // 1000, hello.min_ma // 1000, hello.revision,
                       hello.digest)


def name_body(to: Name) -> bytes:
    """To one unit: its name, or to say it."""
    return to.tag + bytes((to.sets,)) + to.name.encode()


def blink_body(to: Blink) -> bytes:
    """To one unit: to show which one it is for some seconds."""
    return to.tag + bytes((min(to.seconds, 255),))


def asked_body(to: Asked) -> bytes:
    """To one unit: to say its sessions."""
    return struct.pack(_ASKED, *to)


def sessions_body(said: Sessions) -> bytes:
    """Some of a unit's sessions; records: bytes."""
    return struct.pack(">II", said.number, said.next) + said.records


def read(kind: int, body):
    """What a body of one of these kinds says, or None. Never raises."""
    if kind == REVISION or kind == HELD:
        return _read_revision(body)
    if kind == HELLO and len(body) == _HELLO_SIZE:
        serial, rating, nameplate, least, revision, held = struct.unpack(_HELLO, body)
        if not rating >> _MASK_SHIFT or revision > _HALF:
            return None
        return Hello(serial, rating >> _MASK_SHIFT, (rating & _MASKED_MAX) * 10,
                     nameplate * 1000, least * 1000, revision, held)
    if kind == REMOVED and len(body) == 4:
        return bytes(body)
    if kind == BLINK and len(body) == 5:
        return Blink(bytes(body[:4]), body[4])
    if kind == ASKED and len(body) == _ASKED_SIZE:
        return Asked(*struct.unpack(_ASKED, body))
    if kind == SESSIONS and len(body) >= 8 and len(body) % _RECORD_SIZE == 8:
        return Sessions(*(struct.unpack_from(">II", body) + (bytes(body[8:]),)))
    if kind == NAMED:
        return _read_name(body)
    if kind == NAME and len(body) > 4 and body[4] < 2:
        name = _read_name(body[5:])
        return None if name is None else Name(bytes(body[:4]), body[4] == 1, name)
    return None


def _read_name(body):
    try:
        name = str(bytes(body), "utf-8")
    except ValueError:  # UnicodeError is one
        return None
    return None if name_error(name) else name


def _read_revision(body):
    if len(body) < _HEAD_SIZE:
        return None
    number, bits, leader, limit, count = struct.unpack_from(_HEAD, body)
    mode = bits >> 2
    if (not 0 < number <= _HALF or count > UNITS_MAX or mode >= len(FALLBACKS)
            or len(body) != _HEAD_SIZE + count * _ENTRY_SIZE):
        return None
    rows = []
    last = 0
    for i in range(count):
        unit, serial, fallback, rating, nameplate, least = struct.unpack_from(
            _ENTRY, body, _HEAD_SIZE + i * _ENTRY_SIZE)
        if unit <= last or not rating >> _MASK_SHIFT or [r for r in rows if r.serial == serial]:
            return None
        last = unit
        rows.append(Row(unit, serial, fallback * 10, rating >> _MASK_SHIFT,
                        (rating & _MASKED_MAX) * 10, nameplate * 1000, least * 1000))
    return Revision(number, leader, bits >> 1 & 1 == 1, FALLBACKS[mode], limit * 100,
                    tuple(rows)), bits & 1 == 1
