# SPDX-License-Identifier: MIT
"""Another board takes the place of a unit, as its owner asks (rule 12)."""

from core.load import load
from core.on_demand.serial import serial_text
from core.sharing.frames import Row
from core.sharing.on_demand.names import name_of
from core.sharing.on_demand.naming import give
from core.sharing.on_demand.proposing import propose
from core.sharing.on_demand.without import word_without_power
from core.sharing.on_demand.writes import owner_changes


def replace(member, unit, new, now_ms, has_no_power=False):
    """Let another board take the number of a unit, and its name, in one revision. new: Row of it,
    its number and fallback do not matter; has_no_power: the owner's word about the old one."""
    if member.leader is None:
        return load("core", "sharing", "names").not_leader(member)
    leader = member.leader
    rows = leader.revisions.newest().members
    left = [row for row in rows if row.unit != unit]
    error = _replace_error(leader, unit, new, rows, left)
    if error:
        return error
    name = name_of(member, unit)
    row = Row(unit, new.serial, 0, new.wired, new.rating_ma, new.nameplate_ma, new.min_ma)
    error = propose(leader, now_ms, members=left + [row])
    if error:
        return error
    if name:
        give(member, new.serial, name, now_ms)
    if has_no_power is True:
        word_without_power(leader, unit, now_ms)
    return owner_changes(member, now_ms)


def _replace_error(leader, unit, new, rows, left):
    if unit == leader.unit:
        return "replace_leader", unit
    if len(left) == len(rows):
        return "not_in_group", unit, [row.unit for row in rows]
    known = [row.unit for row in rows if row.serial == new.serial]
    if known:
        return "serial_there", serial_text(new.serial), known[0]
    return None
