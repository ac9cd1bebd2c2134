# SPDX-License-Identifier: MIT
"""What frames say that are rare on the air (rare_bodies.py, which knows all but revisions)."""

import struct

from core.load import load
from core.sharing.frames import (
    HELD, MASK_SHIFT, MASKED_MAX, REMOVED, REVISION, Revision, Row)
from core.sharing.on_demand.digest import ENTRY, ENTRY_SIZE, HEAD, HEAD_SIZE
from core.units import FALLBACKS, UNITS_MAX
from micropython import const

_HALF = const(0x7FFFFFFF)


def read(kind: int, body):
    """What a body of one of these kinds says, or None. Raises nothing but NotLoaded."""
    if kind == REVISION or kind == HELD:
        return _read_revision(body)
    if kind == REMOVED:
        return bytes(body) if len(body) == 4 else None
    return load("core", "sharing", "rare_bodies").read_rare(kind, body)


def _read_revision(body):
    if len(body) < HEAD_SIZE:
        return None
    number, bits, leader, limit, count = struct.unpack_from(HEAD, body)
    mode = bits >> 2
    if (not 0 < number <= _HALF or count > UNITS_MAX or mode >= len(FALLBACKS)
            or len(body) != HEAD_SIZE + count * ENTRY_SIZE):
        return None
    rows = []
    last = 0
    for i in range(count):
        unit, serial, fallback, rating, nameplate, least = struct.unpack_from(
            ENTRY, body, HEAD_SIZE + i * ENTRY_SIZE)
        if unit <= last or not rating >> MASK_SHIFT or [r for r in rows if r.serial == serial]:
            return None
        last = unit
        rows.append(Row(unit, serial, fallback * 10, rating >> MASK_SHIFT,
                        (rating & MASKED_MAX) * 10, nameplate * 1000, least * 1000))
    return Revision(number, leader, bits >> 1 & 1 == 1, FALLBACKS[mode], limit * 100,
                    tuple(rows)), bits & 1 == 1
