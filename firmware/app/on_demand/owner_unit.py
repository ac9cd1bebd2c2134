# SPDX-License-Identifier: MIT
"""The unit itself as its owner has it, see owner.py."""

from app.on_demand.owner_place import CABLE, NOT_RUNNING, member, no_number, now_ms, refusal, runs
from core.load import load


def change(place, changes: dict):
    """Change settings of a unit that stands, all or none. Gives the keys of those that its group
    is asked for when it runs again, a list."""
    if runs(place):
        return ("stand_first",)
    return load("app", "owner_settings").change(place, changes)


def set(place, changes: dict, unit=None):
    """The same of a unit that runs: see setting.py. unit: its own number, if any is named."""
    return NOT_RUNNING if not runs(place) else load("app", "setting").change(
        place.device.unit, changes, unit)


def self_test(place):
    """Begin the test of 60 s whose result tested() gives."""
    return refusal(place) or load("app", "self_test").start(place.device.unit, now_ms(place))


def clear_fault(place, unit=None):
    """A latched fault may be tried again. Gives whether only a new start looks at it anew."""
    device = place.device
    if unit is not None:
        error = refusal(place) or no_number(unit)
        if error or unit != member(place).group.unit:
            return error or load("app", "finding").clear(device.unit, unit, now_ms(place))
    if device is None:
        return ("nothing_ran",)
    load("device", "last_run").unlock(device.last_run)
    if device.unit is not None:
        device.unit.connector.clear_fault()
    return not device.running or bool(device.unit.errors)


def factory_reset(place, by=CABLE):
    """Forget group and settings; the unit then offers nothing until it is set up. One that leads
    others forgets them at the cable alone; leads_others() says how many they are."""
    if by != CABLE and leads_others(place):
        return "members", leads_others(place) + 1
    try:
        load("device", "reset").factory_reset(place.device)
    except OSError:
        return ("flash",)


def leads_others(place) -> int:
    """How many other units follow this one, also while it stands."""
    return load("app", "owner_settings").others_led(place)
