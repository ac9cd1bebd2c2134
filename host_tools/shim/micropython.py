# SPDX-License-Identifier: MIT
"""What the firmware takes from MicroPython's own module, for CPython."""


def const(value):
    return value
