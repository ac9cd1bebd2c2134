# SPDX-License-Identifier: MIT
"""Can a stored group record be one? Asked once at each boot, before anything goes by it."""

from core.group.on_demand.record import VERSION
from core.on_demand.unit_name import name_error
from core.units import FALLBACKS, UNITS_MAX
from micropython import const

_AMOUNT_MAX_MA = const(655350)  # what frames can carry
_LIMIT_MAX_MA = const(1280000)
_NUMBER_MAX = const(0x7FFFFFFF)  # rule 3: no more than half of what a frame could carry
_ROW = ((1, 255), None, (0, _AMOUNT_MAX_MA), (1, 7), (0, 81910), (0, 255000), (0, 63000))
_GROUP = ("confirmed", "epoch", "fallback_ma", "floor", "leader", "leader_tag", "member", "name",
          "revision", "sequence")
_LEAD = ("in_force", "known", "names", "pending", "pinned", "returns", "stopped", "words")


def record_error(record):
    """None, or a few words that say what in a record cannot be."""
    version = record.get("version") if type(record) is dict else None
    if type(version) is int and version != VERSION:
        return ("it is of version %d, and this program reads version %d: factory_reset(True) here,"
                " and set it up with its leader again" % (version, VERSION))
    if not _has(record, ("epoch", "group", "key", "lead", "serial", "version")):
        return "its parts"
    if version != VERSION:
        return "its version"
    if not _is_hex(record["key"], 64) or not _is_hex(record["serial"], 12):
        return "key or serial"
    if not record["key"].strip("0"):
        return "the key is all zeros"
    if not _is(record["epoch"], 0, _NUMBER_MAX):
        return "the epoch"
    return _group_error(record["group"]) or _lead_error(record["lead"])


def _group_error(group):
    if not _has(group, _GROUP):
        return "the parts of group"
    if not (_is(group["fallback_ma"], 0, _AMOUNT_MAX_MA) and _is(group["leader"], 0, 255)
            and _is(group["epoch"], 0, _NUMBER_MAX) and _is(group["sequence"], 0, _NUMBER_MAX)
            and _is(group["floor"], 0, _NUMBER_MAX) and type(group["member"]) is bool
            and _is_name(group["name"])
            and (group["leader_tag"] == "" or _is_hex(group["leader_tag"], 8))):
        return "a value of group"
    for revision in (group["revision"], group["confirmed"]):
        if revision is not None and not _is_revision(revision):
            return "a revision of group"
    if group["revision"] is None and group["confirmed"] is not None:
        return "a revision of group is missing"
    return None


def _lead_error(lead):
    if lead is None:
        return None
    parts = _LEAD + ("wishes",) if type(lead) is dict and "wishes" in lead else _LEAD
    if not _has(lead, parts) or not _is_revision(lead["in_force"]):
        return "lead"
    if lead["pending"] is not None and not _is_revision(lead["pending"]):
        return "what lead proposes"
    if not _are(lead["known"], _is_revision) or not _are(lead["returns"], is_row):
        return "what lead knows"
    for name in ("words", "pinned"):
        if not _are(lead[name], lambda serial: _is_hex(serial, 12)):
            return "whom lead goes on without"
    if not _are_names(lead["names"]):
        return "the names that lead knows"
    if not _are_wishes(lead.get("wishes", {})):
        return "what is wished of units"
    return None if _is(lead["stopped"], 0, 255) else "why lead has stopped"


def _has(value, keys):
    return type(value) is dict and len(value) == len(keys) and all(key in value for key in keys)


def _is(value, low, high):
    return type(value) is int and low <= value <= high


def _is_hex(value, digits):
    return (type(value) is str and len(value) == digits
            and all(c in "0123456789abcdefABCDEF" for c in value))


def _is_name(value):
    return type(value) is str and name_error(value) is None


# Of units that are still in the group, or were until the last change.
def _are_names(names):
    return type(names) is dict and len(names) <= 2 * UNITS_MAX and all([
        _is_hex(serial, 12) and type(entry) is list and len(entry) == 2 and _is_name(entry[0])
        and type(entry[1]) is bool for serial, entry in names.items()])


# Of caps.to_record(): mA, mA, priority, pause, each or none.
def _are_wishes(wishes):
    return type(wishes) is dict and len(wishes) <= 2 * UNITS_MAX and all([
        _is_hex(serial, 12) and type(values) is list and len(values) == 4 and all([
            value is None or _is(value, 0, _AMOUNT_MAX_MA) for value in values])
        for serial, values in wishes.items()])


def _are(values, fits):
    return type(values) is list and len(values) <= UNITS_MAX and all(fits(v) for v in values)


def is_row(row) -> bool:
    """Can this be a stored row?"""
    if type(row) is not list or len(row) != len(_ROW):
        return False
    for value, allowed in zip(row, _ROW):
        if not (_is_hex(value, 12) if allowed is None else _is(value, *allowed)):
            return False
    return True


def _is_revision(value):
    if type(value) is not list or len(value) != 6:
        return False
    number, leader, enabled, fallback, limit_ma, members = value
    if not (_is(number, 0, _NUMBER_MAX) and _is(leader, 0, 255) and type(enabled) is bool
            and fallback in FALLBACKS and _is(limit_ma, 0, _LIMIT_MAX_MA)
            and _are(members, is_row)):
        return False
    last = 0
    serials = []
    for row in members:
        if row[0] <= last or row[1] in serials:
            return False
        last = row[0]
        serials.append(row[1])
    return True
