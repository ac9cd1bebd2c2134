# SPDX-License-Identifier: MIT
"""Giving names (names.py; asking for them: name_frames.py), and what is stored of them.

A name that an owner gives waits at the leader until the unit says that it has stored it. A leader
that does not know a unit's name, as after a promotion, asks for it: a report says whether there is
one. So no name is lost with a leader, and a group without names sends nothing for them.
"""

from core.on_demand.serial import serial_from, serial_text
from core.on_demand.unit_name import name_error
from core.sharing.on_demand.names import NAMING_MS, TOLD, elsewhere, entries, serial_of
from core.sharing.on_demand.writes import owner_asks


def keep(member, names: dict):
    """As entries() gives them; of units that are not in the group any more nothing is kept."""
    blob = b""
    accounts = () if member.leader is None else member.leader.ledger.accounts
    for serial in sorted(names):
        if [account for account in accounts if account.serial == serial]:
            name, told = names[serial]
            name = name.encode()
            blob += serial + bytes((len(name) | (TOLD if told else 0),)) + name
    member.names = blob or None
    member.lazy = member.codec is not None


def to_record(member) -> dict:
    """As record.leading() says."""
    names = entries(member)
    return {serial_text(serial): list(names[serial]) for serial in names}


def from_record(member, record: dict):
    """The opposite, for a member that leads by now."""
    keep(member, {serial_from(serial): tuple(record[serial]) for serial in record})


def rename(member, unit: int, name: str, now_ms):
    """Give a unit of the group that a member leads a name. None, or a refusal."""
    error = name_error(name)
    if error:
        return error
    if member.leader is None:
        return elsewhere(member)
    if unit == member.group.unit:
        if name != member.group.name:
            member.group.name = name
            member.lazy = member.codec is not None
            owner_asks(member, 1)
        return None
    serial = serial_of(member, unit)
    if serial is None:
        return "not_in_group", unit, [account.unit for account in member.leader.ledger.accounts]
    give(member, serial, name, now_ms)
    return None


def give(member, serial: bytes, name: str, now_ms):
    """Let a unit of the group take a name as soon as it is heard."""
    names = entries(member)
    if names.get(serial, ("",))[0] == name:
        return
    names[serial] = name, False
    keep(member, names)
    owner_asks(member, 1)
    member.naming_ms = now_ms + NAMING_MS
