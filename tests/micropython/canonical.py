# SPDX-License-Identifier: MIT
"""Values as text, the same on CPython and MicroPython: what recordings are written in.

Runs on both. JSON, with marks for what JSON lacks: {"b": hex} bytes, {"t": [..]} tuple,
{"d": [[key, value], ..]} dict, {"n": "module:name", "v": [..]} an object made by calling
module.name with these values, {"c": "module:name"} that class or function itself.
"""

import json


def lookup(name):
    """The class or function behind 'module:name'."""
    module, attribute = name.split(":")
    return getattr(__import__(module, None, None, (attribute,)), attribute)


def encode(value, describe=None):
    """Marked JSON value. describe(object) -> (name, values) for objects that are no data."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (bytes, bytearray)):
        return {"b": "".join("%02x" % byte for byte in value)}
    if isinstance(value, list):
        return [encode(item, describe) for item in value]
    if isinstance(value, dict):
        items = [[encode(key, describe), encode(value[key], describe)] for key in value]
        return {"d": sorted(items, key=json.dumps)}
    if describe is not None:
        named = describe(value)
        if named is not None:
            return {"n": named[0], "v": [encode(item, describe) for item in named[1]]}
    if isinstance(value, tuple):
        return {"t": [encode(item, describe) for item in value]}
    raise TypeError("cannot be recorded: %r" % (value,))


def decode(mark):
    """The value behind a marked JSON value."""
    if isinstance(mark, list):
        return [decode(item) for item in mark]
    if not isinstance(mark, dict):
        return mark
    if "b" in mark:
        return bytes(int(mark["b"][i:i + 2], 16) for i in range(0, len(mark["b"]), 2))
    if "t" in mark:
        return tuple(decode(item) for item in mark["t"])
    if "d" in mark:
        return {decode(key): decode(value) for key, value in mark["d"]}
    if "c" in mark:
        return lookup(mark["c"])
    return lookup(mark["n"])(*decode(mark["v"]))


def text(value):
    """One line for any plain value; a namedtuple is written as the tuple that it is."""
    if isinstance(value, (bytes, bytearray)):
        return "b'%s'" % "".join("%02x" % byte for byte in value)
    if isinstance(value, tuple):
        return "(%s)" % ", ".join(text(item) for item in value)
    if isinstance(value, list):
        return "[%s]" % ", ".join(text(item) for item in value)
    if isinstance(value, dict):
        return "{%s}" % ", ".join(sorted(text(key) + ": " + text(value[key]) for key in value))
    if value is None or isinstance(value, (bool, int, str)):
        return "%s" % (value,)
    return "<object>"
