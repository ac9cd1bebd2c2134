# SPDX-License-Identifier: MIT
"""What has changed at a unit and its group, for events.py: the unit looks once a second whether
anything has (app/unit.py); only then is this file needed.
"""

from app.on_demand.events import note
from core.load import load
from core.sharing.on_demand.names import NAMING_MS
from micropython import const

_FAULT = const(63)
_NAMING_AGAIN_MS = const(5000)
_ROLES = ("follows", "leads", "stopped", "left")  # as core/sharing/member.py numbers them


def look(unit, signs: int, now_ms: int):
    """What has changed since the last look. signs: of Unit._signs(). Then a minute may be over."""
    old = unit.seen
    if old is None:
        old = signs & ~_FAULT  # a fault may be there from the start
        stored(unit, now_ms)
    if signs & _FAULT != old & _FAULT:
        note(unit, now_ms, "fault" if signs & _FAULT else "fault_over",
             value=signs & _FAULT or old & _FAULT)
    if unit.errors:
        return
    changed, silent = (signs ^ old) >> 6, signs >> 6
    member, leader = unit.member, unit.member.leader
    if leader is None:
        if changed == 1:
            note(unit, now_ms, "leader_lost" if silent else "leader_found", member.group.leader)
        return
    over = load("core", "sharing", "reception") if changed >> 23 else None
    for account in leader.ledger.accounts:
        bit = 1 << (account.unit & 15)
        if changed & bit and unit.seen is not None:
            note(unit, now_ms, "missing" if silent & bit else "back", account.unit)
            member.naming_ms = now_ms + NAMING_MS  # its name may wait for it
    if over is not None:
        over.minute(leader)
        if member.names is not None:  # a unit may have lost its own
            member.naming_ms = max(member.naming_ms, now_ms + _NAMING_AGAIN_MS)


def stored(unit, now_ms: int):
    """The record was stored: the unit's role, or its group, may be another one."""
    member = unit.member
    if unit.errors:
        return
    leader = member.leader
    newest = member.group.confirmed if leader is None else leader.revisions.in_force
    units = b"" if leader is None else bytes([row.unit for row in newest.members])
    now = (member.role, 0 if newest is None else newest.number, units)
    before, unit.known = unit.known, now
    if before is None or before == now:
        return
    if before[0] != now[0]:
        note(unit, now_ms, _ROLES[now[0]])
    if before[1] != now[1] and now[1]:
        note(unit, now_ms, "in_force", value=now[1])
    if before[2] and units and before[2] != units:
        member.naming_ms = now_ms + NAMING_MS  # who comes may have a name, or get one
        for number in sorted(set(before[2]) ^ set(units)):
            note(unit, now_ms, "joined" if number in units else "removed", number)
