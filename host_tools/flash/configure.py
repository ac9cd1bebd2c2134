# SPDX-License-Identifier: MIT
"""Settings given on the command line: read, checked with the firmware's own table, merged.

What is on the device stays unless it is named. What is missing is a matter of setting up and is
told; what is wrong is refused before anything is changed.
"""

import json

from core.on_demand import settings
from core.group.on_demand.record import revision_from
from core.group.on_demand.proposal import changed
from core.serial import serial_text
from hal.on_demand.facts import core_board
from host_tools.flash import stored
from host_tools.flash.errors import BadSettings
from host_tools.flash.start import Start

MEMBERS = "members"  # no setting: it makes a group (members.py)
_OF_THE_GROUP = ("limit_a", "enabled", "fallback")
_GONE = ("unit_id", "group_id", "group_key")
_HOW = ("--set %s: a unit has number and key from its group, which is made with --set members=... "
        "for all its boards at once (README.md, Make a group)")
_SECRETS = ("wifi_password",)
# The greatest board: what is refused there is refused everywhere.
_ANY_BOARD = {"nameplate_a": 80, "rs485": True}


def parse(words, role) -> dict:
    """{'breaker_a': 32, ...} from ['breaker_a=32', ...] and --role. Raises BadSettings.

    `members` is the line as typed.
    """
    given = {"role": role} if role else {}
    rows = {row.key: row for row in settings.table()}
    for word in words or ():
        key, equals, text = word.partition("=")
        if key in _GONE:
            raise BadSettings(_HOW % key)
        if not equals or (key not in rows and key != MEMBERS):
            # Not the word: it may hold a secret.
            raise BadSettings("--set %s: must be KEY=VALUE with KEY one of %s"
                              % (key, ", ".join(sorted([*rows, MEMBERS]))))
        given[key] = text if key == MEMBERS else _value(rows[key], text)
    return given


def check(given: dict, facts=None):
    """Are these settings possible on a board, whatever it has stored? Raises BadSettings.

    facts: board_facts, None for a board that is not known yet.
    """
    if len(given.get("wifi_ssid", "").encode()) > 32:
        raise BadSettings("wifi_ssid must have at most 32 bytes")
    # Without a role given, the bounds are those that every role has.
    values = dict({"role": "follower"}, **given)
    errors = settings.validate(values, facts or _ANY_BOARD)[1]
    _refuse([error for error in errors if not _open(error, given)])
    if given.get("role") == "follower":
        refuse_group_settings(given, "it is set on the leader")


def of_board(found: stored.Found) -> dict:
    """The settings on the device. Raises BadSettings if they are not readable."""
    if not found.settings:
        return {}
    try:
        old = json.loads(found.settings)
    except ValueError:
        old = None
    if not isinstance(old, dict):
        raise BadSettings("%s on the board is not readable. --erase clears the board; then "
                          "set it up anew." % stored.SETTINGS)
    return old


def merge(found: stored.Found, given: dict, facts: dict) -> dict:
    """The settings to store. Raises BadSettings if `given` makes them impossible."""
    old = of_board(found)
    _check_role(found, given)
    merged = dict(old, **given)
    before = Start(old, facts, found.serial).unfit
    _refuse([error for error in Start(merged, facts, found.serial).unfit
             if error not in before and not _open(error, merged)])
    return merged


def group_change(found: stored.Found, merged: dict, given: dict):
    """What the leader is to propose to its group when it starts, as stored beside the settings.

    None if there is nothing new: a unit without a group begins with its settings. Raises
    BadSettings for what only the leader can change, or what cannot be.
    """
    record = found.record
    if record is None:
        if found.error:
            refuse_group_settings(given, "the group that it has stored is not readable")
        if merged.get("role") == "follower":
            refuse_group_settings(given, "it is set on the leader")
        return None
    if not leads(found):
        refuse_group_settings(given, "it is set on " + leader_of(record))
        return None
    lead = record["lead"]
    if lead["stopped"]:
        refuse_group_settings(given, "it has stopped leading")
    return _proposal(revision_from(lead["pending"] or lead["in_force"]), found.change, given)


def leads(found: stored.Found) -> bool:
    """Is this unit the leader of its group? A record that was copied from another board is not."""
    record = found.record
    return (record is not None and record["lead"] is not None
            and record["serial"].upper() == serial_text(found.serial))


def number_of(found: stored.Found):
    """The number that its group has given to this unit, or None."""
    for row in ((found.record or {}).get("group", {}).get("revision") or [[]])[-1]:
        if row[1].upper() == serial_text(found.serial):
            return row[0]
    return None


def leader_of(record: dict) -> str:
    """The leader of a follower's group, for people."""
    number = record["group"]["leader"]
    for row in (record["group"]["revision"] or [[]])[-1]:
        if row[0] == number:
            return "its leader, unit %d (serial %s)" % (number, row[1])
    return "its leader, unit %d" % number


def refuse_group_settings(given: dict, why: str):
    """Raises BadSettings if there are any that only the leader of a group may have."""
    for key in _OF_THE_GROUP:
        if key in given:
            raise BadSettings("%s cannot be set on this unit: %s. Nothing was changed."
                              % (key, why))


def without_group_settings(given: dict) -> dict:
    """What is given to every unit, be it leader or not."""
    return {key: value for key, value in given.items() if key not in _OF_THE_GROUP}


def encode(values: dict) -> bytes:
    """As stored: the same settings are always the same bytes."""
    return json.dumps(values, sort_keys=True).encode()


def shown(given: dict) -> str:
    """For people; secrets stay out of it."""
    return ", ".join("%s=%s" % (key, "(hidden)" if key in _SECRETS else given[key])
                     for key in sorted(given))


def board_facts(board: dict) -> dict:
    """What core.on_demand.settings wants to know of a board file."""
    return core_board(board)


def _refuse(wrong):
    if wrong:
        raise BadSettings("These settings cannot be: %s. Nothing was changed." % "; ".join(wrong))


def _check_role(found, given):
    if found.record is None or "role" not in given:
        return
    role = "leader" if leads(found) else "follower"
    if given["role"] != role:
        raise BadSettings(
            "role=%s: in its group this unit is %s. Only a leader hands its group over; "
            "factory_reset(True) at the prompt forgets the group. Nothing was changed."
            % (given["role"], "the leader" if role == "leader"
               else "a follower of " + leader_of(found.record)))


def _proposal(newest, pending, given):
    try:
        before = json.loads(pending or b"{}")
    except ValueError:
        before = None
    before = before if isinstance(before, dict) else {}
    now = {"limit_ma": newest.limit_ma, "enabled": newest.enabled, "fallback": newest.fallback}
    asked = {key: given[key] for key in _OF_THE_GROUP if key in given}
    if "limit_a" in asked:
        asked["limit_ma"] = asked.pop("limit_a") * 1000
    change = {key: value for key, value in dict(before, **asked).items() if value != now.get(key)}
    if not asked or change == before:
        return None
    error = changed(newest, 0, **{key: change[key] for key in change if key in now})[1]
    _refuse([error] if error else [])
    return encode(change)


# Every sentence about one setting begins with its key; what has no value yet is still to be set.
def _open(error, values):
    key = error.split()[0]
    return key not in values and key in [row.key for row in settings.table()
                                         + settings.board_table()]


def _value(row, text):
    if row.kind == "bool":
        words = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
        value = words.get(text.lower())
    elif row.kind == "int" or row.kind == "choice" and isinstance(row.choices[0], int):
        digits = text.removeprefix("-")
        value = int(text) if digits.isdecimal() and len(digits) < 20 else None
    else:
        value = text
    if value is None:
        whole = "" if row.kind != "int" else "whole amperes, " if row.unit == "A" else "whole, "
        raise BadSettings("--set %s=%s: must be %s%s"
                          % (row.key, text, whole, settings.allowed(row)))
    return value
