# SPDX-License-Identifier: MIT
"""JSON files of the device: written aside and renamed, so that one is never half written."""

import json
import os

BOARD = "/board.json"
SETTINGS = "/settings.json"
GROUP_CHANGE = "/group_change.json"  # what the leader proposes when it runs again
FORGET = "/forget.json"  # a factory reset that is not finished: see reset.py
STORE = "/store"


def read_json(path: str, missing=None):
    """The value of a file; `missing` if there is none. Raises ValueError that names the file."""
    try:
        with open(path) as file:
            return json.load(file)
    except OSError:
        if missing is not None:
            return missing
        raise ValueError("%s is missing: flash the board again" % path)
    except (ValueError, RuntimeError):  # RuntimeError: too many brackets
        raise ValueError("%s is not valid JSON: flash the board again" % path)


def there(path: str) -> bool:
    """Is there such a file or folder?"""
    try:
        os.stat(path)
    except OSError:
        return False
    return True


def read_table(path: str, errors: list) -> dict:
    """The names and values of a file, {} if there is none. What is wrong is added to `errors`."""
    try:
        found = read_json(path, {})
    except ValueError as error:
        errors.append(str(error))
        return {}
    if not isinstance(found, dict):
        errors.append("%s is not a table of names and values" % path)
        return {}
    return found


def write_json(path: str, value):
    """Replace a file; it holds the old or the new value at every moment."""
    with open(path + ".new", "w") as file:
        json.dump(value, file)
        file.flush()
    if hasattr(os, "sync"):
        os.sync()
    os.rename(path + ".new", path)


def change_settings(changes: dict) -> bool:
    """Store these settings beside the others. Are they stored, or were they already?"""
    unfit = []
    given = read_table(SETTINGS, unfit)
    settings = dict(given)
    settings.update(changes)
    if unfit:
        return False
    if settings == given:
        return True
    try:
        write_json(SETTINGS, settings)
    except OSError:
        return False
    return read_table(SETTINGS, unfit) == settings
