# SPDX-License-Identifier: MIT
"""Values as text, the same on CPython and MicroPython: what recordings are written in.

Runs on both. JSON, with marks for what JSON lacks: {"b": hex} bytes, {"t": [..]} tuple,
{"d": [[key, value], ..]} dict, {"n": "module:name", "v": [..]} an object made by calling
module.name with these values, {"c": "module:name"} that class or function itself.
"""

import binascii
import json


_FOUND = {}


def lookup(name):
    """The class or function behind 'module:name'."""
    if name not in _FOUND:
        module, attribute = name.split(":")
        _FOUND[name] = getattr(__import__(module, None, None, (attribute,)), attribute)
    return _FOUND[name]


def encode(value, describe=None):
    """Marked JSON value. describe(object) -> (name, values) for objects that are no data."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, (bytes, bytearray)):
        return {"b": binascii.hexlify(value).decode()}
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
    if "n" in mark:
        return lookup(mark["n"])(*[decode(item) for item in mark["v"]])
    if "b" in mark:
        return binascii.unhexlify(mark["b"])
    if "t" in mark:
        return tuple([decode(item) for item in mark["t"]])
    if "d" in mark:
        return {decode(key): decode(value) for key, value in mark["d"]}
    return lookup(mark["c"])


def text(value):
    """One line for any plain value; a namedtuple is written as the tuple that it is."""
    if isinstance(value, (bytes, bytearray)):
        return "b'%s'" % binascii.hexlify(value).decode()
    if isinstance(value, tuple):
        return "(%s)" % ", ".join(text(item) for item in value)
    if isinstance(value, list):
        return "[%s]" % ", ".join(text(item) for item in value)
    if isinstance(value, dict):
        return "{%s}" % ", ".join(sorted(text(key) + ": " + text(value[key]) for key in value))
    if value is None or isinstance(value, (bool, int, str)):
        return "%s" % (value,)
    return "<object>"
