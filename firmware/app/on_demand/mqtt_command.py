# SPDX-License-Identifier: MIT
"""What is asked by MQTT: `BASE/SERIAL/set/KEY`, a plain value or {"value": .., "ttl_s": ..}.

What it changes, and within what bounds, is owner.py's to say, as for everybody who asks; a refusal
is told on `BASE/SERIAL/refused`. It ends when the vehicle leaves, or after ttl_s.
"""

import json

from app.on_demand import owner as _functions
from app.on_demand.mqtt_packets import message
from core.on_demand.serial import serial_from, serial_text

_KEYS = ("max_a", "min_a", "priority", "allowed", "clear", "soft_limit_a")
_OFF = ("", "none", "null", "None")  # no such bound any more


def begin(mqtt, topic: str, payload: bytes):
    """Do it. A job that tells why not, or None."""
    parts = topic[len(mqtt.base) + 1:].split("/")
    try:
        serial = serial_from(parts[0])
        value, ttl_s = _read(payload)
    except (ValueError, RuntimeError, ArithmeticError):  # brackets; no number at all
        return _refused(mqtt, parts[0], "this is no value")
    member = mqtt.web.place.device.unit.member
    accounts = () if member.leader is None else member.leader.ledger.accounts
    units = [account.unit for account in accounts if account.serial == serial]
    if not units:
        return None  # another group has the same base
    error = _done(mqtt, units[0], parts[-1], value, ttl_s)
    if serial in mqtt.seen:
        mqtt.seen[serial] = -1  # it is said soon how it is
    return _refused(mqtt, serial_text(serial), error) if type(error) is str else None


def _read(payload):
    text = payload.decode().strip()
    ttl_s = None
    if text in _OFF:
        return None, None
    if text == "ON" or text == "OFF" or text == "PRESS":
        return text, None
    value = json.loads(text)
    if type(value) is dict:
        ttl_s = value.get("ttl_s")
        value = value.get("value")
    # A program may send 16.0: that is a whole number all the same.
    if type(value) is float and value == int(value):
        value = int(value)
    return value, ttl_s


def _done(mqtt, unit, key, value, ttl_s):
    functions, place = mqtt.web.owner or _functions, mqtt.web.place
    by = _functions.MQTT
    if key == "allowed":
        if value not in ("ON", "OFF", True, False):
            return "allowed is %s: must be ON or OFF" % (value,)
        return functions.wish(place, unit, {"pause": value in ("OFF", False)}, by, ttl_s)
    if key == "soft_limit_a":
        return functions.soft_limit(place, value, ttl_s, by)
    if key == "clear":
        if unit != place.device.unit.member.group.unit:
            return "a fault of unit %d is cleared on that unit" % unit
        return functions.clear_fault(place)
    if key in _KEYS:
        return functions.wish(place, unit, {key: value}, by, ttl_s)
    return "%s cannot be set: known are %s" % (key[:20], ", ".join(_KEYS))


def _refused(mqtt, serial, sentence):
    text = sentence[:200].encode()
    yield message("%s/%s/refused" % (mqtt.base, serial[:12]), len(text), False), len(text)
    yield text
