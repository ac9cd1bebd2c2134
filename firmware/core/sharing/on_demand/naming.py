# SPDX-License-Identifier: MIT
"""Giving and asking names (names.py), and what is stored of them.

A name that an owner gives waits at the leader until the unit says that it has stored it. A leader
that does not know a unit's name, as after a promotion, asks for it: a report says whether there is
one. So no name is lost with a leader, and a group without names sends nothing for them.
"""

from core.on_demand.serial import serial_from, serial_text
from core.on_demand.unit_name import name_error
from core.sharing import frames
from core.sharing.on_demand.frames import rare_frame
from core.sharing.on_demand.keeping import owner_asks
from core.sharing.on_demand.names import NAMING_MS, TOLD, elsewhere, entries, serial_of
from core.sharing.on_demand.rare_bodies import Name, name_body


# Of units that are not in the group any more nothing is kept.
def _keep(member, names):
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
    _keep(member, {serial_from(serial): tuple(record[serial]) for serial in record})


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
    _keep(member, names)
    owner_asks(member, 1)
    member.naming_ms = now_ms + NAMING_MS


# --- on the air


def ask(member, tag, sets, name, now_ms):
    """As the leader: ask a unit for its name, or let it take one."""
    body = Name(tag, sets, name)
    header = member.leader.header(frames.NAME, now_ms)
    member.out.append((0, rare_frame(member.codec, header, name_body(body))))
    member.take(header, body, now_ms)


def hears(member, header, name):
    """As the leader: a unit says the name that it has stored."""
    leader = member.leader
    account = leader.ledger.account(header.tag)
    if (account is None or header.epoch != leader.epoch or header.nonce != account.nonce
            or header.sequence < account.number):
        return  # old, or of nobody
    names = entries(member)
    known = names.get(account.serial)
    if known == (name, True) or known is not None and not known[1] and known[0] != name:
        return
    names[account.serial] = name, True
    _keep(member, names)
