# SPDX-License-Identifier: MIT
"""Letting a unit into the group by what a cable does: its row on the leader, its key in its flash.

Where units are paired by radio this is what comes out of it, without the pairing itself.
"""

import json

from app.unit import JOIN, RECORD
from core.group.group import row_of

from host_tools.simulate.hal import SETTINGS


def rows_with(leader, row, old=None) -> tuple:
    """(rows of the group with this one too, None), or (None, why not); rows None: they are as
    they should be. leader: member's; old: serial of the unit whose place and number it takes, or
    None."""
    if old is None and row_of(leader.revisions.newest(), row.serial) is not None:
        return None, None
    rows = [other for other in leader.revisions.newest().members if other.serial != row.serial]
    if old is None:
        return rows + [row._replace(unit=_number(rows, row.unit))], None
    if old == leader.serial:
        return None, "this unit leads: hand_over() first"
    places = [other.unit for other in rows if other.serial == old]
    if not places:
        return None, "the unit to be replaced is not in the group: nothing to replace"
    return [other for other in rows if other.serial != old] + [row._replace(unit=places[0])], None


def _number(rows, wanted):
    taken = {row.unit for row in rows}
    return wanted if wanted not in taken else min(set(range(1, 251)) - taken)


def give_key(board, member, key: bytes) -> bool:
    """Store what makes a unit a follower of this group. True: it must start anew for it."""
    if RECORD in board.store:
        return False
    asked = {"key": key.hex(), "leader": member.group.unit, "epoch": member.leader.epoch,
             "sequence": member.leader.sequence,
             "floor": member.leader.revisions.in_force.number}
    board.store[JOIN] = json.dumps(asked).encode()
    board.store[SETTINGS] = json.dumps({"role": "follower"}).encode()
    return True
