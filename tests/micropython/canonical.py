# SPDX-License-Identifier: MIT
"""Values as text, the same on CPython and MicroPython."""

import binascii


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
