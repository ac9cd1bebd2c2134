# SPDX-License-Identifier: MIT
"""Settings given on the command line, and what the firmware's own policy says of them.

What is on the device stays unless it is named.
"""

import json

from app.on_demand import membership
from core.group.on_demand import proposal  # noqa: F401  (here, and not in each board's thread)
from core.on_demand import settings
from core.on_demand import settings_policy as policy
from core.on_demand.serial import serial_text
from hal.on_demand.facts import core_board
from host_tools.flash import stored
from host_tools.flash.errors import BadSettings

_GONE = ("unit_id", "group_id", "group_key", "members")
_HOW = ("--set %s: a unit has number and key from its group, which is made by ./flash.sh --all "
        "--group (host_tools/flash/README.md, Make a group)")
_SECRETS = ("wifi_password", "openevse_password")


def parse(words, role) -> tuple:
    """({'breaker_a': 32, ...}, {2: {'phases': 'L1'}, ...}) from ['breaker_a=32', '2:phases=L1',
    ...] and --role: for all boards, and for units by number. Raises BadSettings."""
    given = {"role": role} if role else {}
    by_unit = {}
    rows = {row.key: row for row in settings.table()}
    for word in words or ():
        name, equals, text = word.partition("=")
        number, colon, key = name.rpartition(":")
        if key in _GONE:
            raise BadSettings(_HOW % key)
        if not equals or key not in rows or colon and not _is_number(number):
            # Not the word: it may hold a secret.
            raise BadSettings("--set %s: must be KEY=VALUE or UNIT:KEY=VALUE with KEY one of %s"
                              % (name, ", ".join(sorted(rows))))
        value, error = policy.value_from(rows[key], text)
        if error:
            raise BadSettings("--set %s=%s: %s" % (name, text, error))
        (by_unit.setdefault(int(number), {}) if colon else given)[key] = value
    return given, by_unit


def _is_number(text):
    return text.isascii() and text.isdigit() and len(text) < 4


def check(given: dict, facts=None):
    """Are these settings possible on a board, whatever it has stored? Raises BadSettings.

    facts: board_facts, None for a board that is not known yet.
    """
    _refuse(policy.impossible(given, facts))


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


def outcome(found: stored.Found, given: dict, facts: dict, joins=None, add=()) -> policy.Outcome:
    """What the firmware's policy says of these settings beside what the board has: nothing that is
    not named changes. joins: what makes its group at its next start, bytes; add: stored rows that
    it is to propose to the group that it leads."""
    group = membership.membership(found.group, joins, found.serial)
    return policy.outcome(of_board(found), facts, group, waiting(found.change), given, add)


def merged(found: stored.Found, given: dict, facts: dict, joins=None, add=()) -> policy.Outcome:
    """The same. Raises BadSettings for what cannot be."""
    found = outcome(found, given, facts, joins, add)
    _refuse(found.error)
    return found


def leads(found: stored.Found) -> bool:
    """Is this unit the leader of its group?"""
    return membership.leads(found.record, found.serial)


def number_of(found: stored.Found):
    """The number that its group has given to this unit, or None."""
    for row in ((found.record or {}).get("group", {}).get("revision") or [[]])[-1]:
        if row[1].upper() == serial_text(found.serial):
            return row[0]
    return None


def without_group_settings(given: dict) -> dict:
    """What is given to every unit, be it leader or not."""
    return {key: value for key, value in given.items() if key not in policy.OF_THE_GROUP}


def waiting(change):
    """What a leader has still to propose, as read; change: bytes, or None."""
    try:
        return json.loads(change or b"null")
    except ValueError:
        return None


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


def _refuse(error):
    if error:
        raise BadSettings("Refused: %s. Nothing was changed." % error)
