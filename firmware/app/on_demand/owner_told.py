# SPDX-License-Identifier: MIT
"""What an owner asks for, as plain values, see owner.py."""

from app.on_demand.owner_place import now_ms
from core.load import load


def members(place) -> list:
    """The units of the group that a unit leads, a dict each: see troubles.py."""
    return load("app", "troubles").members(place.device.unit, now_ms(place))


def troubles(place) -> list:
    """[(code, args)]: what is not as it should be. Words: core/on_demand/finding_words.py."""
    return load("app", "troubles").troubles(place.device.unit, now_ms(place))


def waiting(place):
    """The change of the group that waits: see troubles.py."""
    return load("app", "troubles").waiting(place.device.unit, now_ms(place))


def events(place) -> list:
    """[(seconds ago, code, (unit, value))]: the last ten things that happened, newest first."""
    return load("app", "events").events(place.device.unit, now_ms(place))


def tested(place):
    """(seconds ago, findings) of the last self-test, none: passed; (None, seconds left) while it
    goes on; None before the first."""
    return load("app", "self_test").tested(place.device.unit, now_ms(place))
