# SPDX-License-Identifier: MIT
"""Pairing as its owner has it, see owner.py."""

from app.on_demand.owner_place import CABLE, NOT_RUNNING, no_number, now_ms, refusal, runs
from core.load import load


def pair(place, first=None, second=None):
    """Open pairing for 5 min and give whom it has found, a list of core/pairing's Found.
    pair(code), pair(serial, code): the unit with this label joins; pair(serial): one that has the
    group's key already. Then None, or a refusal."""
    if not runs(place):
        return NOT_RUNNING
    return load("app", "pairing").pair(place.device.unit, first, second)


def pairing(place):
    """(seconds that it stays open, seconds that no code is taken, [(Found, why it could not join
    or None)]), or None while it is closed."""
    return load("app", "pairing").state(place.device.unit, now_ms(place))


def close_pairing(place):
    """Close it before its time."""
    return load("app", "pairing").close(place.device.unit) if runs(place) else NOT_RUNNING


def replace(place, unit, has_no_power=False, by=CABLE):
    """The unit that is paired next takes the place of this one: its number and name."""
    error = refusal(place) or no_number(unit)
    return error or load("app", "pairing").replace(place.device.unit, unit, has_no_power is True,
                                                   by)
