# SPDX-License-Identifier: MIT
"""Everything that an owner can do, each once. The serial prompt is a skin over this: what asks and
prints has no rule, no bound and no refusal of its own. Pairing, a page, its API and MQTT come
beside it, and add here what they can do.

Each is given the place where a unit is, device.supervisor.Supervisor: its device may be None. Each
gives None when it is done, a sentence that says what is wrong and what is allowed, or, where
something is asked for, plain values. Nothing is half done, also where NotLoaded is raised. What a
unit cannot do while it runs, or while it stands, is refused with the way to it. What is asked of a
group that runs becomes a change that is stored and goes round like any other: nobody stops
charging for it except who must.
"""

from core.load import load
from core.on_demand.serial import serial_text
from core.sharing.member import STOPPED
from micropython import const

# Who may do it: whoever sees the unit, who is logged in, who has the cable.
ANYBODY = const(0)
LOGGED_IN = const(1)
AT_THE_CABLE = const(2)

_STRANGER_MS = const(60000)  # one who was heard within it is shown


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


# --- the group's settings: of a unit that stands they are settings like the others


def limit(place, amps):
    """Limit of the circuit per phase, A."""
    if not runs(place):
        return change(place, {"limit_a": amps})
    if type(amps) is not int:
        return "limit_a is %s: must be a whole number of amperes" % (amps,)
    return _revise(place, "limit_a", limit_ma=amps * 1000)


def enable(place, on):
    """Sharing on or off."""
    if not runs(place):
        return change(place, {"enabled": on})
    if type(on) is not bool:
        return "enabled is %s: must be true or false" % (on,)
    return _revise(place, "enabled", enabled=on)


def fallback(place, mode):
    """What a unit may use that has lost its leader: equal, minimum or stop."""
    if not runs(place):
        return change(place, {"fallback": mode})
    return _revise(place, "fallback", fallback=mode)


def _revise(place, key, **changes):
    error = _refusal(place)
    if error is None and _member(place).codec is None:  # alone: it has no record, only settings
        error = "%s of a unit without a group is a setting: stop it first" % key
    return error or _words().revise(_member(place), _now_ms(place), **changes)


# --- the group's units, of a unit that runs


def remove(place, unit, has_no_power=False):
    """Take a unit out of the group; True: it has no power, and gets none before it was reset or
    hears the group."""
    error = _refusal(place) or _no_number(unit)
    if error:
        return error
    member, now_ms = _member(place), _now_ms(place)
    leader = member.leader
    if leader is None:
        return _words().revise(member, now_ms)  # says who leads
    if unit == leader.unit:
        return "this unit leads: hand_over() first"
    rows = leader.revisions.newest().members
    left = [row for row in rows if row.unit != unit]
    if len(left) < len(rows):
        error = _words().revise(member, now_ms, members=left)
    elif has_no_power is not True:
        return "unit %d is not in the group (any more)" % unit
    if error is None and has_no_power is True:
        error = _words().without_power(member, unit, now_ms)
    return error


def go_on_without(place, unit):
    """Let a change not wait for a unit: what it may still use is kept for it."""
    return (_refusal(place) or _no_number(unit)
            or _words().go_on_without(_member(place), unit, _now_ms(place)))


def hand_over(place, unit):
    """Make another unit the leader."""
    return (_refusal(place) or _no_number(unit)
            or _words().hand_over(_member(place), unit, _now_ms(place)))


def promote(place, old_leader_has_no_power=False):
    """Make this unit the leader of a group whose leader is dead."""
    return _refusal(place) or _words().promote(_member(place), _now_ms(place),
                                               old_leader_has_no_power)


def lead_again(place):
    """Start a leader again that has stopped beside another one."""
    return _refusal(place) or _words().lead_again(_member(place), _now_ms(place))


def _refusal(place):
    if not runs(place):
        return "nothing runs: start with run()"
    if place.device.unit.errors:
        return "this unit runs no group now: %s" % place.device.unit.errors[0]
    place.device.unit.goes_on()  # the sharing task waits for it
    return None


def _no_number(unit):
    return None if type(unit) is int else "a unit is named by its number, as status() shows it"


def _words():
    return load("core", "sharing", "owner_words")


def _member(place):
    return place.device.unit.member


def _now_ms(place):
    return place.device.hardware.clock.now_ms()


def members(place) -> list:
    """[(unit, ms for which it is missing or None, mA granted)] of the group that a unit leads."""
    leader = _member(place).leader
    rows = [] if leader is None else load("core", "sharing", "presence").presence(
        leader, place.device.unit.timing, _now_ms(place))
    return [(number, missing_ms, amount_ma) for number, missing_ms, _, amount_ma in rows]


def troubles(place) -> list:
    """Sentences: what is not as it should be in the group, and what the owner can do."""
    leader = _member(place).leader
    found = []
    if leader is None:
        if _member(place).role == STOPPED:
            found.append("Two units led this group: this one has stopped. On one of them: "
                         "lead_again().")
        return found
    if leader.unsure():
        found.append("Group settings differ between units: what is newest is proposed to all.")
    waiting = []
    if leader.revisions.pending is not None:
        waiting = load("core", "sharing", "leader").waiting_units(leader)
    if waiting:
        found.append("A change waits for units %s: go_on_without(N), or remove(N, True) if N has "
                     "no power and gets none before it hears the group again."
                     % ", ".join([str(unit) for unit in waiting]))
    for tag in sorted(leader.strangers or {}):
        heard_ms, serial, _ = leader.strangers[tag]
        if _now_ms(place) - heard_ms < _STRANGER_MS:
            found.append("Not in the group, but has its key: %s. It gets nothing."
                         % (serial_text(serial) if serial else "a unit with the tag " + tag.hex()))
    return found


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
