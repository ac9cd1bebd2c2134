# SPDX-License-Identifier: MIT
"""Calls at the serial line that a unit answers while it runs, as well as when it stands.

Each is given the place where the unit is, device.supervisor.Supervisor. Nothing here writes to the
flash, which would delay the pilot path: what changes the group is stored by the sharing task.
"""

import json

from core.load import load
from device.prompt import say

# What owner.py does and nothing is to be said of but whether it is done.
_TOLD = ("limit", "enable", "fallback", "rename", "go_on_without", "remove", "hand_over",
         "promote", "lead_again", "identify", "self_test", "replace", "cap", "wish", "soft_limit")
_READ = ("members", "troubles", "events", "tested", "pair")
_SHOWN = ("help_me", "status", "clear_fault", "bench_vehicle", "watch", "amppool_health")
LIVE = _SHOWN + _READ + _TOLD

# What a call wants, each after those that it imports itself; text, as the pieces would take more.
_OWNER = "app.owner_place app.owner core.serial core.sharing.names "
_NOTES = "core.sharing.reception app.events "
_RECORD = "core.group.record core.unit_name core.sharing.rare_bodies core.group.group "
_FOLLOW = "core.sharing.lease core.sharing.follower "
_GROUP = (_OWNER + _NOTES + _RECORD + "core.group.limits core.group.proposal core.group.change "
          "core.group.revision " + _FOLLOW + "core.sharing.keeping core.sharing.account "
          "core.sharing.ledger core.sharing.leader core.sharing.frames core.sharing.naming "
          "core.sharing.proposing core.sharing.compare core.sharing.unsure "
          "core.sharing.owner_words ")
_STATE = "core.connector.state_words core.reason_words core.sharing.presence "
_TROUBLES = _OWNER + _STATE + "core.sharing.reception app.troubles "
_WORDS = "core.group.limits core.finding_words "
_FINDINGS = "core.finding_text_radio core.finding_text_group core.finding_text_unit "
_SHOW = "app.group_shown"
_WISH = (_OWNER + "core.group.limits " + _RECORD + _FOLLOW + "core.sharing.frames "
         "core.sharing.keeping core.sharing.wishes core.sharing.caps")
_PAIRING = (_OWNER + "app.dice app.jobs app.pairing core.pairing.layouts core.pairing.opening "
            "app.pairing_job core.pairing.listing ")
_PAIR = "core.unit_name app.pairing_shown"
# What a code wants beside these.
_CODE = ("core.group.limits app.admitting core.pairing.label_code core.pairing.x25519 "
         "core.pairing.elligator core.pairing.agreement core.pairing.sealing core.pairing.trial ")
_NEEDS = (
    ("status", _TROUBLES + _WORDS + _FINDINGS + _SHOW),
    ("members", _TROUBLES + _WORDS + _SHOW),
    ("troubles", _TROUBLES + _WORDS + _FINDINGS + _SHOW),
    ("events", _OWNER + _NOTES + _WORDS + "core.finding_text_event core.reason_words " + _SHOW),
    ("tested", _TROUBLES + "app.events app.jobs app.self_test " + _WORDS + _FINDINGS + _SHOW),
    ("rename", _OWNER + _RECORD + _FOLLOW + "core.sharing.frames core.sharing.keeping "
     "core.sharing.naming"),
    ("identify", _OWNER + _RECORD + _FOLLOW + "core.sharing.frames core.sharing.rare_frames "
     "app.finding"),
    ("pair", _PAIRING + _PAIR),
    ("pair code", _PAIRING + _CODE + _PAIR),
    ("replace", _PAIRING + "core.unit_name"),
    ("cap", _WISH), ("wish", _WISH), ("soft_limit", _WISH),
    ("self_test", _TROUBLES + "app.events app.jobs app.self_test"),
    ("help_me", _SHOW),
    ("amppool_health", _STATE + "device.health"))


def needs(name: str, inside="") -> tuple:
    """The files of a call, to be loaded one by one before it: between two of them the sharing task
    has its turn, for flash may be slow. inside: what follows the bracket."""
    if name == "pair" and inside[:1] != ")":
        name = "pair code"
    files = _GROUP if name in _TOLD else ""
    for known, wanted in _NEEDS:
        if known == name:
            files = wanted
    return tuple([tuple(path.split(".")) for path in files.split(" ") if path])


def call(place, name: str, given):
    """Make one of these calls."""
    if name in _TOLD:
        error = getattr(load("app", "owner"), name)(place, *given)
        print("Refused: %s." % error if error else _done(name))
    elif name in _READ:
        if place.device is None or place.device.unit is None:
            print("Nothing runs: start with run().")
        else:
            shown = load("app", "pairing_shown") if name == "pair" else load("app", "group_shown")
            getattr(shown, name)(load("app", "owner"), place, *given)
    else:
        getattr(load("app", "live_calls"), name)(place, *given)


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
