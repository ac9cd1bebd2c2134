# SPDX-License-Identifier: MIT
"""Can a stored group record be one? Asked once at each boot, before anything goes by it."""

from micropython import const

_AMOUNT_MAX_MA = const(655350)  # what frames can carry
_NUMBER_MAX = const(0xFFFFFFFF)
_EPOCH_MAX = const(0xFFFF0000)  # a new leadership must still fit into a frame
_UNITS_MAX = const(16)
_ROW = ((1, 255), (0, _AMOUNT_MAX_MA), (1, 7), (0, _AMOUNT_MAX_MA), (0, _AMOUNT_MAX_MA))


def record_error(record):
    """None, or a few words that say what in a record cannot be."""
    if not _has(record, ("epoch", "group", "lead")) or not _is(record["epoch"], 0, _EPOCH_MAX):
        return "its parts"
    group, lead = record["group"], record["lead"]
    if not _has(group, ("confirmed", "enabled", "epoch", "fallback_ma", "in_force", "leader",
                        "revision")):
        return "the parts of group"
    if not (_is(group["fallback_ma"], 0, _AMOUNT_MAX_MA) and _is(group["leader"], 0, 255)
            and _is(group["epoch"], 0, _EPOCH_MAX) and type(group["enabled"]) is bool
            and type(group["in_force"]) is bool):
        return "a value of group"
    for revision in (group["revision"], group["confirmed"]):
        if revision is not None and not _is_revision(revision):
            return "a revision of group"
    if group["revision"] is None and (group["in_force"] or group["confirmed"] is not None):
        return "a revision of group is missing"
    if lead is None:
        return None
    if not _has(lead, ("in_force", "pending")) or not _is_revision(lead["in_force"]):
        return "lead"
    if lead["pending"] is not None and not _is_revision(lead["pending"]):
        return "what lead proposes"
    return None


def _has(value, keys):
    return type(value) is dict and len(value) == len(keys) and all(key in value for key in keys)


def _is(value, low, high):
    return type(value) is int and low <= value <= high


def _is_revision(value):
    if type(value) is not list or len(value) != 6:
        return False
    number, leader, enabled, fallback, limit_ma, members = value
    if not (_is(number, 0, _NUMBER_MAX) and _is(leader, 0, 255) and type(enabled) is bool
            and fallback in ("equal", "minimum", "stop") and _is(limit_ma, 0, _AMOUNT_MAX_MA)
            and type(members) is list and len(members) <= _UNITS_MAX):
        return False
    last = 0
    for row in members:
        if type(row) is not list or len(row) != len(_ROW) or not all(
                [_is(value, low, high) for value, (low, high) in zip(row, _ROW)]):
            return False
        if row[0] <= last:
            return False
        last = row[0]
    return True
