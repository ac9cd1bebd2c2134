# SPDX-License-Identifier: MIT
"""Asking for what wishes.py keeps: the greatest and the smallest useful current of a unit, its
priority, a pause, and a softer limit of the group.

What an owner sets is stored with the group's record, for as long as this unit leads. A unit
without a group stores none of it: it has settings for that.
"""

from core.group.on_demand.limits import amperes
from core.on_demand.serial import serial_from, serial_text
from core.sharing.on_demand.keeping import owner_asks
from core.sharing.on_demand.wishes import Wishes
from core.units import OFFER_MIN_MA, USEFUL_MAX_MA
from micropython import const

_LEAST = const(1)  # as in wishes.py
_PRIORITY_MAX = const(9)
_TTL_MAX_S = const(86400)
_SOFT_TTL_S = const(3600)  # where nothing is said
_KEYS = ("max_a", "min_a", "priority", "pause")  # in the order of wishes.py


def asked(member, unit: int, amps, stays: bool, ttl_s, now_ms: int):
    """The most that a unit may use: at least 6 A, 0: nothing, None: neither a bound nor a pause.
    The rest as for wish()."""
    if type(amps) is int and amps == 0:
        return wish(member, unit, {"pause": True}, stays, ttl_s, now_ms)
    return wish(member, unit, {"max_a": amps, "pause": None}, stays, ttl_s, now_ms)


def wish(member, unit: int, changes: dict, stays: bool, ttl_s, now_ms: int):
    """changes: max_a, min_a (whole amperes), priority (0 to 9), pause (True), or None, which ends
    it. stays: its owner asks; else until the vehicle leaves, or for ttl_s if that is sooner. None,
    or one sentence why it cannot be; then nothing has changed."""
    leader = member.leader
    if leader is None:
        return "the maximum of a unit is set on the leader, unit %d" % member.group.leader
    row = [row for row in leader.revisions.newest().members if row.unit == unit]
    if not row:
        return "unit %d is not in the group" % unit
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
        if value is not None and value is not False:
            if what <= _LEAST:
                value *= 1000
            rows.append([row[0].serial, what, int(value), stays, until_ms, False])
    _keep(leader, rows)
    if member.codec is not None and to_record(leader) != stored:
        member.lazy = True
        owner_asks(member, 1)
    return None


def soft_limit(member, amps, ttl_s, now_ms: int):
    """Share less than the limit for a time: whole amperes, 0 and more, or None: no longer. ttl_s:
    for so long, None: an hour. None, or one sentence why it cannot be."""
    leader = member.leader
    if leader is None:
        return "the soft limit is set on the leader, unit %d" % member.group.leader
    limit_ma = leader.revisions.in_force.limit_ma
    if amps is not None and (type(amps) is not int or not 0 <= 1000 * amps <= limit_ma):
        return "%s A is no soft limit: must be 0 to %s A, in whole amperes" % (
            amps, amperes(limit_ma))
    error = _ttl_error(ttl_s)
    if error:
        return error
    _keep(leader, _rows(leader))
    if amps is not None:
        leader.caps = leader.caps or Wishes()
        leader.caps.soft = 1000 * amps, now_ms + 1000 * (ttl_s or _SOFT_TTL_S)
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
    return "ttl_s is %s: must be 1 to %d s, or nothing" % (ttl_s, _TTL_MAX_S)


def _error(leader, row, changes, now_ms):
    most_ma, least_ma, _, _ = wishes_of(leader, row.serial, now_ms)
    for key in changes:
        value = changes[key]
        if key not in _KEYS:
            return "%s cannot be set here: known are %s" % (key, ", ".join(_KEYS))
        if key == "pause":
            if value not in (None, True, False):
                return "pause is %s: must be true or false" % (value,)
        elif value is not None and type(value) is not int:
            return "%s is %s: must be a whole number%s, or nothing" % (
                "amps" if key == "max_a" else key, value,
                "" if key == "priority" else " of amperes")
    if "max_a" in changes:
        most_ma = changes["max_a"] and changes["max_a"] * 1000
    if "min_a" in changes:
        least_ma = changes["min_a"] and changes["min_a"] * 1000
    first = changes.get("priority")
    if first is not None and not 0 <= first <= _PRIORITY_MAX:
        return "priority is %d: must be 0 to %d" % (first, _PRIORITY_MAX)
    if least_ma is not None and not OFFER_MIN_MA <= least_ma <= min(USEFUL_MAX_MA, row.rating_ma):
        return "%s A is no smallest current of unit %d: must be %s to %s A" % (
            amperes(least_ma), row.unit, amperes(OFFER_MIN_MA),
            amperes(min(USEFUL_MAX_MA, row.rating_ma)))
    low_ma = max(row.min_ma, least_ma or OFFER_MIN_MA)
    if most_ma is not None and not low_ma <= most_ma <= row.rating_ma:
        return "%s A is no maximum of unit %d: must be %s to %s A, or 0 for nothing" % (
            amperes(most_ma), row.unit, amperes(low_ma), amperes(row.rating_ma))
    return None
