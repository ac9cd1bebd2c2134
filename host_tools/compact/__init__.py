# SPDX-License-Identifier: MIT
"""Makes the source of the firmware small for a board's heap, without changing what it does.

A board keeps every different name of the firmware in its heap, a dictionary slot for every public
constant, a dictionary for every file, some 50 bytes for every function and every list that is made
in one expression, and all that is seldom needed. Passes over the syntax trees save most of it, one
module each, in this order: inline, numbers, loops, private, parameters, later, bundle, public,
texts, places, frequent. Texts, and names that could be looked up by a text or from outside, stay
as they are.
"""

import functools
import itertools
import string
from pathlib import Path

# Names in the ROM of the official 1.26.1 images for ESP32_GENERIC and ESP32_GENERIC_S3, read from
# their tables of interned strings. Three paragraphs: those that the WebAssembly build has too,
# those of both images, those of only one of them.
_ROM_NAMES = Path(__file__).with_name("rom_names.txt")


@functools.cache
def rom_names() -> tuple:
    """(names everywhere, names in both images, names in one image), each a list, sorted."""
    text = _ROM_NAMES.read_text(encoding="utf-8")
    return tuple(part.split() for part in text.split("\n\n"))


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
