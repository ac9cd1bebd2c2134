# SPDX-License-Identifier: MIT
"""In what group is a unit that does not run, by what its flash says?"""

import json

from app.unit import JOIN, RECORD
from core.load import load
from core.on_demand.serial import serial_text

_UNREADABLE = ("the group that it has stored is not readable (%s); factory_reset(True) at its "
               "prompt forgets it")
_STOPPED = "two units led its group, and this one has stopped; lead_again() on one of them first"


def stored(store, serial: bytes):
    """What settings_policy asks of a unit with this serial. store: hal.store.Store, or alike."""
    return membership(store.read(RECORD), store.read(JOIN), serial)


def membership(record, asked, serial: bytes):
    """record, asked: the group's record and what is to make one, as bytes, or None."""
    policy = load("core", "settings_policy")
    asked = _read(asked)
    if type(asked) is dict and record is None:
        # Its first start makes the record, with these settings.
        if "members" in asked:
            return policy.Membership("leader", "", "", None)
        if "leader" in asked:
            return policy.Membership("follower", "unit %s" % asked["leader"], "", None)
    if record is None:
        return policy.IN_NO_GROUP
    record = _read(record)
    error = load("core", "group", "record_check").record_error(record)
    if error:
        return policy.Membership("", "", _UNREADABLE % error, None)
    if not leads(record, serial):
        return policy.Membership("follower", leader_of(record), "", None)
    lead = record["lead"]
    newest = load("core", "group", "recorded").revision_from(lead["pending"] or lead["in_force"])
    return policy.Membership("leader", leader_of(record), _STOPPED if lead["stopped"] else "",
                             newest)


def leads(record, serial: bytes) -> bool:
    """Is the unit with this serial the leader? A record that was copied from another board makes
    none. record: None if there is none."""
    return (record is not None and record["lead"] is not None
            and record["serial"].upper() == serial_text(serial))


def leader_of(record: dict) -> str:
    """Who leads the group, for people."""
    number = record["group"]["leader"]
    for row in (record["group"]["revision"] or [[]])[-1]:
        if row[0] == number:
            return "unit %d (serial %s)" % (number, row[1])
    return "unit %d" % number


def _read(data):
    try:
        return json.loads(data or b"null")
    except (ValueError, RuntimeError):  # RuntimeError: too many brackets
        return None
