# SPDX-License-Identifier: MIT
"""What the firmware takes from MicroPython's own module, for CPython."""


def const(value):
    return value


def heap_lock():
    """There, nothing can be allocated until `heap_unlock()`."""


def heap_unlock():
    """It can again."""
