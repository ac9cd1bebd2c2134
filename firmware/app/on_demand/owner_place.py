# SPDX-License-Identifier: MIT
"""Where a unit is, as owner.py has it: does it run, who asks, and what is refused of all that is
asked?"""

NOT_RUNNING = ("not_running",)
CABLE, PAGE, MQTT, PROGRAM = "cable", "page", "mqtt", "program"  # who asks


def runs(place) -> bool:
    """Does a unit run there?"""
    return place.device is not None and place.device.running


def refusal(place):
    """None, or why nothing can be asked of the group now."""
    if not runs(place):
        return NOT_RUNNING
    errors = place.device.unit.errors
    if errors:
        return "no_group_now", errors[0]
    place.device.unit.goes_on()  # the sharing task waits for it
    return None


def no_number(unit):
    """None, or why this names no unit."""
    fits = type(unit) is int and 0 < unit < 1000
    return None if fits else ("unit_number", str(unit)[:40])


def member(place):
    """The unit as a member of its group."""
    return place.device.unit.member


def now_ms(place):
    """The unit's clock."""
    return place.device.hardware.clock.now_ms()
