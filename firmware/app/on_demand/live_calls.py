# SPDX-License-Identifier: MIT
"""Calls at the serial line that a unit answers while it runs, as well as when it stands.

Each is given the place where the unit is, device.supervisor.Supervisor. Nothing here writes to the
flash beside a closed contactor, which would delay the pilot path: what changes the group is stored
by the sharing task.
"""

import json

from core.load import load
from device.prompt import say

# What owner.py does and nothing is to be said of but whether it is done.
_TOLD = ("limit", "enable", "fallback", "rename", "go_on_without", "remove", "hand_over",
         "promote", "lead_again", "identify", "self_test", "replace", "take_back", "cap", "wish",
         "soft_limit")
_READ = ("members", "troubles", "events", "tested", "pair")
_SHOWN = ("help_me", "status", "clear_fault", "bench_vehicle", "watch", "amppool_health",
          "setting")
LIVE = _SHOWN + _READ + _TOLD
# What puts a refusal in words, each after those that it imports itself.
WORDS = ("core", "phrases"), ("core", "refusal_words"), ("app", "refusals")


def call(place, name: str, given):
    """Make one of these calls. None, or the refusal that is to be printed."""
    if name in _TOLD:
        refusal = getattr(load("app", "owner"), name)(place, *given)
        if refusal is None:
            print(_done(name))
        return refusal
    if name in _READ:
        if place.device is None or place.device.unit is None:
            print("Nothing runs: start with run().")
        else:
            shown = load("app", "pairing_shown") if name == "pair" else load("app", "group_shown")
            return getattr(shown, name)(load("app", "owner"), place, *given)
        return None
    return getattr(load("app", "live_calls"), name)(place, *given)


def _done(name):
    if name == "identify":
        return "It blinks, if it is heard."
    if name == "self_test":
        return ("It takes a minute; for some seconds of it all charge as without a leader.\n"
                "Then: tested().")
    if name == "replace":
        return "The unit that is paired next takes its place."
    return "Done: see members()." if name == "rename" else "Done: see status()."


def help_me(place):
    """What may be called while the unit runs."""
    load("app", "group_shown").wrapped(
        "While the unit runs: %s. Ctrl-C stops it and gives all other calls."
        % ", ".join([name + "()" for name in sorted(LIVE)]), "")


def status(place):
    """State, offer, reason, lease, group."""
    state_words, reason_words = load("core", "connector", "state_words"), load(
        "core", "reason_words")
    owner, shown = load("app", "owner"), load("app", "group_shown")
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
    for row in owner.members(place):
        missing_ms, name = row["missing_ms"], row["name"]
        print("unit %d%s: %s, %s granted" % (
            row["unit"], ", " + name if name else "", "heard" if missing_ms is None
            else "missing for %d s" % (missing_ms // 1000), shown.amps(row["granted_ma"])))
    shown.show(place, owner.troubles(place))


def setting(place, key, value):
    """Change one setting of the table."""
    done = load("app", "owner").set(place, {str(key): value})
    if isinstance(done, tuple):
        return done
    print("%s is %s.%s" % (key, "set" if "password" in str(key) else value,
                           " It counts after the next start." if done else ""))


def clear_fault(place, unit=None):
    """The owner has looked: a latched fault may be tried again, of this unit or of another one."""
    done = load("app", "owner").clear_fault(place, unit)
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
