# SPDX-License-Identifier: MIT
"""The units that a leader with pairing open has heard, as an owner sees them, and why a code is
not tried with one. What they said may come from anybody: what is no letter becomes "?"."""

from collections import namedtuple

from core.on_demand.serial import serial_text, tag_of
from core.pairing.on_demand import layouts
from micropython import const

_MINUTE_MS = const(60000)

# serial: 6 bytes, or the 4 of its tag where only that is known; signal_here, signal_there: -dBm,
# how each hears the other, 127: not known; vehicle: plugged in; why_not: None, "version",
# "other_group" or "double"; state: "here", "has_key" (of this group), "busy" (with another
# leader), "trying", or what came of it (trial.py); versions: (oldest, newest) of pairing or None.
Found = namedtuple("Found", ("serial", "name", "board", "version", "signal_here", "signal_there",
                             "vehicle", "why_not", "state", "versions"))


def found(opening, now_ms) -> list:
    """Found of each unit that is heard or that a code was tried with."""
    return [Found(seen.serial, *_texts(seen.texts), *seen.signals,
                  seen.flags & layouts.VEHICLE != 0, why_not(seen, now_ms),
                  _state(opening, seen), seen.versions)
            for seen in opening.seen if _fresh(seen, now_ms) or seen.outcome]


def of_tag(opening, tag):
    """The Seen with this tag of its serial, or None."""
    for seen in opening.seen:
        if tag == seen.serial or len(seen.serial) > len(tag) and tag_of(seen.serial) == tag:
            return seen
    return None


def why_not(seen, now_ms):
    """Why it cannot be paired now: as in Found."""
    if seen.group is not None:
        return "other_group"
    if not layouts.speaks(*seen.versions):
        return "version"
    if seen.double_ms is not None and now_ms - seen.double_ms < layouts.FRESH_MS:
        return "double"
    return None


def meant(opening, serial, now_ms) -> list:
    """Seen of all that a code is to be tried with; serial: of the unit, None: of any that has not
    this group's key."""
    return [seen for seen in _heard(opening, serial, now_ms) if why_not(seen, now_ms) is None]


def refusal(opening, serial, now_ms):
    """Why no code is tried with it now, one sentence; None if one can be."""
    if opening.trial is not None:
        return "unit %s is being paired: try again when that has ended" % serial_text(
            opening.trial.serial)
    closed_ms = (opening.closed_until_ms or 0) - now_ms
    if closed_ms > 0:
        return ("pairing takes no code for %d min, after %d wrong ones in a row: then read it from"
                " the new unit's label" % (-(-closed_ms // _MINUTE_MS), opening.wrong))
    if meant(opening, serial, now_ms):
        return None
    heard = _heard(opening, serial, now_ms)
    if serial and heard:
        return _sentence(heard[0], why_not(heard[0], now_ms))
    return ("no unit%s is heard that can be paired: it must have power, be in reach of this"
            " unit's radio and be in no group" % (
                " with serial " + serial_text(serial) if serial else ""))


def _heard(opening, serial, now_ms):
    return [seen for seen in opening.seen if _fresh(seen, now_ms)
            and (seen.serial == serial if serial else not seen.flags & layouts.HAS_KEY)]


def _sentence(seen, reason):
    serial = serial_text(seen.serial)
    if reason == "version":
        return ("unit %s pairs by versions %d to %d and this unit by %d to %d: install the same"
                " firmware on both" % ((serial,) + seen.versions + (layouts.OLDEST,
                                                                    layouts.VERSION)))
    if reason == "double":
        return ("two boards answer as unit %s: switch off the one that is not to be added, and try"
                " again after 10 s" % serial)
    return "unit %s is in another group: remove it there, or reset it, and try again" % serial


def _state(opening, seen):
    if opening.trial is not None and opening.trial.serial == seen.serial:
        return "trying"
    if seen.outcome:
        return seen.outcome
    if seen.flags & layouts.HAS_KEY:
        return "has_key"
    return "busy" if seen.flags & layouts.BUSY else "here"


def _fresh(seen, now_ms):
    return now_ms - seen.heard_ms < layouts.FRESH_MS


# Name, board, version; "" from where on they are broken.
def _texts(data):
    words = []
    at = 0
    for most in (layouts.NAME_MAX, layouts.BOARD_MAX, layouts.VERSION_MAX):
        end = at + 1 + (data[at] if at < len(data) else 0)
        text = ""
        if end - at - 1 <= most and end <= len(data):
            try:
                text = str(data[at + 1:end], "utf-8")
            except UnicodeError:
                text = "?"
        words.append("".join([c if _is_letter(c) else "?" for c in text]))
        at = end
    return words


# What moves a cursor, hides letters or turns their order round is none.
def _is_letter(c):
    return (" " <= c < "\x7f" or "\x9f" < c < "\u200b" or "\u200f" < c < "\u2028"
            or "\u202f" < c < "\u2060" or "\u206f" < c != "\ufeff")
