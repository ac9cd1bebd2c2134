# SPDX-License-Identifier: MIT
"""Stores the record of a unit's member."""

import json

from app.unit import RECORD
from core.load import NotLoaded, load
from micropython import const

_WRITE_BYTES = const(10240)


def store(unit, now_ms: int) -> bool:
    """Store the member's record if it has one to store; had it?"""
    hal, member = unit.hal, unit.member
    record = member.record_to_store(now_ms)
    if record is None:
        return False
    data = _encoded(record) if record else None
    record = None
    unit.make_room(_WRITE_BYTES)  # the files that have made it are wanted no more
    unit.goes_on()
    ok = False
    try:
        ok = hal.store.remove(RECORD) if data is None else hal.store.write(RECORD, data)
    except MemoryError:  # as if a file could not be loaded: it is tried again
        raise NotLoaded("what is stored has no room")
    finally:  # what stores it may not be there: then the member waits before it tries again
        member.on_stored(ok, hal.clock.now_ms())
        load("app", "happening").stored(unit, now_ms)
    return True


# Before anything is written: as if a file could not be loaded, it is tried again.
def _encoded(record):
    try:
        return json.dumps(record).encode()
    except MemoryError:
        raise NotLoaded("the record has no room")
