# SPDX-License-Identifier: MIT
"""The state of the core's objects: what their classes declare in `__slots__`."""


def state_of(thing) -> dict:
    """{name: value} of all attributes that an object of the core has by now."""
    return {name: getattr(thing, name) for name in type(thing).__slots__ if hasattr(thing, name)}


def with_state(cls, *states, **values):
    """An object of a class that was not begun, with the attributes of states and values, the
    last ones first."""
    thing = cls.__new__(cls)
    for state in (*states, values):
        for name, value in state.items():
            setattr(thing, name, value)
    return thing
