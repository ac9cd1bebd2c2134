# SPDX-License-Identifier: MIT
"""Settings given on the command line: read, checked with the firmware's own table, merged.

What is on the device stays unless it is named. What is missing is a matter of setting up and is
told; what is wrong is refused before anything is changed.
"""

import json

from core import settings
from hal.facts import core_board
from host_tools.flash.errors import BadSettings

PATH = "/settings.json"
GROUP_CHANGE = "/group_change.json"
_OF_THE_GROUP = ("limit_a", "enabled", "fallback")
# Not in the core's table: the radio's own.
_WIFI = ("wifi_ssid", "wifi_password")
_SECRETS = ("group_key", "wifi_password")


def parse(words, role) -> dict:
    """{'breaker_a': 32, ...} from ['breaker_a=32', ...] and --role. Raises BadSettings."""
    given = {"role": role} if role else {}
    rows = {row.key: row for row in settings.table()}
    for word in words or ():
        key, equals, text = word.partition("=")
        if not equals or (key not in rows and key not in _WIFI):
            raise BadSettings("--set %s: must be KEY=VALUE with KEY one of %s"
                              % (word, ", ".join(sorted(list(rows) + list(_WIFI)))))
        given[key] = text if key in _WIFI else _value(rows[key], text)
    _check_wifi(given)
    return given


def check_alone(given: dict, units: int):
    """Are these settings possible for several boards at a time? Raises BadSettings.

    unit_id is then the first number that is given to boards that have none: see numbers.py.
    """
    if units > 1 and given.get("role") == "leader":
        raise BadSettings("A group has one leader: set it on one board, with --port")


def merge(stored, given: dict, board_facts: dict) -> tuple:
    """(settings to store, what is still to be set). `stored`: bytes from the device or None.

    Raises BadSettings if `given` makes them impossible.
    """
    old = {}
    if stored:
        try:
            old = json.loads(stored)
        except ValueError:
            old = None
        if not isinstance(old, dict):
            raise BadSettings("%s on the board is not readable. --erase clears the board; then "
                              "set it up anew." % PATH)
    merged = dict(old, **given)
    before = _errors(old, board_facts)
    errors = _errors(merged, board_facts)
    wrong = [error for error in errors if error not in before and not _open(error, merged)]
    if wrong:
        raise BadSettings("These settings cannot be: %s. Nothing was changed." % "; ".join(wrong))
    return merged, errors


def group_change(stored, pending, given: dict):
    """What the leader is to propose to its group when it starts, as stored beside the settings.

    stored, pending: bytes of the settings and of an earlier change on the device, or None. None if
    there is nothing to propose: a unit that is new begins with its settings.
    """
    old = json.loads(stored) if stored else given
    change = {key: value for key, value in given.items()
              if key in _OF_THE_GROUP and value != old.get(key)}
    if "limit_a" in change:
        change["limit_ma"] = change.pop("limit_a") * 1000
    if not change:
        return None
    try:
        before = json.loads(pending or b"{}")
    except ValueError:
        before = {}
    return encode(dict(before if isinstance(before, dict) else {}, **change))


def encode(values: dict) -> bytes:
    """As stored: the same settings are always the same bytes."""
    return json.dumps(values, sort_keys=True).encode()


def shown(given: dict) -> str:
    """For people; secrets stay out of it."""
    return ", ".join("%s=%s" % (key, "(hidden)" if key in _SECRETS else given[key])
                     for key in sorted(given))


def board_facts(board: dict) -> dict:
    """What core.settings wants to know of a board file."""
    return core_board(board)


def _errors(values, facts):
    known = {key: value for key, value in values.items() if key not in _WIFI}
    return settings.validate(known, facts)[1]


# Every sentence about one setting begins with its key; what has no value yet is still to be set.
def _open(error, values):
    key = error.split()[0]
    return key not in values and key in [row.key for row in settings.table()]


def _value(row, text):
    if row.kind == "bool":
        words = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
        value = words.get(text.lower())
    elif row.kind == "int" or row.kind == "choice" and isinstance(row.choices[0], int):
        value = int(text) if text.removeprefix("-").isdecimal() else None
    else:
        value = text
    if value is None:
        raise BadSettings("--set %s=%s: must be %s" % (row.key, text, settings.allowed(row)))
    return value


def _check_wifi(given):
    if "wifi_ssid" in given and not 1 <= len(given["wifi_ssid"].encode()) <= 32:
        raise BadSettings("wifi_ssid must have 1 to 32 characters")
    if given.get("wifi_password") and not 8 <= len(given["wifi_password"]) <= 63:
        raise BadSettings("wifi_password must have 8 to 63 characters, or none")
