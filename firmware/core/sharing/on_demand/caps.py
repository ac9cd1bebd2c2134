# SPDX-License-Identifier: MIT
"""Asking for what wishes.py keeps: the greatest and the smallest useful current of a unit, its
priority, a pause, and a softer limit of the group.

What an owner sets is stored with the group's record, for as long as this unit leads. A unit
without a group stores none of it: it has settings for that.
"""

from core.group.on_demand.amounts import amps as amps_of
from core.load import load
from core.on_demand.serial import serial_from, serial_text
from core.sharing.on_demand.wishes import Wishes
from core.sharing.on_demand.writes import owner_asks
from core.units import OFFER_MIN_MA, USEFUL_MAX_MA
from micropython import const

_LEAST = const(1)  # as in wishes.py
_PRIORITY_MAX = const(9)
_TTL_MAX_S = const(86400)
_SOFT_TTL_S = const(3600)  # where nothing is said
# In the order of wishes.py; in a tuple, for a board keeps each short text for ever that is not.
_KEYS = ("max_a", "min_a", "priority", "pause")
_MAX_A, _MIN_A, _PRIORITY, _PAUSE = _KEYS


def asked(member, unit: int, amps, stays: bool, ttl_s, now_ms: int):
    """The most that a unit may use: at least 6 A, 0: nothing, None: neither a bound nor a pause.
    The rest as for wish()."""
    if amps is not None and type(amps) is not int:
        return "cap_kind", str(amps)[:40]
    if amps == 0:
        return wish(member, unit, {_PAUSE: True}, stays, ttl_s, now_ms)
    error = wish(member, unit, {_MAX_A: amps, _PAUSE: None}, stays, ttl_s, now_ms)
    return ("cap", error[2], unit) + error[3:] if error and error[1:2] == (_MAX_A,) else error


def wish(member, unit: int, changes: dict, stays: bool, ttl_s, now_ms: int):
    """changes: max_a, min_a (whole amperes), priority (0 to 9), pause (True), or None, which ends
    it. stays: its owner asks; else until the vehicle leaves, or for ttl_s if that is sooner. None,
    or a refusal (core/on_demand/refusal_words.py); then nothing has changed."""
    leader = member.leader
    if leader is None:
        return load("core", "sharing", "names").elsewhere(member)
    members = leader.revisions.newest().members
    row = [row for row in members if row.unit == unit]
    if not row:
        return "not_in_group", unit, [row.unit for row in members]
    error = _ttl_error(ttl_s) or _error(leader, row[0], changes, now_ms)
    if error:
        return error
    rows, stored = _rows(leader), to_record(leader)
    until_ms = None if stays or ttl_s is None else now_ms + 1000 * ttl_s
    for key in changes:
        what, value = _KEYS.index(key), changes[key]
        # An owner has the last word: what a program wished is over.
        rows = [it for it in rows if it[0] != row[0].serial or it[1] != what
                or it[3] and not stays]
        if value is not None and (value or key != _PAUSE):
            if what <= _LEAST:
                value *= 1000
            rows.append([row[0].serial, what, int(value), stays, until_ms, False])
    _keep(leader, rows)
    if member.codec is not None and to_record(leader) != stored:
        member.lazy = True
        owner_asks(member, 1)
    return None


def soft_limit(member, amps, ttl_s, now_ms: int, by=""):
    """Share less than the limit for a time: whole amperes, 0 and more, or None: no longer. ttl_s:
    for so long, None: an hour; by: who asks. None, or a refusal."""
    leader = member.leader
    if leader is None:
        return load("core", "sharing", "names").elsewhere(member)
    limit_ma = leader.revisions.in_force.limit_ma
    if amps is not None and (type(amps) is not int or not 0 <= 1000 * amps <= limit_ma):
        return ("soft_limit", amps_of(1000 * amps) if type(amps) is int else str(amps)[:40],
                amps_of(limit_ma))
    error = _ttl_error(ttl_s)
    if error:
        return error
    _keep(leader, _rows(leader))
    if amps is not None:
        leader.caps = leader.caps or Wishes()
        leader.caps.soft = 1000 * amps, now_ms + 1000 * (ttl_s or _SOFT_TTL_S), by
    elif leader.caps is not None:
        leader.caps.soft = None
        _keep(leader, leader.caps.rows)
    return None


def wishes_of(leader, serial: bytes, now_ms: int, stays=None) -> list:
    """[greatest mA, smallest useful mA, priority, 1: paused] that are wished of a unit, each or
    None. stays: only its owner's (True) or programs' (False)."""
    if leader.caps is None:
        return [None, None, None, None]
    return leader.caps.of(serial, now_ms, stays)


def cap_of(leader, serial: bytes, now_ms: int):
    """The greatest current in force of a unit, mA; 0: paused, None: none."""
    most_ma, _, _, pause = wishes_of(leader, serial, now_ms)
    return 0 if pause else most_ma


def shown(leader, serial: bytes, now_ms: int) -> list:
    """[name, A or priority or 1, is it its owner's?, ms that are left or None] of each wish of a
    unit."""
    return [[_KEYS[what], value // 1000 if what <= _LEAST else value, stays,
             None if until_ms is None else until_ms - now_ms]
            for its, what, value, stays, until_ms, _ in _rows(leader)
            if its == serial and (until_ms is None or until_ms > now_ms)]


def to_record(leader) -> dict:
    """{serial: [value or None, four of them]} of what stays."""
    found = {}
    for serial, what, value, stays, _, _ in _rows(leader):
        if stays:
            found.setdefault(serial_text(serial), [None, None, None, None])[what] = value
    return found


def from_record(leader, record: dict):
    """The opposite."""
    _keep(leader, [[serial_from(serial), what, record[serial][what], True, None, False]
                   for serial in sorted(record) for what in range(len(_KEYS))
                   if record[serial][what] is not None])


def _rows(leader):
    return [] if leader.caps is None else leader.caps.rows


# Of units that are not in the group any more nothing is kept.
def _keep(leader, rows):
    there = [account.serial for account in leader.ledger.accounts]
    rows = [row for row in rows if row[0] in there]
    if leader.caps is None and rows:
        leader.caps = Wishes()
    if leader.caps is not None:
        leader.caps.rows = rows
        if leader.caps.over():
            leader.caps = None


def _ttl_error(ttl_s):
    if ttl_s is None or type(ttl_s) is int and 0 < ttl_s <= _TTL_MAX_S:
        return None
    return "setting_number", "ttl_s", str(ttl_s)[:40], 1, _TTL_MAX_S


def _error(leader, row, changes, now_ms):
    for key in changes:
        if key not in _KEYS:
            return "unknown", str(key)[:40], ", ".join(_KEYS)
    if changes.get(_PAUSE) not in (None, True, False):
        return "setting_choice", _PAUSE, str(changes[_PAUSE])[:40], "true or false"
    error = (_outside(_PRIORITY, changes.get(_PRIORITY), 0, 1000 * _PRIORITY_MAX)
             or _outside(_MIN_A, changes.get(_MIN_A), OFFER_MIN_MA,
                         min(USEFUL_MAX_MA, row.rating_ma)))
    if error or changes.get(_MAX_A) is None and changes.get(_MIN_A) is None:
        return error
    most_ma, least_ma, _, _ = wishes_of(leader, row.serial, now_ms)
    if _MIN_A in changes:
        least_ma = (changes[_MIN_A] or 0) * 1000
    return _outside(_MAX_A, changes.get(_MAX_A, most_ma and most_ma // 1000),
                    max(row.min_ma, least_ma or 0, OFFER_MIN_MA), row.rating_ma)


# Bounds are a thousand times what is asked for.
def _outside(key, value, low, high):
    whole = type(value) is int
    if value is None or whole and low <= 1000 * value <= high:
        return None
    return ("setting_number", key, amps_of(1000 * value) if whole else str(value)[:40],
            amps_of(low), amps_of(high))
