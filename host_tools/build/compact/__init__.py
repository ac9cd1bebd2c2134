# SPDX-License-Identifier: MIT
"""Makes the source of the firmware small for a board's heap, without changing what it does.

What runs on a board is what stands in the source, file by file; these passes over the syntax trees
only leave out what is for people, and rename. One module each, in this order:

private: private names become a few short ones, which all files share.
docstrings: docstrings, annotations and `__slots__` are left out.
numbers: public constants become the numbers that they are.
parameters: parameters that no call names become single letters.
bundle: what is always loaded becomes one file.
places: files get short names, in one folder those on demand, in another the others.
brought: files on demand reach each other by load().
public: all other names become names that MicroPython has in its ROM anyway.

Texts, and names that could be looked up by a text or from outside, stay as they are.
"""

import functools
import itertools
import string
import zlib
from pathlib import Path

# Names in the ROM of the official 1.26.1 images for ESP32_GENERIC and ESP32_GENERIC_S3, read from
# their tables of interned strings. Three paragraphs: those that the WebAssembly build has too,
# those of both images, those of only one of them.
_ROM_NAMES = Path(__file__).with_name("rom_names.txt")

ON_DEMAND = "on_demand"  # the folders of what is loaded only for a moment: core/load.py


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


def closest(name: str, names) -> str:
    """One of `names` by chance, the same one for the same `name` as long as it is there."""
    return min(names, key=lambda target: zlib.crc32((name + " " + target).encode()))


def is_private(name) -> bool:
    """_name, but not _ alone, no __name, and no module of MicroPython's own."""
    return len(name) > 1 and name[0] == "_" and name[1] != "_" and name != "_thread"


def sibling(module: str):
    """The file that an on-demand file belongs to: core.sharing.leader for
    core.sharing.on_demand.leader, whether there is one or not. None for all other files."""
    folder, _, leaf = module.rpartition(".")
    above, _, last = folder.rpartition(".")
    return "%s.%s" % (above, leaf) if last == ON_DEMAND else None
