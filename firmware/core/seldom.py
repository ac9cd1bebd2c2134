# SPDX-License-Identifier: MIT
"""Methods that are seldom called: on a board they are loaded when they are.

What runs all the time must stay in a board's memory; what an owner does, or what happens once in
a boot, need not. `seldom` only marks a method. The build for boards (host_tools/compact) moves
what is marked into a file of its own, and gives the class `found_seldom` as its
`__getattr__`, and `made_seldom` as its `__init__` where that is marked.
"""


def seldom(method):
    """Marks a method that may wait for the flash, and needs its memory only while it runs."""
    return method


def found_seldom(owner, name: str):
    """The method `name` of an object, out of the file that its class's methods were moved to."""
    method = getattr(__import__(owner.seldom_file, None, None, (name,)), name)

    def bound(*given, **named):
        return method(owner, *given, **named)
    return bound


def made_seldom(owner, *given, **named):
    """Make an object whose class's `__init__` was moved."""
    __import__(owner.seldom_file, None, None, ("init",)).init(owner, *given, **named)
