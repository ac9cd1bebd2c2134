# SPDX-License-Identifier: MIT
"""In what group is a unit that runs? It knows that without its flash (membership.py)."""

from core.load import load
from core.on_demand.serial import serial_text
from core.sharing.member import LEADS


def membership(unit):
    """What settings_policy asks of a unit. unit: an app.unit.Unit."""
    member = unit.member
    # One that refuses, is alone, has stopped or has left knows less than its flash.
    if unit.errors or member.codec is None or member.role > LEADS:
        return load("app", "membership").stored(unit.hal.store, unit.hal.serial)
    made = load("core", "settings_policy").Membership
    group, leader = member.group, member.leader
    name = "unit %d" % group.leader
    for row in () if group.revision is None else group.revision.members:
        if row.unit == group.leader:
            name += " (serial %s)" % serial_text(row.serial)
    if leader is None:
        return made("follower", name, "", None)
    return made("leader", name, "", leader.revisions.newest())
