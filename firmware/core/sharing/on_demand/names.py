# SPDX-License-Identifier: MIT
"""Names of units, for people: each unit keeps its own, its leader those of all.

`Member.names` is None, or one entry after the other: serial 6, length of the name and 128 if the
unit has it 1, name.
"""

from core.load import load
from core.on_demand.serial import serial_text
from core.sharing.frames import NAMED_BIT
from core.sharing.member import STOPPED
from micropython import const

NAMING_MS = const(30000)  # so long a leader looks whether units have their names
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


def look(member, now_ms):
    """As the leader, at most once a frame while `naming_ms` lasts: is there a unit whose name is
    to be asked, or told?"""
    leader = member.leader
    names = entries(member)
    open_yet = []
    heard = 0
    for account in leader.ledger.accounts:
        heard_ms = account.received_ms
        if heard_ms is not None and now_ms - heard_ms < member.timing.silent_ms:
            heard += 1
            asked = _asked(names.get(account.serial), account.report.signal & NAMED_BIT)
            if asked is not None and account.serial != leader.serial:
                open_yet.append((account.tag,) + asked)
    if open_yet and member.codec is not None:
        tag, sets, name = open_yet[leader.sequence % len(open_yet)]
        load("core", "sharing", "name_frames").ask(member, tag, sets, name, now_ms)
    elif heard == len(leader.ledger.accounts):
        member.naming_ms = now_ms  # until one is heard anew, or renamed


# (is it to take a name?, name), or None if nothing is to be asked of it.
def _asked(entry, has_one):
    if entry is None:
        return (False, "") if has_one else None
    name, told = entry
    return (True, name) if not told or name and not has_one else None


def elsewhere(member) -> tuple:
    """The refusal of what only the leader of a follower's group can do: says which unit it is."""
    group = member.group
    for row in () if group.revision is None else group.revision.members:
        if row.unit == group.leader:
            return "role", row.unit, serial_text(row.serial)
    return "role", group.leader, None


def not_leader(member) -> tuple:
    """Why a unit that does not lead is not asked."""
    return ("stopped_leading",) if member.role == STOPPED else elsewhere(member)


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
