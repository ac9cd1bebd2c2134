# SPDX-License-Identifier: MIT
"""Readers for the values of a scenario file: each takes one JSON value and its key path.

A value that does not fit raises ScenarioError with the path, the value and what is allowed. An
object is read by a table of its keys, so that defaults and ranges stand in one place.
"""

import json

REQUIRED = object()


class ScenarioError(ValueError):
    """A scenario that cannot be: `path` of the key, its `value`, and what is `allowed` there."""

    def __init__(self, path: str, value, allowed: str):
        self.path, self.value, self.allowed = path, value, allowed
        super().__init__(f"{_cut(path)} is {_shown(value)}: {allowed}")

    # So that a campaign's player can hand it on: by its text alone it could not be made again.
    def __reduce__(self):
        return type(self), (self.path, self.value, self.allowed)


def _cut(text) -> str:
    return text if len(text) <= 80 else text[:77] + "..."


def _shown(value) -> str:
    try:
        text = str(value) if isinstance(value, Missing) else json.dumps(value, default=str)
    except (ValueError, RecursionError):  # thousands of digits, or of brackets
        text = "too large to be shown"
    return _cut(text)


class Missing:
    """Stands for a key that is not there."""

    def __str__(self):
        return "missing"


def number(low, high, scale=1, above=False):
    """A number from low to high (`above`: not low itself), returned as int(value * scale)."""
    allowed = f"must be a number {'above' if above else 'from'} {low}" + (
        f" and at most {high}" if above else f" to {high}")

    def read(value, path):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise ScenarioError(path, value, allowed)
        # NaN is in no range. A whole number may be too large to become a float.
        if not low <= value <= high or above and value == low:
            raise ScenarioError(path, value, allowed)
        return round(value * scale)
    return read


def ratio(value, path):
    """A number from 0 to 1, kept as it is."""
    number(0, 1)(value, path)
    return float(value)


def integer(low, high):
    """A whole number from low to high."""
    def read(value, path):
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole or not low <= value <= high:
            raise ScenarioError(path, value, f"must be a whole number from {low} to {high}")
        return value
    return read


def choice(*choices):
    """One of a few values; true is not 1."""
    def read(value, path):
        if not any(type(value) is type(c) and value == c for c in choices):
            raise ScenarioError(path, value, "must be one of " + ", ".join(map(str, choices)))
        return value
    return read


def flag(value, path):
    """true or false."""
    return bool(choice(True, False)(value, path))


def name(value, path):
    """A short name that is safe as a folder's name."""
    fits = isinstance(value, str) and 1 <= len(value) <= 64
    if not fits or not value.replace("-", "").replace("_", "").replace(".", "").isalnum():
        raise ScenarioError(path, value, "must be 1 to 64 letters, digits, '-', '_' or '.'")
    return value


def words(most):
    """A text of at most so many bytes in UTF-8, perhaps none."""
    def read(value, path):
        try:
            fits = isinstance(value, str) and len(value.encode()) <= most
        except UnicodeEncodeError:  # half of a pair
            fits = False
        if not fits:
            raise ScenarioError(path, value, f"must be a text of at most {most} bytes")
        return value
    return read


def hexadecimal(digits):
    """So many hexadecimal digits, kept as they are."""
    def read(value, path):
        fits = isinstance(value, str) and len(value) == digits
        if not fits or any(digit not in "0123456789abcdefABCDEF" for digit in value):
            raise ScenarioError(path, value, f"must be {digits} hexadecimal digits")
        return value
    return read


def listing(reader, least=0, most=10000):
    """A list of values, each read by `reader`."""
    def read(value, path):
        if not isinstance(value, list) or not least <= len(value) <= most:
            raise ScenarioError(path, value, f"must be a list of {least} to {most} entries")
        return [reader(entry, f"{path}[{index}]") for index, entry in enumerate(value)]
    return read


def pair(first, second):
    """A list of exactly two values."""
    def read(value, path):
        if not isinstance(value, list) or len(value) != 2:
            raise ScenarioError(path, value, "must be a list of two values")
        return (first(value[0], path + "[0]"), second(value[1], path + "[1]"))
    return read


def table(rows: dict):
    """An object with the keys of `rows`: key -> (reader, default); REQUIRED: must be there.

    A default is the finished value, not read again. Unknown keys are errors.
    """
    def read(value, path):
        if not isinstance(value, dict):
            raise ScenarioError(path or "scenario", value, "must be an object with keys "
                                + ", ".join(rows))
        before = path + "." if path else ""
        for key in value:
            if key not in rows:
                raise ScenarioError(before + (key or "''"), value[key],
                                    "is not a known key: known are " + ", ".join(rows))
        found = {}
        for key, (reader, default) in rows.items():
            if key in value:
                found[key] = reader(value[key], before + key)
            elif default is REQUIRED:
                raise ScenarioError(before + key, Missing(), "must be given")
            else:
                found[key] = default
        return found
    return read
