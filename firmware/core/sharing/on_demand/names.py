# SPDX-License-Identifier: MIT
"""Names of units, for people: each unit keeps its own, its leader those of all.

`Member.names` is None, or one entry after the other: serial 6, length of the name and 128 if the
unit has it 1, name.
"""

from core.on_demand.serial import serial_text
from micropython import const

TOLD = const(128)
_HEAD = const(7)


def entries(member) -> dict:
    """{serial: (name, does the unit have it?)} of all other units whose name a leader knows."""
    found = {}
    blob = member.names or b""
    while blob:
        size = blob[6] & TOLD - 1
        found[blob[:6]] = (blob[_HEAD:_HEAD + size].decode(), blob[6] >= TOLD)
        blob = blob[_HEAD + size:]
    return found


def name_of(member, unit: int) -> str:
    """Name of a unit, "" if it has none that is known here."""
    if unit == member.group.unit:
        return member.group.name
    serial = serial_of(member, unit)
    return "" if serial is None else entries(member).get(serial, ("",))[0]


def serial_of(member, unit: int):
    """Serial of a unit of the group that a member leads, or None. Of two that have the number, one
    of them leaving, it is the one that comes."""
    if member.leader is not None:
        for row in list(member.leader.revisions.newest().members) + member.leader.ledger.accounts:
            if row.unit == unit:
                return row.serial
    return None


def leader_text(member) -> str:
    """The leader of a follower's group, for people."""
    group = member.group
    for row in () if group.revision is None else group.revision.members:
        if row.unit == group.leader:
            return "unit %d (serial %s)" % (row.unit, serial_text(row.serial))
    return "unit %d" % group.leader


def spoken(member, text: str) -> str:
    """A sentence in which each unit has its name beside its number: unit 3, garage left."""
    parts = text.split("unit ")
    told = parts[0]
    for part in parts[1:]:
        digits = len(part) - len(part.lstrip("0123456789"))
        name = name_of(member, int(part[:digits])) if 0 < digits < 4 else ""
        rest = part[digits:]
        told += "unit " + part[:digits] + (", " + name if name else "")
        told += "," + rest if name and rest[:1] == " " else rest
    return told
