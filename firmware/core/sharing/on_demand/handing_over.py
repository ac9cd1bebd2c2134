# SPDX-License-Identifier: MIT
"""Giving the leadership to another unit, as its owner asks (rule 13)."""

from core.load import load
from core.sharing.on_demand.change_waits import waiting_units
from core.sharing.on_demand.writes import owner_asks


def hand_over(member, unit, now_ms):
    """Give the leadership to another unit (rule 13)."""
    if member.leader is None:
        return load("core", "sharing", "names").not_leader(member)
    error = begin_hand_over(member.leader, unit, now_ms)
    if error is None:
        owner_asks(member)
    return error


def begin_hand_over(leader, unit, now_ms):
    """Begin to move the leadership to another unit (rule 13). None, or a refusal."""
    error = _hand_over_error(leader, unit)
    if error is None:
        leader.handing_over = (unit, now_ms)
    return error


def _hand_over_error(leader, unit):
    revisions = leader.revisions
    if leader.unsure():
        return ("agreeing",)
    if revisions.pending is not None:
        return change_first(leader)
    units = [row.unit for row in revisions.in_force.members if row.unit != leader.unit]
    if unit in units:
        return None
    if not units:
        return ("nobody_else",)
    return "hand_over_leader" if unit == leader.unit else "hand_over_to", unit, units


def change_first(leader):
    """The refusal of what must wait for a change of the group."""
    units = waiting_units(leader)
    return ("change_waits", sorted(set(units))) if units else ("change_soon",)
