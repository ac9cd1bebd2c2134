# SPDX-License-Identifier: MIT
"""Calls at the serial line that a unit answers while it runs, as well as when it stands.

Each is given the place where the unit is, device.supervisor.Supervisor. Nothing here writes to the
flash, which would delay the pilot path: what changes the group is stored by the sharing task.
"""

import json

from core.load import load
from device.prompt import say

# What owner.py does and nothing is to be said of but whether it is done.
_TOLD = ("limit", "enable", "fallback", "go_on_without", "remove", "hand_over", "promote",
         "lead_again")
_SHOWN = ("help_me", "status", "clear_fault", "bench_vehicle", "watch", "amppool_health")
LIVE = _SHOWN + _TOLD

# What a call wants, each after those that it imports itself.
_OWNER = (("core", "serial"), ("app", "owner"))
_STATE = (("core", "connector", "state_words"), ("core", "reason_words"),
          ("core", "sharing", "presence"))
_GROUP = (("core", "group", "record"), ("core", "sharing", "rare_bodies"),
          ("core", "group", "group"), ("core", "group", "limits"), ("core", "group", "proposal"),
          ("core", "group", "change"), ("core", "group", "revision"),
          ("core", "sharing", "lease"), ("core", "sharing", "follower"),
          ("core", "sharing", "keeping"), ("core", "sharing", "account"),
          ("core", "sharing", "ledger"), ("core", "sharing", "leader"),
          ("core", "sharing", "proposing"), ("core", "sharing", "compare"),
          ("core", "sharing", "unsure"), ("core", "sharing", "owner_words"))


def needs(name: str) -> tuple:
    """The files of a call, to be loaded one by one before it: between two of them the sharing task
    has its turn, for flash may be slow."""
    if name in _TOLD:
        return _OWNER + _GROUP
    if name == "status":
        return _OWNER + _STATE
    return _STATE + (("device", "health"),) if name == "amppool_health" else ()


def call(place, name: str, given):
    """Make one of these calls."""
    if name in _TOLD:
        error = getattr(load("app", "owner"), name)(place, *given)
        print("Refused: %s." % error if error else "Done: see status().")
    else:
        getattr(load("app", "live_calls"), name)(place, *given)


def help_me(place):
    """What may be called while the unit runs."""
    print("While the unit runs: %s. Ctrl-C stops it and gives all other calls."
          % ", ".join([name + "()" for name in sorted(LIVE)]))


def _amps(ma):
    return "%d.%d A" % (ma // 1000, ma // 100 % 10)


def status(place):
    """State, offer, reason, lease, group."""
    state_words, reason_words = load("core", "connector", "state_words"), load(
        "core", "reason_words")
    owner = load("app", "owner")
    device = place.device
    unit, connector = device.unit, device.unit.connector
    now_ms = device.hardware.clock.now_ms()
    if not device.running:
        print("Stopped: the contactor is open, the pilot says not ready. When it still ran:")
    print("pilot %s, %s offered, contactor %s" % (
        state_words.state_name(connector), _amps(connector.offered_ma),
        "closed" if connector.snapshot(now_ms).closed else "open"))
    print("because: %s" % reason_words.words(connector.reason))
    print("lease: %s" % unit.member.lease_state(now_ms))
    for error in unit.errors:
        print("Not charging: %s." % error)
    for number, missing_ms, amount_ma in owner.members(place):
        print("unit %d: %s, %s granted" % (
            number, "heard" if missing_ms is None
            else "missing for %d s" % (missing_ms // 1000), _amps(amount_ma)))
    for trouble in owner.troubles(place):
        print(trouble)


def clear_fault(place):
    """The owner has looked: a latched fault may be tried again."""
    done = load("app", "owner").clear_fault(place)
    if isinstance(done, str):
        print("Refused: %s." % done)
    else:
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
