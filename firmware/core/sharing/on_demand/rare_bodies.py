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

from core.on_demand.unit_name import name_error
from core.sharing.frames import (
    ASKED, BLINK, HELLO, MASK_SHIFT, MASKED_MAX, NAME, NAMED, SESSIONS)
from micropython import const

_HALF = const(0x7FFFFFFF)
_HELLO = ">6sHBBII"
_HELLO_SIZE = const(18)
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


def hello_body(hello: Hello) -> bytes:
    """Who a unit is that no revision names."""
    return struct.pack(_HELLO, hello.serial,
                       min(hello.rating_ma // 10, MASKED_MAX) | hello.wired << MASK_SHIFT,
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


def read_rare(kind: int, body):
    """rare_read.read() of all but revisions, and who was removed."""
    if kind == HELLO and len(body) == _HELLO_SIZE:
        serial, rating, nameplate, least, revision, held = struct.unpack(_HELLO, body)
        if not rating >> MASK_SHIFT or revision > _HALF:
            return None
        return Hello(serial, rating >> MASK_SHIFT, (rating & MASKED_MAX) * 10,
                     nameplate * 1000, least * 1000, revision, held)
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
