# SPDX-License-Identifier: MIT
"""Everything that an owner can do, each once. The serial prompt is a skin over this: what asks and
prints has no rule, no bound and no refusal of its own. So are page, API and MQTT.

Each is given the place where a unit is, device.supervisor.Supervisor: its device may be None. Each
gives None when it is done, a refusal, which is a tuple that refusals.py puts in words, or, where
something is asked for, plain values that are no tuple. Nothing is half done, also where NotLoaded
is raised. What a unit cannot do while it runs, or while it stands, is refused with the way to it.
What is asked of a group that runs becomes a change that is stored and goes round like any other:
nobody stops charging for it except who must.
"""

from app.on_demand.owner_place import NOT_RUNNING, runs
from app.on_demand.owner_place import member as _member
from app.on_demand.owner_place import no_number as _no_number
from app.on_demand.owner_place import now_ms as _now_ms
from app.on_demand.owner_place import refusal as _refusal
from core.load import load
from micropython import const

ANYBODY = const(0)  # who may do it: whoever sees the unit
LOGGED_IN = const(1)
AT_THE_CABLE = const(2)

CABLE, PAGE, MQTT, PROGRAM = "cable", "page", "mqtt", "program"  # who asks


def who(name: str) -> int:
    """Who may do what is called so here. What is not named wants the cable."""
    if name in ("members", "troubles", "waiting", "events", "tested"):
        return ANYBODY
    if name in ("limit", "enable", "fallback", "rename", "remove", "pair", "replace",
                "close_pairing", "cap", "wish", "soft_limit", "go_on_without", "hand_over",
                "promote", "lead_again", "identify", "self_test", "clear_fault", "set",
                "take_back", "factory_reset"):
        return LOGGED_IN
    return AT_THE_CABLE


# --- the group's settings: of a unit that stands they are settings like the others


def limit(place, amps, by=CABLE):
    """Limit of the circuit per phase, A. by: who asks, shown while a change waits."""
    if not runs(place):
        return change(place, {"limit_a": amps})
    if type(amps) is not int:
        return "whole_amps", "limit_a", str(amps)[:40]
    return _revise(place, by, "limit_a", limit_ma=amps * 1000)


def enable(place, on, by=CABLE):
    """Sharing on or off."""
    if not runs(place):
        return change(place, {"enabled": on})
    if type(on) is not bool:
        return "true_false", "enabled", str(on)[:40]
    return _revise(place, by, "enabled", enabled=on)


def fallback(place, mode, by=CABLE):
    """What a unit may use that has lost its leader: equal, minimum or stop."""
    if not runs(place):
        return change(place, {"fallback": mode})
    return _revise(place, by, "fallback", fallback=mode)


def _revise(place, by, key, **changes):
    error = _refusal(place) or _member(place).codec is None and ("alone_setting", key)
    load("app", "events")  # what comes after it, before anything is changed
    words = load("core", "sharing", "revising")
    return error or _asked(place, by, words.revise(_member(place), _now_ms(place), **changes))


# What has been asked for is remembered with who did.
def _asked(place, by, error):
    member = _member(place)
    if error is None and member.leader is not None:
        member.leader.asked_by = by
        newest = member.leader.revisions.pending
        if newest is not None:
            load("app", "events").note(place.device.unit, _now_ms(place), "asked",
                                       value=newest.number)
    return error


# --- the group's units, of a unit that runs


def rename(place, unit, name, by=CABLE):
    """Give a unit a name, at most 24 bytes, for people; "": none."""
    error = _refusal(place) or _no_number(unit)
    if error:
        return error
    return load("core", "sharing", "naming").rename(_member(place), unit, name, _now_ms(place))


def remove(place, unit, has_no_power=False, by=CABLE):
    """Take a unit out of the group; True: it has no power, and gets none before it was reset or
    hears the group."""
    error = _refusal(place) or _no_number(unit)
    if error:
        return error
    words, member, now_ms = _words(), _member(place), _now_ms(place)
    leader = member.leader
    if leader is None:
        return load("core", "sharing", "revising").revise(member, now_ms)  # says who leads
    if unit == leader.unit:
        return "remove_leader", unit
    rows = leader.revisions.newest().members
    left = [row for row in rows if row.unit != unit]
    if len(left) < len(rows):
        error = load("core", "sharing", "revising").revise(member, now_ms, members=left)
    elif has_no_power is not True:
        return "not_in_group", unit, [row.unit for row in rows]
    if error is None and has_no_power is True:
        error = words.without_power(member, unit, now_ms)
    return _asked(place, by, error)


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
    return load("app", "pairing").state(place.device.unit, _now_ms(place))


def close_pairing(place):
    """Close it before its time."""
    return load("app", "pairing").close(place.device.unit) if runs(place) else NOT_RUNNING


def replace(place, unit, has_no_power=False, by=CABLE):
    """The unit that is paired next takes the place of this one: its number and name."""
    error = _refusal(place) or _no_number(unit)
    return error or load("app", "pairing").replace(place.device.unit, unit, has_no_power is True,
                                                   by)


def go_on_without(place, unit, by=CABLE):
    """Let a change not wait for a unit: what it may still use is kept for it."""
    return _refusal(place) or _no_number(unit) or _asked(
        place, by, _words().go_on_without(_member(place), unit, _now_ms(place)))


def take_back(place, by=CABLE):
    """Take a change back that still waits: the group stays as it is."""
    error = _refusal(place)
    if error:
        return error
    _words()
    return _asked(place, by, load("core", "sharing", "taking_back").take_back(
        _member(place), _now_ms(place)))


def hand_over(place, unit, by=CABLE):
    """Make another unit the leader."""
    return _refusal(place) or _no_number(unit) or _asked(
        place, by, _words().hand_over(_member(place), unit, _now_ms(place)))


def promote(place, old_leader_has_no_power=False, by=CABLE):
    """Make this unit the leader of a group whose leader is dead."""
    return _refusal(place) or _asked(place, by, _words().promote(
        _member(place), _now_ms(place), old_leader_has_no_power))


def lead_again(place, by=CABLE):
    """Start a leader again that has stopped beside another one."""
    return _refusal(place) or _asked(place, by, _words().lead_again(_member(place),
                                                                    _now_ms(place)))


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
    return _refusal(place) or _no_number(unit) or getattr(
        load("core", "sharing", "caps"), function)(
            _member(place), unit, value, by in (CABLE, PAGE), ttl_s, _now_ms(place))


def soft_limit(place, amps, ttl_s=None, by=CABLE):
    """Share less than the limit for ttl_s, None: an hour. amps: None ends it. Fallbacks stay."""
    return _refusal(place) or load("core", "sharing", "caps").soft_limit(
        _member(place), amps, ttl_s, _now_ms(place), by)


def identify(place, unit=None, seconds=10):
    """A unit blinks for 1 to 60 s: this one, or a number, or a serial that pairing has found."""
    if not runs(place):
        return NOT_RUNNING
    wrong = unit is not None and type(unit) is not str and _no_number(unit)
    return wrong or load("app", "finding").identify(place.device.unit, unit, seconds,
                                                    _now_ms(place))


def self_test(place):
    """Begin the test of 60 s whose result tested() gives."""
    return _refusal(place) or load("app", "self_test").start(place.device.unit, _now_ms(place))


def _words():
    load("app", "events")  # as above
    return load("core", "sharing", "owner_words")


# --- what is asked for, as plain values


def members(place) -> list:
    """The units of the group that a unit leads, a dict each: see troubles.py."""
    return load("app", "troubles").members(place.device.unit, _now_ms(place))


def troubles(place) -> list:
    """[(code, args)]: what is not as it should be. Words: core/on_demand/finding_words.py."""
    return load("app", "troubles").troubles(place.device.unit, _now_ms(place))


def waiting(place):
    """The change of the group that waits: see troubles.py."""
    return load("app", "troubles").waiting(place.device.unit, _now_ms(place))


def events(place) -> list:
    """[(seconds ago, code, (unit, value))]: the last ten things that happened, newest first."""
    return load("app", "events").events(place.device.unit, _now_ms(place))


def tested(place):
    """(seconds ago, findings) of the last self-test, none: passed; (None, seconds left) while it
    goes on; None before the first."""
    return load("app", "self_test").tested(place.device.unit, _now_ms(place))


# --- the unit itself


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


def clear_fault(place, unit=None):
    """A latched fault may be tried again. Gives whether only a new start looks at it anew."""
    device = place.device
    if unit is not None:
        error = _refusal(place) or _no_number(unit)
        if error or unit != _member(place).group.unit:
            return error or load("app", "finding").clear(device.unit, unit, _now_ms(place))
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
