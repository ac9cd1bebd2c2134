# SPDX-License-Identifier: MIT
"""Makes the source of the firmware small for a board's heap, without changing what it does.

A board keeps every different name of the firmware in its heap, and a dictionary slot for every
public constant. Three passes over the syntax tree of a file save both, one module each: numbers,
parameters, private. Texts, public names and `__names__` stay as they are.
"""

import itertools
import string


class NotCompact(Exception):
    """A file does something that these passes could break. Says where, and what to do."""


def short_names(prefix=""):
    """prefix + a, b, .. z, A, .. Z, aa, ab, .."""
    for length in itertools.count(1):
        for letters in itertools.product(string.ascii_letters, repeat=length):
            yield prefix + "".join(letters)


def is_private(name) -> bool:
    """_name, but not _ alone, no __name, and no module of MicroPython's own."""
    return len(name) > 1 and name[0] == "_" and name[1] != "_" and name != "_thread"
