# SPDX-License-Identifier: MIT
"""The names in compiled files, and a file that has them all (firmware/device/on_demand/names.py).

An .mpy file begins with a table of the names that it uses; whoever loads it adds those to the
interpreter's own that are not there yet (MicroPython's py/persistentcode.c).
"""

from host_tools.build.compact import rom_names

_SHORT = 10  # a text of so many bytes is kept as a name: MICROPY_ALLOC_PARSE_INTERN_STRING_LEN
_HEADER = 4  # bytes: letter, version, flags, bits of small integers


def of_file(code: bytes) -> list:
    """The names in an .mpy file without those that every interpreter has."""
    count, at = _number(code, _HEADER)
    _, at = _number(code, at)  # how many other constants
    found = []
    for _ in range(count):
        head, at = _number(code, at)
        if not head & 1:  # else one that every interpreter has
            found.append(code[at:at + (head >> 1)].decode())
            at += (head >> 1) + 1
    return found


def source(files) -> str:
    """Of a file that has the names of all these, but those in a board's ROM, and does nothing."""
    rom = {name for part in rom_names()[:2] for name in part}
    names = sorted({name for code in files for name in of_file(code)} - rom)
    lines = ["def names(_):"]
    lines += ["    _ = %r" % name if len(name.encode()) <= _SHORT else "    _.%s" % name
              for name in names]
    return "\n".join(lines) + "\n"


def _number(code, at):
    value = 0
    while True:
        value = value << 7 | code[at] & 127
        at += 1
        if not code[at - 1] & 128:
            return value, at
