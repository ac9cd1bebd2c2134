# SPDX-License-Identifier: MIT
"""The units that a leader with pairing open has heard, as an owner sees them, and why a code is
not tried with one. What they said may come from anybody: a text that holds more than letters is
shown as "?"."""

from collections import namedtuple

from core.on_demand.serial import serial_text, tag_of
from core.pairing.on_demand import layouts
# serial: 6 bytes, or the 4 of its tag where only that is known; signal_here, signal_there: -dBm,
# how each hears the other, 127: not known; vehicle: plugged in; why_not: None, "version",
# "other_group", "not_set_up" or "double"; state: "here", "has_key" (of this group), "busy" (with
# another leader), "trying", or what came of it (trial.py); versions: (oldest, newest) of pairing,
# or None.
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
    if seen.flags & layouts.NOT_SET_UP:
        return "not_set_up"
    if seen.double_ms is not None and now_ms - seen.double_ms < layouts.FRESH_MS:
        return "double"
    return None


def meant(opening, serial, now_ms) -> list:
    """Seen of all that a code is to be tried with; serial: of the unit, None: of any that has not
    this group's key."""
    return [seen for seen in _heard(opening, serial, now_ms) if why_not(seen, now_ms) is None]


def refusal(opening, serial, now_ms):
    """Why no code is tried with it now, a refusal; None if one can be."""
    if opening.trial is not None:
        return "being_paired", serial_text(opening.trial.serial)
    closed_ms = (opening.closed_until_ms or 0) - now_ms
    if closed_ms > 0:
        return "pairing_closed", closed_ms, opening.wrong
    if meant(opening, serial, now_ms):
        return None
    heard = _heard(opening, serial, now_ms)
    if serial and heard:
        return _refusal(heard[0], why_not(heard[0], now_ms))
    return ("not_heard", serial_text(serial)) if serial else ("none_heard",)


def _heard(opening, serial, now_ms):
    return [seen for seen in opening.seen if _fresh(seen, now_ms)
            and (seen.serial == serial if serial else not seen.flags & layouts.HAS_KEY)]


def _refusal(seen, reason):
    refusal = "join_" + reason, serial_text(seen.serial)
    if reason == "version":
        refusal += seen.versions + (layouts.OLDEST, layouts.VERSION)
    return refusal


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
        whole = end - at - 1 <= most and end <= len(data)
        words.append(_text(data[at + 1:end]) if whole else "")
        at = end
    return words


# Byte by byte: MicroPython keeps every letter for ever that it has taken out of a text.
def _text(data):
    for i, byte in enumerate(data):
        after = data[i + 1] if i + 1 < len(data) else 0
        third = data[i + 2] if i + 2 < len(data) else 0
        if (byte < 0x20 or byte == 0x7F or byte == 0xC2 and after < 0xA0
                or byte == 0xE2 and _turns(after, third)
                or byte == 0xEF and after == 0xBB and third == 0xBF
                # Ways to write something that are none: CPython refuses them, MicroPython not.
                or 0xC0 <= byte <= 0xC1 or byte > 0xF4 or byte == 0xE0 and after < 0xA0
                or byte == 0xED and after > 0x9F or byte == 0xF0 and after < 0x90
                or byte == 0xF4 and after > 0x8F):
            return "?"
    try:
        return str(data, "utf-8")
    except UnicodeError:
        return "?"


# U+200B to U+200F, U+2028 to U+202F, U+2060 to U+206F: they hide letters or turn their order.
def _turns(after, third):
    return (after == 0x80 and (0x8B <= third <= 0x8F or 0xA8 <= third <= 0xAF)
            or after == 0x81 and 0xA0 <= third <= 0xAF)
