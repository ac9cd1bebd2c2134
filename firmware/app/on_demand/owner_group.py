# SPDX-License-Identifier: MIT
"""What an owner does with the group of a unit that runs, and what it shows: see owner.py.

What is asked becomes a change that is stored and goes round like any other; nobody stops charging
for it except who must.
"""

from core.load import load
from core.serial import serial_text
from micropython import const

_STRANGER_MS = const(60000)  # one who was heard within it is shown


def revise(place, **changes):
    """Change limit_ma, enabled or fallback."""
    return _refusal(place) or _member(place).revise(_now_ms(place), **changes)


def go_on_without(place, unit):
    """See owner.py."""
    return (_refusal(place) or _no_number(unit)
            or _member(place).go_on_without(unit, _now_ms(place)))


def remove(place, unit, has_no_power):
    """See owner.py."""
    error = _refusal(place) or _no_number(unit)
    if error:
        return error
    member, now_ms = _member(place), _now_ms(place)
    leader = member.leader
    if leader is None:
        return member.revise(now_ms)  # says who leads
    rows = leader.revisions.newest().members
    left = [row for row in rows if row.unit != unit]
    if unit == leader.unit:
        return "this unit leads: hand_over() first"
    if len(left) < len(rows):
        error = member.revise(now_ms, members=left)
    elif has_no_power is not True:
        return "unit %d is not in the group (any more)" % unit
    if error is None and has_no_power is True:
        error = member.without_power(unit, now_ms)
    return error


def hand_over(place, unit):
    """See owner.py."""
    return _refusal(place) or _no_number(unit) or _member(place).hand_over(unit, _now_ms(place))


def promote(place, old_leader_has_no_power):
    """See owner.py."""
    return _refusal(place) or _member(place).promote(_now_ms(place), old_leader_has_no_power)


def lead_again(place):
    """See owner.py."""
    return _refusal(place) or _member(place).lead_again(_now_ms(place))


def _refusal(place):
    unit = place.device.unit
    if unit.errors:
        return "this unit runs no group now"
    unit.goes_on()  # the sharing task waits for it
    return None


def _no_number(unit):
    return None if type(unit) is int else "a unit is named by its number, as status() shows it"


def _member(place):
    return place.device.unit.member


def _now_ms(place):
    return place.device.hardware.clock.now_ms()


def members(place) -> list:
    """See owner.py."""
    unit = place.device.unit
    if unit.member.leader is None:
        return []
    rows = load("core", "sharing", "presence").presence(unit.member.leader, unit.timing,
                                                       _now_ms(place))
    return [(number, missing_ms, amount_ma) for number, missing_ms, _, amount_ma in rows]


def troubles(place) -> list:
    """See owner.py."""
    member = _member(place)
    leader = member.leader
    if leader is None:
        stopped = getattr(member, "lead", None) is not None
        return ["Two units led this group: this one has stopped. On one of them: lead_again()."
                ] if stopped else []
    found = []
    if leader.unsure():
        found.append("Group settings differ between units: what is newest is proposed to all.")
    waiting = leader.waiting_units()
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
