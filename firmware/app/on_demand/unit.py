# SPDX-License-Identifier: MIT
"""The start of a unit, and what it stores of its group."""

import json

from app.unit import MEMBER_MS, RECORD
from core import reasons
from core.load import NotLoaded, load
from micropython import const

_START_DELAY_MS = const(30000)  # power is back: vehicles start one after the other


def begin(unit, setup):
    """Member and connector of an app.unit.Unit, open and offering nothing. setup: a Setup of
    setup.py."""
    hal = unit.hal
    now_ms = hal.clock.now_ms()
    unit.member = _member(unit, setup, now_ms)
    unit.errors = setup.errors
    delay_ms = hal.random_u32() % _START_DELAY_MS if hal.power_returned() else 0
    unit.connector = load("core", "connector", "connector").new_connector(
        setup.connector, unit.timing, now_ms, delay_ms, hal.temperature.read_dc() is not None)
    unit._sound = True  # every step so far has come to its end
    unit._late_until_ms = now_ms
    unit._wiring = setup.wiring
    unit._closed = False
    unit._alive_until_ms = now_ms + MEMBER_MS
    unit._step_at_ms = unit._store_at_ms = now_ms
    unit._changes = None  # that the sharing task knows of
    unit._more_frames = False
    unit.searching = None  # of searching.py, while nobody is heard
    unit._unloaded_ms = None  # since when nothing can be loaded
    unit._look_ms = now_ms
    load("app", "events").begin(unit, now_ms)
    unit.tested = None
    unit.web = None  # app.web.Web of this boot, where there is one
    hal.contactor.write(False)


def _member(unit, setup, now_ms):
    record = None if setup.errors else setup.record(unit.hal.store)
    if record is None:
        reason = reasons.NO_GROUP if setup.no_group else reasons.NO_SETTINGS
        return load("core", "sharing", "refusing_member").RefusingMember(
            setup.connector.wired, setup.errors, reason, *setup.groupless())
    return load("core", "sharing", "member").new_member(
        setup.unit, record, unit.timing, unit.hal.random_u32() or 1, now_ms,
        radio=not setup.alone)


def store(unit, now_ms: int) -> bool:
    """Store the member's record if it has one to store; had it?"""
    hal, member = unit.hal, unit.member
    record = member.record_to_store(now_ms)
    if record is None:
        return False
    unit.goes_on()
    ok = False
    try:
        if record:
            ok = hal.store.write(RECORD, _encoded(record))
        else:
            ok = hal.store.remove(RECORD)
    finally:  # what stores it may not be there: then the member waits before it tries again
        member.on_stored(ok, hal.clock.now_ms())
        load("app", "events").stored(unit, now_ms)
    return True


# Before anything is written: as if a file could not be loaded, it is tried again.
def _encoded(record):
    try:
        return json.dumps(record).encode()
    except MemoryError:
        raise NotLoaded("the record has no room")
