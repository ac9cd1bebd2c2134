# SPDX-License-Identifier: MIT
"""All settings of a unit in one table, and their checks.

Settings say what was chosen, board facts what is soldered. An impossible set is refused with
the bound in the message and never mended by a guess: the unit then does not charge and says
why. REPL help, web page and README are made from the same table, and from settings_text.py. Rules:
design 1, rows 3 and 4.
"""

from collections import namedtuple

from core.connector.on_demand.wiring import breaker_ma, breakers, rating_ma
from core.group.on_demand.limits import GroupUnit, check_group
from core.load import load
from core.units import FALLBACKS, OFFER_MIN_MA, UNITS_MAX
from micropython import const

_SHOWN_LENGTH = const(60)
_SHOWN_MAX = const(1 << 62)

# kind: "int" (low to high), "choice", "bool", "text" or "secret" (empty or low to high
# characters). default None: must be chosen, because a guess could be dangerous. unit: for people,
# "" if it has none.
Setting = namedtuple("Setting", ("key", "kind", "default", "low", "high", "choices", "unit"))


def _number(key, default, low, high, unit):
    return Setting(key, "int", default, low, high, (), unit)


def _choice(key, default, choices, unit):
    return Setting(key, "choice", default, 0, 0, choices, unit)


def _flag(key, default):
    return Setting(key, "bool", default, 0, 0, (False, True), "")


def table() -> tuple:
    """What an owner chooses, one row for each setting."""
    return (
        _choice("role", "alone", ("leader", "follower", "alone"), ""),
        _choice("region", None, ("us", "iec"), ""),
        _choice("breaker_a", None, (10, 13, 15, 16, 20, 25, 30, 32, 40, 50, 60, 63), "A"),
        _choice("phases", None, ("L1", "L2", "L3", "L1L2L3", "L2L3L1", "L3L1L2"), ""),
        _number("priority", 0, 0, 9, ""),
        _number("min_a", 6, 6, 16, "A"),
        _number("limit_a", 0, 0, UNITS_MAX * 80, "A"),
        _choice("fallback", "equal", FALLBACKS, ""),
        _flag("enabled", False),
        _choice("transport", "espnow", ("espnow", "udp"), ""),
        Setting("wifi_ssid", "text", "", 1, 32, (), ""),
        Setting("wifi_password", "secret", "", 8, 63, (), ""),
        Setting("openevse_password", "secret", "", 8, 63, (), ""),
        _choice("meter", "board", ("board", "sdm120", "sdm630"), ""),
        _number("meter_address", 1, 1, 247, ""),
        _flag("wake", True),
        Setting("mqtt_broker", "text", "", 7, 15, (), ""),
        _number("mqtt_port", 1883, 1, 65535, ""),
        Setting("mqtt_user", "text", "", 1, 32, (), ""),
        Setting("mqtt_password", "secret", "", 1, 64, (), ""),
        Setting("mqtt_topic", "text", "amppool", 1, 32, (), ""),
        _number("channel", 1, 1, 13, ""),
    )


def board_table() -> tuple:
    """What is soldered, one row for each fact; it comes from the board file."""
    return (
        _number("nameplate_a", None, 6, 80, "A"),
        _flag("metered", False),
        _flag("rs485", False),
        _flag("feedback", False),
        _flag("ventilation", False),
    )


def validate(given: dict, board: dict) -> tuple:
    """(values, errors): all settings and board facts with defaults filled in, and sentences.

    With errors the values are not to be used. Added to the values: rating_ma, the greatest
    output of this unit. limit_a is that of the circuit of a unit alone, never 0 then.
    """
    values = {}
    errors = []
    _take(given, table(), "setting", values, errors)
    _take(board, board_table(), "board fact", values, errors)
    if not errors:
        _check_breaker(values, errors)
    if not errors:
        values["rating_ma"] = rating_ma(values["breaker_a"], values["region"],
                                        values["nameplate_a"] * 1000)
        _check_meter(values, errors)
        _check_mqtt(values, errors)
        _check_role(values, errors)
    return values, errors


def allowed(row) -> str:
    """What a setting may be, for people."""
    if row.kind == "int":
        return "%d to %d" % (row.low, row.high)
    if row.kind == "bool":
        return "true or false"
    if row.kind in ("text", "secret"):
        return "empty or %d to %d characters" % (row.low, row.high)
    return "one of %s" % ", ".join(str(choice) for choice in row.choices)


def _take(given, rows, noun, values, errors):
    if not isinstance(given, dict):
        errors.append("%ss are not a table of names and values" % noun)
        return
    known = sorted(row.key for row in rows)
    for key in sorted(str(key) for key in given):
        if key not in known:
            errors.append("%s is no %s: known are %s" % (_cut(key), noun, ", ".join(known)))
    for row in rows:
        value = given.get(row.key, row.default)
        if value is None:
            errors.append("%s is missing: must be %s" % (row.key, allowed(row)))
        elif not fits(row, value):
            fraction = row.kind == "int" and type(value) not in (int, bool, str)
            whole = ", in whole numbers" if fraction else ""
            errors.append("%s is %s: must be %s%s" % (row.key, _shown(row, value), allowed(row),
                                                      whole))
        elif row.kind == "text" and _bytes(value) > row.high:  # what the radio can take
            errors.append("%s has %d bytes: must have at most %d; a letter with an accent has "
                          "two" % (row.key, _bytes(value), row.high))
        else:
            values[row.key] = value


def fits(row, value) -> bool:
    """Is a value of the right kind, and within the bounds of its row? Not its length in bytes."""
    # Exact types: true is not 1, and 6.0 is not 6.
    if row.kind == "int":
        return type(value) is int and row.low <= value <= row.high
    if row.kind == "bool":
        return type(value) is bool
    if row.kind in ("text", "secret"):
        return type(value) is str and (value == "" or row.low <= len(value) <= row.high)
    return any(type(value) is type(choice) and value == choice for choice in row.choices)


def _bytes(text):
    return sum([1 + (ord(char) > 0x7F) + (ord(char) > 0x7FF) + (ord(char) > 0xFFFF)
                for char in text])


def _shown(row, value):
    if row.kind == "secret":  # a secret stays out of logs and pages
        return "%d characters" % len(value) if type(value) is str else "no text"
    if type(value) is int and not -_SHOWN_MAX < value < _SHOWN_MAX:
        return "a number of many digits"
    return _cut(str(value))


def _cut(text):
    return text if len(text) <= _SHOWN_LENGTH else text[:_SHOWN_LENGTH] + "..."


def _check_breaker(values, errors):
    region = values["region"]
    if breaker_ma(values["breaker_a"], region) == 0:
        errors.append("breaker_a is %d: must be one of %s in region %s" % (
            values["breaker_a"], ", ".join(str(a) for a, _ in breakers(region)), region))


def _check_meter(values, errors):
    if values["meter"] == "board":
        return
    if not values["rs485"]:
        errors.append("meter is %s: this board has no RS485 port" % values["meter"])
    if values["meter"] == "sdm120" and len(values["phases"]) > 2:
        errors.append("meter is sdm120: it measures one phase, and phases is %s"
                      % values["phases"])


# A name would have to be looked up, and nothing may wait for that.
def _check_mqtt(values, errors):
    host = values["mqtt_broker"]
    parts = host.split(".")
    if host and (len(parts) != 4 or [part for part in parts if not (
            0 < len(part) < 4 and not part.strip("0123456789") and int(part) < 256)]):
        errors.append("mqtt_broker is %s: must be a numeric address such as 192.168.1.9"
                      % _cut(host))
    topic = values["mqtt_topic"]
    wrong = [mark for mark in "+#$ \0\t\n\r\v\f\x7f" if mark in topic]
    if wrong or topic[:1] == "/" or topic[-1:] == "/":
        errors.append("mqtt_topic is %s: must be without + # $ and spaces, and begin and end with "
                      "a letter or digit" % _cut(topic))


def _check_role(values, errors):
    limit_ma = values["limit_a"] * 1000
    if values["transport"] == "udp" and values["role"] != "alone" and not values["wifi_ssid"]:
        errors.append("wifi_ssid is missing: transport udp needs a home network")
    if values["role"] != "alone":
        return  # the group's limit is checked with its members (core/group/on_demand/joining.py)
    if limit_ma == 0:
        values["limit_a"] = values["rating_ma"] // 1000
        return
    alone = GroupUnit(1, "alone", values["nameplate_a"] * 1000, values["rating_ma"],
                      OFFER_MIN_MA)
    error = check_group(limit_ma, [alone], values["fallback"])
    if error:
        errors.append(load("core", "refusal_words").sentence(error))
