# SPDX-License-Identifier: MIT
"""Pairing as its owner reads it at the prompt."""

from core.load import load
from core.on_demand.serial import serial_text

_WORDS = (
    ("version", "has another version of pairing: install the same firmware on both"),
    ("other_group", "is in another group: remove it there, or reset it"),
    ("not_set_up", "is not set up: choose its breaker and its phases on it first"),
    ("double", "two boards answer as this one: switch off the one that is not meant"),
    ("here", "its label code lets it join"),
    ("has_key", "has this group's key: pair(\"%s\") lets it join"),
    ("busy", "is being paired with another leader"),
    ("trying", "its code is being tried"),
    ("wrong", "that was not its code"),
    ("no_answer", "did not answer: try again where it is nearer"),
    ("no_grant", "this leader could not give its key: try again"),
    ("given", "was given the key, and has not said so: look again"),
    ("not_stored", "could not store the key: its flash may be worn out"),
    ("done", "has the key, and joins"))


def pair(place, first=None, second=None):
    """What was asked for, and who is there."""
    owner = load("app", "owner_pairing")
    done = owner.pair(place, first, second)
    if isinstance(done, tuple):
        return done
    if done is None:
        print("It takes some seconds: pair() shows what came of it.")
    state = owner.pairing(place)
    if state is None:
        return
    open_s, closed_s, found = state
    print("Pairing is open for another %d s.%s" % (
        open_s, " No code is taken for %d s." % closed_s if closed_s else ""))
    if not found:
        print("Nobody is there yet. A new unit is found within 10 s: pair() again.")
    for unit, said in found:
        _show(place, unit, said)


def _show(place, unit, said):
    serial = serial_text(unit.serial)
    if said:
        words = "could not be taken in: %s" % load("app", "refusals").told(place, said)[2]
    else:
        words = [words for code, words in _WORDS if code == (unit.why_not or unit.state)][0]
    print("%s%s %s, %s%s" % (serial, " " + unit.name if unit.name else "", unit.board,
                             _signal(unit), ", vehicle plugged in" if unit.vehicle else ""))
    print("    %s" % (words % serial if "%s" in words else words))


def _signal(unit):
    here, there = [str(-signal) + " dBm" if signal < 127 else "not known"
                   for signal in (unit.signal_here, unit.signal_there)]
    return "heard at %s, hears %s" % (here, there)
