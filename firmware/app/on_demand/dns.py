# SPDX-License-Identifier: MIT
"""A name server for a network that leads nowhere: every name is the unit.

Only a plain question for one name is answered, for an address of IPv4 with the unit's, for
anything else with nothing. What is no such question costs nothing (RFC 1035, 4.1).
"""

import struct

from micropython import const

_HEAD = const(12)
_NAME_MAX = const(255)
_TYPE_A, _TYPE_ANY, _CLASS_IN = const(1), const(255), const(1)
_RESPONSE = const(0x8400)  # an answer, by who knows
_QUERY = const(0xF800)  # bits that are 0 in a plain question
_RECURSE = const(0x0100)
_SECONDS = const(10)  # a name may mean another thing soon, in another network


def answer(query: bytes, address: bytes):
    """What is sent back, or None. address: 4 bytes."""
    if len(query) < _HEAD + 5:
        return None
    number, flags, questions = struct.unpack_from(">HHH", query)
    if flags & _QUERY or questions != 1:
        return None
    end = _name_end(query)
    if end is None or len(query) < end + 4:
        return None
    kind, group = struct.unpack_from(">HH", query, end)
    found = group == _CLASS_IN and (kind == _TYPE_A or kind == _TYPE_ANY)
    head = struct.pack(">HHHHHH", number, _RESPONSE | flags & _RECURSE, 1, found, 0, 0)
    told = head + query[_HEAD:end + 4]
    if found:  # 0xC00C: the name in the question
        told += struct.pack(">HHHIH", 0xC00C, _TYPE_A, _CLASS_IN, _SECONDS, 4) + address
    return told


def _name_end(query):
    at = _HEAD
    while at < len(query) and at - _HEAD < _NAME_MAX:
        size = query[at]
        if size == 0:
            return at + 1
        if size > 63:  # a pointer: not in a question
            return None
        at += size + 1
    return None
