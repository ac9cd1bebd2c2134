# SPDX-License-Identifier: MIT
"""Everything that an owner can do, each once. The serial prompt is a skin over this: what asks and
prints has no rule, no bound and no refusal of its own. Pairing, a page, its API and MQTT come
beside it, and add here what they can do.

Each is given the place where a unit is, device.supervisor.Supervisor: its device may be None. Each
gives None when it is done, a sentence that says what is wrong and what is allowed, or, where
something is asked for, plain values. Nothing is half done, also where NotLoaded is raised. What a
unit cannot do while it runs, or while it stands, is refused with the way to it.
"""

from core.load import load
from micropython import const

# Who may do it: whoever sees the unit, who is logged in, who has the cable.
ANYBODY = const(0)
LOGGED_IN = const(1)
AT_THE_CABLE = const(2)


def who(name: str) -> int:
    """Who may do what is called so here. What is not named wants the cable."""
    if name in ("members", "troubles"):
        return ANYBODY
    if name in ("limit", "enable", "fallback", "remove", "go_on_without", "hand_over", "promote",
                "lead_again", "clear_fault"):
        return LOGGED_IN
    return AT_THE_CABLE


def runs(place) -> bool:
    """Does a unit run there?"""
    return place.device is not None and place.device.running


# --- the group (owner_group.py does it; on a unit that stands it is a setting)


def limit(place, amps):
    """Limit of the circuit per phase, A."""
    if not runs(place):
        return change(place, {"limit_a": amps})
    if type(amps) is not int:
        return "limit_a is %s: must be a whole number of amperes" % (amps,)
    return _of_the_group(place, "limit_a") or load("app", "owner_group").revise(
        place, limit_ma=amps * 1000)


def enable(place, on):
    """Sharing on or off."""
    if not runs(place):
        return change(place, {"enabled": on})
    if type(on) is not bool:
        return "enabled is %s: must be true or false" % (on,)
    return _of_the_group(place, "enabled") or load("app", "owner_group").revise(place, enabled=on)


def fallback(place, mode):
    """What a unit may use that has lost its leader: equal, minimum or stop."""
    if not runs(place):
        return change(place, {"fallback": mode})
    return _of_the_group(place, "fallback") or load("app", "owner_group").revise(
        place, fallback=mode)


# A unit alone has no record, so that what changes must be a setting.
def _of_the_group(place, key):
    if getattr(place.device.unit.member, "codec", None) is None:
        return "%s of a unit without a group is a setting: stop it first" % key
    return None


def remove(place, unit, has_no_power=False):
    """Take a unit out of the group; True: it has no power, and gets none before it was reset or
    hears the group."""
    return _not_running(place) or load("app", "owner_group").remove(place, unit, has_no_power)


def go_on_without(place, unit):
    """Let a change not wait for a unit: what it may still use is kept for it."""
    return _not_running(place) or load("app", "owner_group").go_on_without(place, unit)


def hand_over(place, unit):
    """Make another unit the leader."""
    return _not_running(place) or load("app", "owner_group").hand_over(place, unit)


def promote(place, old_leader_has_no_power=False):
    """Make this unit the leader of a group whose leader is dead."""
    return _not_running(place) or load("app", "owner_group").promote(
        place, old_leader_has_no_power)


def lead_again(place):
    """Start a leader again that has stopped beside another one."""
    return _not_running(place) or load("app", "owner_group").lead_again(place)


def members(place) -> list:
    """[(unit, ms for which it is missing or None, mA granted)] of the group that a unit leads."""
    return load("app", "owner_group").members(place)


def troubles(place) -> list:
    """Sentences: what is not as it should be in the group, and what the owner can do."""
    return load("app", "owner_group").troubles(place)


# --- the unit itself


def change(place, changes: dict):
    """Change settings of a unit that stands, all or none. Gives the keys of those that its group
    is asked for when it runs again, a list."""
    if runs(place):
        return "a setting is changed while the unit stands: stop it first"
    return load("app", "owner_settings").change(place, changes)


def clear_fault(place):
    """The owner has looked: a latched fault may be tried again. Gives whether it wants a new
    start: what was found at the start is looked at anew only by another one."""
    device = place.device
    if device is None:
        return "nothing has run yet: start with run()"
    load("device", "last_run").unlock(device.last_run)
    if device.unit is not None:
        device.unit.connector.clear_fault()
    return not device.running or bool(device.unit.errors)


def factory_reset(place):
    """Forget group and settings; the unit then offers nothing until it is set up."""
    try:
        load("device", "reset").factory_reset(place.device)
    except OSError:
        return "the flash cannot be written. Nothing was changed"
    return None


def _not_running(place):
    if not runs(place):
        return "nothing runs: start with run()"
    return None
