# SPDX-License-Identifier: MIT
"""A leader pairs: it looks for units without a group, and its owner says which of them join.

Each function is given the app.unit.Unit, and gives values, or a refusal: see owner.py.
"""

from app.on_demand import jobs
from core.load import load
from core.on_demand.serial import serial_from
from micropython import const

_OPEN_MS = const(300000)


def pair(unit, first, second):
    """As owner.pair() says."""
    now_ms = unit.hal.clock.now_ms()
    error = _open(unit, now_ms)
    if error:
        return error
    if first is None:
        return unit.pairing.found(now_ms)
    serial, code, error = _named(first, second)
    return error or load("app", "admitting").admit(unit.pairing, serial, code, now_ms)


def replace(unit, number, has_no_power, by):
    """As owner.replace() says: pairing is open, and the unit that joins next takes this place."""
    now_ms = unit.hal.clock.now_ms()
    leader = unit.member.leader
    if leader is None:
        return load("core", "sharing", "names").elsewhere(unit.member)
    if number == leader.unit:
        return "replace_leader", number
    units = [row.unit for row in leader.revisions.newest().members]
    if number not in units:
        return "not_in_group", number, units
    error = _open(unit, now_ms)
    if error is None:
        unit.pairing.replaces = (number, has_no_power, by)
    return error


def state(unit, now_ms):
    """As owner.pairing() says."""
    job = opened(unit)
    if job is None:
        return None
    return ((job.until_ms - now_ms) // 1000, -(-job.closed_ms(now_ms) // 1000),
            [(found, job.said.get(found.serial)) for found in job.found(now_ms)])


# By what it has, and not by its class: this file may have been loaded anew since.
def opened(unit):
    """The job of a leader that pairs, or None."""
    return unit.pairing if hasattr(unit.pairing, "until_ms") else None


def close(unit):
    """No code is taken and nobody is looked for any more."""
    if opened(unit) is not None:
        jobs.end(unit, unit.pairing)
        unit.pairing = None


# (serial or None, code or None, error) of what an owner typed.
def _named(first, second):
    if type(first) is not str or type(second) not in (str, type(None)):
        return None, None, ("pair_kind",)
    try:
        serial = serial_from(first)
    except ValueError:
        serial = None
    if second is None:
        return serial, None if serial else first, None
    if serial is None:
        # What is too long is not said again: a code, perhaps, in the wrong place.
        return None, None, ("serial_form", first if len(first) < 13 else "too long")
    return serial, second, None


# None, or the refusal of a unit that cannot pair.
def _open(unit, now_ms):
    member = unit.member
    if member.leader is None or member.codec is None:
        error = load("app", "new_group").begin(unit, now_ms)
        if error:
            return error
        member = unit.member
    if opened(unit) is None:
        pairing = load("app", "pairing_job").Pairing(unit, now_ms)
        if unit.pairing is not None:
            jobs.end(unit, unit.pairing)
        unit.pairing = pairing
        jobs.begin(unit, unit.pairing, now_ms)
    unit.pairing.until_ms = now_ms + _OPEN_MS
    return None
