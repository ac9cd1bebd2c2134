# SPDX-License-Identifier: MIT
"""Calls of live_calls.py that say more than whether something is done. Each is given the place
where the unit is, device.supervisor.Supervisor."""

import json

from core.load import load
from device.prompt import say


def help_me(place):
    """What may be called while the unit runs."""
    load("app", "group_shown").wrapped(
        "While the unit runs: %s. Ctrl-C stops it and gives all other calls."
        % ", ".join([name + "()" for name in sorted(load("app", "live_calls").LIVE)]), "")


def status(place):
    """State, offer, reason, lease, group."""
    state_words, reason_words = load("core", "connector", "state_words"), load(
        "core", "reason_words")
    told, shown = load("app", "owner_told"), load("app", "group_shown")
    device = place.device
    unit, connector = device.unit, device.unit.connector
    now_ms = device.hardware.clock.now_ms()
    if not device.running:
        print("Stopped: the contactor is open, the pilot says not ready. When it still ran:")
    print("pilot %s, %s offered, contactor %s" % (
        state_words.state_name(connector), shown.amps(connector.offered_ma),
        "closed" if connector.snapshot(now_ms).closed else "open"))
    print("because: %s" % reason_words.words(connector.reason))
    print("lease: %s" % unit.member.lease_state(now_ms))
    for error in unit.errors:
        print("Not charging: %s." % error)
    for row in told.members(place):
        missing_ms, name = row["missing_ms"], row["name"]
        print("unit %d%s: %s, %s granted" % (
            row["unit"], ", " + name if name else "", "heard" if missing_ms is None
            else "missing for %d s" % (missing_ms // 1000), shown.amps(row["granted_ma"])))
    shown.show(place, told.troubles(place))


def setting(place, key, value):
    """Change one setting of the table."""
    done = load("app", "owner_unit").set(place, {str(key): value})
    if isinstance(done, tuple):
        return done
    print("%s is %s.%s" % (key, "set" if "password" in str(key) else value,
                           " It counts after the next start." if done else ""))


def clear_fault(place, unit=None):
    """The owner has looked: a latched fault may be tried again, of this unit or of another one."""
    done = load("app", "owner_unit").clear_fault(place, unit)
    if isinstance(done, tuple):
        return done
    print("Cleared. Start with run()." if done else "Cleared.")


def bench_vehicle(place, state, amps=0):
    """On a bench board: connect a vehicle in a state, drawing so many amperes."""
    device = place.device
    if device.hardware.bench is None:
        print("Refused: this is not a bench board.")
        return
    error = load("hal", "bench").connect(device.hardware.bench, state, amps)
    if error:
        print("Refused: %s." % error)
        return
    place.vehicle = (state, amps)
    print("Vehicle in state %s, up to %s A." % (state, amps))
    if not device.running:
        print("It is gone when the board starts again.")


def watch(place, on=True):
    """Print what is offered at each change, for a program that listens."""
    if on is not True and on is not False:
        print("Refused: watch(%r): must be True or False." % (on,))
    elif place.device is None or not place.device.running:
        print("Refused: nothing runs. Start with run().")
    else:
        place.device.watch = load("device", "watch").Watch() if on else None
        print("Watching." if on else "Not watching.")


def amppool_health(place):
    """One JSON line for the host."""
    say(json.dumps(load("device", "health").health(place.device)))
