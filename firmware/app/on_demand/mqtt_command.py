# SPDX-License-Identifier: MIT
"""What is asked by MQTT: `BASE/SERIAL/set/KEY`, a plain value or {"value": .., "ttl_s": ..}.

What it changes, and within what bounds, is owner.py's to say, as for everybody who asks; a refusal
is told on `BASE/SERIAL/refused`. It ends when the vehicle leaves, or after ttl_s.
"""

import json

from app.on_demand.owner_place import MQTT
from core.load import load
from core.on_demand.serial import serial_text

_KEYS = ("max_a", "min_a", "priority", "allowed", "clear", "soft_limit_a")
_WORDS = ("ON", "OFF", "PRESS")
_OFF = ("", "none", "null", "None")  # no such bound any more


def done(mqtt, topic: str, payload: bytes):
    """Do it. A refusal (core/on_demand/refusal_words.py), or anything that is no tuple."""
    parts = topic[len(mqtt.base) + 1:].split("/")
    member = mqtt.web.place.device.unit.member
    accounts = () if member.leader is None else member.leader.ledger.accounts
    serial = parts[0].upper()
    found = [account for account in accounts if serial_text(account.serial) == serial]
    if not found:
        return None  # another group has the same base
    try:
        value, ttl_s = _read(payload)
    except (ValueError, RuntimeError, ArithmeticError):  # brackets; no number at all
        return ("no_value",)
    if found[0].serial in mqtt.seen:
        mqtt.seen[found[0].serial] = -1  # it is said soon how it is
    return _asked(mqtt, found[0].unit, parts[-1], value, ttl_s)


def _read(payload):
    text = payload.decode().strip()
    ttl_s = None
    if text in _OFF:
        return None, None
    if text in _WORDS:
        return text, None
    value = json.loads(text)
    if type(value) is dict:
        ttl_s = value.get("ttl_s")
        value = value.get("value")
    # A program may send 16.0: that is a whole number all the same.
    if type(value) is float and value == int(value):
        value = int(value)
    return value, ttl_s


def _asked(mqtt, unit, key, value, ttl_s):
    web = mqtt.web
    if key not in _KEYS:
        return "unknown", key[:20], ", ".join(_KEYS)
    if key == "clear":
        rare = load("app", "owner_unit")
        return (getattr(web.owner, "clear_fault", None) or rare.clear_fault)(web.place, unit)
    wishes = load("app", "owner_units")
    if key == "allowed":
        if value not in ("ON", "OFF", True, False):
            return "setting_choice", key, str(value)[:40], "one of ON, OFF"
        return wishes.wish(web.place, unit, {"pause": value in ("OFF", False)}, MQTT, ttl_s)
    if key == "soft_limit_a":
        return wishes.soft_limit(web.place, value, ttl_s, MQTT)
    return wishes.wish(web.place, unit, {key: value}, MQTT, ttl_s)
