# SPDX-License-Identifier: MIT
"""Settings of a unit that stands, as its owner changes and reads them: see owner.py. What may be
set where is core/on_demand/settings_policy.py's to say, as for flash.sh."""

import os

from core.load import load
from hal.store import Store

_UNCHANGED = ". Nothing was changed"


def change(place, changes: dict):
    """Change settings, all or none. Gives the keys of those that the group is asked for when the
    unit runs again, a list, or a refusal: then nothing was changed."""
    policy, membership = load("core", "settings_policy"), load("app", "membership")
    files = load("device", "files")
    unknown = [key for key in changes if key not in [row.key for row in
                                                     load("core", "settings").table()]]
    if unknown:
        return "setting_unknown", str(unknown[0])[:40]
    unfit = []
    given, board = files.read_table(files.SETTINGS, unfit), files.read_table(files.BOARD, unfit)
    if unfit:
        return "settings", unfit[0] + _UNCHANGED
    waiting = files.read_table(files.GROUP_CHANGE, [])  # one that cannot be is replaced
    group = membership.stored(_store(place), load("device", "identity").chip_serial())
    done = policy.outcome(given, load("hal", "facts").core_board(board), group, waiting, changes)
    error = done.error or _write(files, done, waiting)
    if error:
        return "settings", error + _UNCHANGED
    proposed = done.change or {}
    return [key for key in changes if (key if key != "limit_a" else "limit_ma") in proposed]


# Both files or none; None, or one sentence why none.
def _write(files, done, waiting):
    proposes = False
    try:
        if done.change is not None:
            files.write_json(files.GROUP_CHANGE, done.change)
            proposes = True
        files.write_json(files.SETTINGS, done.settings)
    except OSError:
        if proposes and waiting:
            files.write_json(files.GROUP_CHANGE, waiting)
        elif proposes:
            os.remove(files.GROUP_CHANGE)
        return "the flash cannot be written"
    return None


def _store(place):
    if place.device is not None:
        return place.device.hardware.store
    return Store(load("device", "files").STORE)  # nothing has run: it can still be made


def errors() -> list:
    """Sentences: what is wrong with the stored settings."""
    files = load("device", "files")
    unfit = []
    given, board = files.read_table(files.SETTINGS, unfit), files.read_table(files.BOARD, unfit)
    return unfit or load("core", "settings").validate(
        given, load("hal", "facts").core_board(board))[1]


def rows() -> list:
    """[(key, value, sentence, what it may be)] of all settings; a secret's value is not shown."""
    files, table = load("device", "files"), load("core", "settings")
    text_of = load("core", "settings_text").text_of
    given = files.read_table(files.SETTINGS, [])
    found = []
    for row in table.table():
        value = given.get(row.key, row.default)
        if row.kind == "secret":
            value = "set" if value else "not set"
        found.append((row.key, value, text_of(row.key), table.allowed(row)))
    return found


def others_led(place) -> int:
    """How many other units follow this one; of a unit that stands by what its flash says."""
    if place.device is not None and place.device.unit is not None:
        unit = place.device.unit
        leader = None if unit.errors else unit.member.leader
        return 0 if leader is None else len(leader.ledger.accounts) - 1
    group = load("app", "membership").stored(_store(place),
                                             load("device", "identity").chip_serial())
    return 0 if group.newest is None else len(group.newest.members) - 1
