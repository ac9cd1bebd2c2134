# SPDX-License-Identifier: MIT
"""What an owner wants of one unit, and of the group for a while: see owner.py."""

from app.on_demand.owner_place import (
    CABLE, NOT_RUNNING, PAGE, member, no_number, now_ms, refusal, runs)
from core.load import load


def rename(place, unit, name, by=CABLE):
    """Give a unit a name, at most 24 bytes, for people; "": none."""
    error = refusal(place) or no_number(unit)
    if error:
        return error
    return load("core", "sharing", "naming").rename(member(place), unit, name, now_ms(place))


def identify(place, unit=None, seconds=10):
    """A unit blinks for 1 to 60 s: this one, or a number, or a serial that pairing has found."""
    if not runs(place):
        return NOT_RUNNING
    wrong = unit is not None and type(unit) is not str and no_number(unit)
    return wrong or load("app", "finding").identify(place.device.unit, unit, seconds,
                                                    now_ms(place))


def cap(place, unit, amps, by=CABLE, ttl_s=None):
    """The most that a unit may use, A; 0: nothing, None: neither. What a program asks for ends
    when the vehicle leaves, or after ttl_s: see core/sharing/on_demand/caps.py."""
    return _wished(place, "asked", unit, amps, by, ttl_s)


def wish(place, unit, changes, by=CABLE, ttl_s=None):
    """max_a, min_a, priority, pause of a unit: all of a dict, or none. None ends it."""
    if type(changes) is not dict:
        return "changes_kind", str(changes)[:40]
    return _wished(place, "wish", unit, changes, by, ttl_s)


def _wished(place, function, unit, value, by, ttl_s):
    return refusal(place) or no_number(unit) or getattr(
        load("core", "sharing", "caps"), function)(
            member(place), unit, value, by in (CABLE, PAGE), ttl_s, now_ms(place))


def soft_limit(place, amps, ttl_s=None, by=CABLE):
    """Share less than the limit for ttl_s, None: an hour. amps: None ends it. Fallbacks stay."""
    return refusal(place) or load("core", "sharing", "caps").soft_limit(
        member(place), amps, ttl_s, now_ms(place), by)
