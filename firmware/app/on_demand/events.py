# SPDX-License-Identifier: MIT
"""The last ten things that happened to a unit and its group, in memory only.

Each takes 8 bytes: second of the unit's clock 4, code 1, unit 1, value 2. The unit looks once a
second whether anything of this has changed (app/unit.py); only then is this file needed.
"""

import struct

from micropython import const

_ENTRY = ">IBBH"
_SIZE = const(8)
_MOST = const(10)
_ROLES = ("follows", "leads", "stopped", "left")  # as core/sharing/member.py numbers them
# A place in here is what is kept: append only. What unit and value mean: finding_words.py.
_CODES = ("", "boot", "missing", "back", "asked", "in_force", "joined", "removed", "leader_lost",
          "leader_found", "fault", "fault_over", "follows", "leads", "stopped", "left", "channel",
          "pairing_closed", "renamed", "tested")


def begin(unit, now_ms):
    """What an app.unit.Unit keeps for this; its start is the first that has happened."""
    unit.events = bytearray(_SIZE * _MOST)
    unit._seen = None  # what _signs() gave last
    unit._units = b""  # numbers of the units in force, where this one leads
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
    """What has changed since the last look. signs: of Unit._signs()."""
    old = unit._seen
    if old is None:
        old = signs & ~0x3F  # a fault may be there from the start
    if signs & 0x3F != old & 0x3F:
        _fault(unit, now_ms, old & 0x3F, signs & 0x3F)
    if unit.errors:
        return
    changed, role = signs ^ old, signs >> 6 & 3
    leader = unit.member.leader
    if changed >> 6 & 3:
        note(unit, now_ms, _ROLES[role])
        unit._units = b""
    elif leader is not None and changed >> 11 & 7 and leader.revisions.pending is not None:
        note(unit, now_ms, "asked", value=leader.revisions.pending.number)
    elif changed >> 8 & 7:
        number = (unit.member.group.confirmed_number if leader is None
                  else leader.revisions.in_force.number)
        note(unit, now_ms, "in_force", value=number)
    if leader is None:
        if changed >> 14 & 1 and not changed >> 6 & 3:
            note(unit, now_ms, "leader_lost" if signs >> 14 & 1 else "leader_found",
                 unit.member.group.leader)
        return
    _units(unit, leader, changed >> 14, signs >> 14, now_ms)


def _fault(unit, now_ms, old, new):
    note(unit, now_ms, "fault" if new else "fault_over", value=new or old)


def _units(unit, leader, changed, silent, now_ms):
    members = bytes([row.unit for row in leader.revisions.in_force.members])
    before, unit._units = unit._units, members
    for number in sorted(set(before) | set(members)):
        if before and (number in before) != (number in members):
            note(unit, now_ms, "joined" if number in members else "removed", number)
        elif changed >> (number & 15) & 1 and before:
            note(unit, now_ms, "missing" if silent >> (number & 15) & 1 else "back", number)
