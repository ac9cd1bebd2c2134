# SPDX-License-Identifier: MIT
"""The start of a unit."""

from app.unit import MEMBER_MS
from core import reasons
from core.load import let_go, load
from micropython import const

_START_DELAY_MS = const(30000)  # power is back: vehicles start one after the other


def begin(unit, setup):
    """Member and connector of an app.unit.Unit, open and offering nothing. setup: a Setup of
    setup.py."""
    hal = unit.hal
    fit(unit, setup, hal.power_returned())
    now_ms = hal.clock.now_ms()
    unit._alive_until_ms = now_ms + MEMBER_MS
    unit._store_at_ms = now_ms
    unit._more_frames = False
    unit._unloaded_ms = None  # since when nothing can be loaded
    unit._look_ms = now_ms
    load("app", "events").begin(unit, now_ms)
    unit.tested = None


def fit(unit, setup, power_returned=False):
    """Make the unit what its settings say: at its start, and when its owner changes them while it
    is in no group and offers nothing. power_returned: then a vehicle does not start at once."""
    hal = unit.hal
    now_ms = hal.clock.now_ms()
    member = _member(unit, setup, now_ms)
    delay_ms = hal.random_u32() % _START_DELAY_MS if power_returned else 0
    let_go()
    connector = load("core", "connector", "connector").new_connector(
        setup.connector, unit.timing, now_ms, delay_ms, hal.temperature.read_dc() is not None)
    # From here on, until all of it is there, a step of the pilot path does nothing but open.
    unit._sound = False
    unit.member, unit.connector = member, connector
    unit.errors = setup.errors
    unit._late_until_ms = unit._step_at_ms = now_ms
    unit._wiring = setup.wiring
    unit._closed = False
    unit._changes = None  # that the sharing task knows of
    unit.searching = None  # of searching.py, while nobody is heard
    hal.contactor.write(False)
    unit._sound = True  # every step so far has come to its end


def _member(unit, setup, now_ms):
    record = None if setup.errors else setup.record(unit.hal.store)
    if record is None:
        reason = reasons.NO_GROUP if setup.no_group else reasons.NO_SETTINGS
        return load("core", "sharing", "refusing_member").RefusingMember(
            setup.connector.wired, setup.errors, reason, *setup.groupless())
    let_go()  # what has checked the record: a start is when memory is shortest
    return load("core", "sharing", "member").new_member(
        setup.unit, record, unit.timing, unit.hal.random_u32() or 1, now_ms,
        radio=not setup.alone)
