# SPDX-License-Identifier: MIT
"""Who is in a group and who leads it, as its owner changes it: see owner.py."""

from app.on_demand.events import asked
from app.on_demand.owner_place import CABLE, member, no_number, now_ms, refusal
from core.load import load


def remove(place, unit, has_no_power=False, by=CABLE):
    """Take a unit out of the group; True: it has no power, and gets none before it was reset or
    hears the group."""
    error = refusal(place) or no_number(unit)
    if error:
        return error
    its, at_ms = member(place), now_ms(place)
    leader = its.leader
    if leader is None:
        return load("core", "sharing", "names").not_leader(its)
    if unit == leader.unit:
        return "remove_leader", unit
    revising = load("core", "sharing", "revising")
    words = load("core", "sharing", "without") if has_no_power is True else None
    rows = leader.revisions.newest().members
    left = [row for row in rows if row.unit != unit]
    if len(left) < len(rows):
        error = revising.revise(its, at_ms, members=left)
    elif words is None:
        return "not_in_group", unit, [row.unit for row in rows]
    if error is None and words is not None:
        error = words.without_power(its, unit, at_ms)
    return asked(place, by, error)


def go_on_without(place, unit, by=CABLE):
    """Let a change not wait for a unit: what it may still use is kept for it."""
    return refusal(place) or no_number(unit) or asked(
        place, by, load("core", "sharing", "going_on").go_on_without(
            member(place), unit, now_ms(place)))


def take_back(place, by=CABLE):
    """Take a change back that still waits: the group stays as it is."""
    return refusal(place) or asked(place, by, load("core", "sharing", "taking_back").take_back(
        member(place), now_ms(place)))


def hand_over(place, unit, by=CABLE):
    """Make another unit the leader."""
    return refusal(place) or no_number(unit) or asked(
        place, by, load("core", "sharing", "handing_over").hand_over(
            member(place), unit, now_ms(place)))


def promote(place, old_leader_has_no_power=False, by=CABLE):
    """Make this unit the leader of a group whose leader is dead."""
    return refusal(place) or asked(place, by, load("core", "sharing", "promoting").promote(
        member(place), now_ms(place), old_leader_has_no_power))


def lead_again(place, by=CABLE):
    """Start a leader again that has stopped beside another one."""
    return refusal(place) or asked(place, by, load("core", "sharing", "promoting").lead_again(
        member(place), now_ms(place)))
