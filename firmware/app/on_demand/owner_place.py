# SPDX-License-Identifier: MIT
"""Where a unit is, as owner.py has it: does it run, what does it refuse, and how is that said?"""

from core.load import load

NOT_RUNNING = "nothing runs: start with run()"


def runs(place) -> bool:
    """Does a unit run there?"""
    return place.device is not None and place.device.running


def refusal(place):
    """None, or why nothing can be asked of the group now."""
    if not runs(place):
        return NOT_RUNNING
    errors = place.device.unit.errors
    if errors:
        return "this unit runs no group now: " + errors[0]
    place.device.unit.goes_on()  # the sharing task waits for it
    return None


def no_number(unit):
    """None, or why this names no unit."""
    return None if type(unit) is int else ("unit is %s: a unit is named by its number, as "
                                           "members() shows it" % (unit,))


def spoken(place, sentence):
    """A sentence with the units' names in it; None: done."""
    if sentence is None:
        return None
    return load("core", "sharing", "names").spoken(member(place), sentence)


def member(place):
    """The unit as a member of its group."""
    return place.device.unit.member


def now_ms(place):
    """The unit's clock."""
    return place.device.hardware.clock.now_ms()
