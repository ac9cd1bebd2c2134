# SPDX-License-Identifier: MIT
"""Settings of a unit that stands, as its owner changes and reads them: see owner.py."""

from core.load import load
from hal.store import Store


def change(place, changes: dict):
    """See owner.py."""
    table, files = load("core", "settings"), load("device", "files")
    unknown = [key for key in changes if key not in [row.key for row in table.table()]]
    if unknown:
        return "%s is no setting. See settings()" % (unknown[0],)
    unfit = []
    given, board = files.read_table(files.SETTINGS, unfit), files.read_table(files.BOARD, unfit)
    membership = load("app", "membership").Membership(_store(place))
    error = unfit[0] if unfit else membership.error(changes)
    if not error:
        facts = load("hal", "facts").core_board(board)
        before = table.validate(given, facts)[1]
        given.update(changes)
        # A unit that is being set up has other settings still missing: only new errors refuse,
        # and those of what was changed.
        errors = [e for e in table.validate(given, facts)[1]
                  if e not in before or e.split(" ")[0] in changes]
        error = errors[0] if errors else None
    if error:
        return "%s. Nothing was changed" % error
    of_group = _note_group_change(files, changes) if membership.leads else []
    files.write_json(files.SETTINGS, given)
    return of_group


def _store(place):
    if place.device is not None:
        return place.device.hardware.store
    return Store(load("device", "files").STORE)  # nothing has run: it can still be made


# A group's own settings are a revision, which its leader proposes when it runs again.
def _note_group_change(files, changes):
    of_group = load("app", "membership").OF_THE_GROUP
    change = {key: changes[key] for key in of_group if key in changes}
    noted = list(change)
    if "limit_a" in change:
        change["limit_ma"] = change.pop("limit_a") * 1000
    if change:
        pending = files.read_table(files.GROUP_CHANGE, [])  # one that cannot be is replaced
        pending.update(change)
        files.write_json(files.GROUP_CHANGE, pending)
    return noted


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
    given = files.read_table(files.SETTINGS, [])
    found = []
    for row in table.table():
        value = given.get(row.key, row.default)
        if row.kind == "secret":
            value = "set" if value else "not set"
        found.append((row.key, value, row.text, table.allowed(row)))
    return found
