# SPDX-License-Identifier: MIT
"""The group's settings as its owner changes them: see owner.py. Of a unit that stands they are
settings like the others."""

from app.on_demand.events import asked
from app.on_demand.owner_place import CABLE, member, now_ms, refusal, runs
from core.load import load


def limit(place, amps, by=CABLE):
    """Limit of the circuit per phase, A. by: who asks, shown while a change waits."""
    if runs(place) and type(amps) is not int:
        return "whole_amps", "limit_a", str(amps)[:40]
    whole = amps if type(amps) is int else 0  # a unit that stands says itself what is wrong
    return _revise(place, by, "limit_a", amps, limit_ma=1000 * whole)


def enable(place, on, by=CABLE):
    """Sharing on or off."""
    if runs(place) and type(on) is not bool:
        return "true_false", "enabled", str(on)[:40]
    return _revise(place, by, "enabled", on, enabled=on)


def fallback(place, mode, by=CABLE):
    """What a unit may use that has lost its leader: equal, minimum or stop."""
    return _revise(place, by, "fallback", mode, fallback=mode)


def _revise(place, by, key, value, **changes):
    if not runs(place):
        return load("app", "owner_settings").change(place, {key: value})
    error = refusal(place) or member(place).codec is None and ("alone_setting", key)
    return error or asked(place, by, load("core", "sharing", "revising").revise(
        member(place), now_ms(place), **changes))
