# SPDX-License-Identifier: MIT
"""What is not as it should be, and what has happened: the English for both.

A finding is (code, args): plain numbers and texts. Its entry in one of the files finding_text_*.py
says what is wrong and, behind the bar, what its owner can do, naming the unit to go to and the
call. An event is alike, without a bar. <0> is the first of args, <1t> the second as a time from
seconds, <2a> the third as amperes from mA, <0u> units, <0r> the words of a reason. They are
several files because a board that runs has no room for all in one piece.
"""

from core.group.on_demand.amounts import amperes
from core.load import load
from core.on_demand.phrases import entry, filled, units_text


def words(code: str, args=()) -> tuple:
    """(what is wrong, what to do) of a finding, sentences without a full stop; of an event the
    second is empty."""
    line = _line(code)
    if line is None:
        return "unknown finding %s" % code, ""
    what, _, to_do = line.partition("|")
    for kind, of in (("<1f>", "fault_%d"), ("<1o>", "outside_%d")):  # what to do by the reason
        if to_do == kind:
            to_do = _line(of % args[1]) or "see status() there"
    return filled(what, args, _KINDS), filled(to_do, args, _KINDS)


def event_words(code: str, args=()) -> str:
    """What has happened. args: (unit, value)."""
    text = load("core", "finding_text_event").TEXT
    line = None
    if len(args) > 1:
        line = entry(text, "event_%s_%s" % (code, args[1]))
    return filled(line or entry(text, "event_" + code) or "unknown event " + code, args, _KINDS)


def _line(code):
    for text in _TEXTS:
        line = entry(text(), code)
        if line is not None:
            return line
    return None


_TEXTS = (lambda: load("core", "finding_text_radio").TEXT,
          lambda: load("core", "finding_text_group").TEXT,
          lambda: load("core", "finding_text_unit").TEXT,
          lambda: load("core", "finding_text_test").TEXT)


def time_text(seconds: int) -> str:
    """A span for people: 40 s, 12 min, 3 h, 4 days."""
    for size, name in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return "%d %s" % (seconds // size, name)
    return "%d s" % seconds


def _before(dbm):
    return "" if dbm is None else ", and -%d dBm before" % dbm


def _by(who):
    return {"cable": "at the cable", "page": "on the page", "mqtt": "by MQTT"}.get(
        who, "by a unit, or before the last start")


def _who(unit):
    return "unit %d" % unit if unit else "this unit"


def _limits(limits_ma):
    return " and ".join([_amperes(limit_ma) for limit_ma in limits_ma])


def _reason(reason):
    return load("core", "reason_words").words(reason)


def change_text(parts) -> str:
    """What is asked for. parts: of changes() in core/group/on_demand/difference.py."""
    return "; ".join([_part(*part) for part in parts]) or "no other settings"


def _part(key, old, new):
    if key == "limit_ma":
        return "limit %s A to %s A" % (amperes(old), amperes(new))
    if key == "enabled":
        return "sharing %s" % ("on" if new else "off")
    if key == "leader":
        return "unit %d leads instead of unit %d" % (new, old)
    if key == "replaced":
        return "unit %d becomes another board, serial %s" % (old, new)
    if key in ("joins", "leaves", "rewired"):
        what = {"rewired": "says its wiring anew"}.get(key, key)
        return "unit %d %s" % (old, what)
    return "%s %s to %s" % (key, old, new)


def _amperes(amount_ma):
    return amperes(amount_ma) + " A"


_KINDS = (("t", time_text), ("a", _amperes), ("u", units_text), ("r", _reason), ("b", _before),
          ("y", _by), ("c", change_text), ("w", _who), ("l", _limits))
