# SPDX-License-Identifier: MIT
"""The last ten things that happened to a unit and its group, in memory only.

Each takes 8 bytes: second of the unit's clock 4, code 1, unit 1, value 2. The unit looks once a
second whether anything of this has changed (app/unit.py); only then is this file needed.
"""

import struct

from core.sharing.on_demand.names import NAMING_MS
from core.sharing.on_demand.reception import minute
from micropython import const

_ENTRY = ">IBBH"
_SIZE = const(8)
_MOST = const(10)
_FAULT = const(63)
_NAMING_AGAIN_MS = const(5000)
_ROLES = ("follows", "leads", "stopped", "left")  # as core/sharing/member.py numbers them
# A place in here is what is kept: append only. What unit and value mean: finding_words.py.
_CODES = ("", "boot", "missing", "back", "asked", "in_force", "joined", "removed", "leader_lost",
          "leader_found", "fault", "fault_over", "follows", "leads", "stopped", "left", "channel",
          "pairing_closed", "renamed", "tested")


def begin(unit, now_ms):
    """What an app.unit.Unit keeps for this; its start is the first that has happened."""
    unit.events = bytearray(_SIZE * _MOST)
    unit.seen = None  # what _signs() gave last
    unit.known = None  # (role, number of the settings in force, units where this one leads)
    note(unit, now_ms, "boot", value=1 if unit.hal.power_returned() else 0)


def note(unit, now_ms: int, code: str, who=0, value=0):
    """Something has happened. who: number of a unit; value: 0 to 65535."""
    unit.events[_SIZE:] = unit.events[:-_SIZE]
    struct.pack_into(_ENTRY, unit.events, 0, now_ms // 1000 & 0xFFFFFFFF, _CODES.index(code), who,
                     value & 0xFFFF)


def events(unit, now_ms: int) -> list:
    """[(seconds ago, code, (unit, value))], the newest first."""
    found = []
    for at in range(0, _SIZE * _MOST, _SIZE):
        second, code, who, value = struct.unpack_from(_ENTRY, unit.events, at)
        if code:
            found.append((max(0, now_ms // 1000 - second), _CODES[code], (who, value)))
    return found


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
    for account in leader.ledger.accounts:
        bit = 1 << (account.unit & 15)
        if changed & bit and unit.seen is not None:
            note(unit, now_ms, "missing" if silent & bit else "back", account.unit)
            member.naming_ms = now_ms + NAMING_MS  # its name may wait for it
    if changed >> 23:
        minute(leader)
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
