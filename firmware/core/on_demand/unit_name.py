# SPDX-License-Identifier: MIT
"""The name that an owner gives a unit: text for people, which nothing goes by."""

from micropython import const

NAME_BYTES = const(24)


def name_error(name):
    """None, or the refusal of what cannot be the name of a unit."""
    if type(name) is str and all([_shown(ord(letter)) for letter in name]) and (
            len(name.encode()) <= NAME_BYTES):
        return None
    return "name_long", NAME_BYTES


# No control characters, and no halves of characters, which cannot be sent.
def _shown(code):
    return 32 <= code != 127 and not 0x80 <= code < 0xA0 and not 0xD800 <= code < 0xE000
