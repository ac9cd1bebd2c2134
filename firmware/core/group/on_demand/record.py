# SPDX-License-Identifier: MIT
"""What a unit stores of its group: plain values, and back (rules 5, 12 and 13).

One record holds all of it, the key too: a record of another group or another board cannot be
mistaken for this one's, and nothing is left of one group when a unit joins the next. Needed when
something is stored, and when a unit starts.
"""

from core.on_demand.serial import serial_from, serial_text
from core.sharing.frames import Revision, Row

VERSION = 3  # 3: names


def revision_record(revision):
    """A revision as plain lists for storage, or None."""
    if revision is None:
        return None
    rows = [[serial_text(v) if type(v) is bytes else v for v in row] for row in revision.members]
    return [revision.number, revision.leader, revision.enabled, revision.fallback,
            revision.limit_ma, rows]


def revision_from(record):
    """The opposite of `revision_record`. Raises ValueError if the record cannot be one."""
    if record is None:
        return None
    number, leader, enabled, fallback, limit_ma, members = record
    return Revision(number, leader, enabled, fallback, limit_ma,
                    tuple([row_from(row) for row in members]))


def row_from(row):
    """A row of `revision_record`."""
    return Row(row[0], serial_from(row[1]), *row[2:])


def joining_record(key: bytes, serial: bytes, leader: int, leader_tag=b"", epoch=0, sequence=0,
                   floor=0, name="") -> dict:
    """Record of a unit that was given a group's key and nothing else: its number, fallback and
    everything comes from its leader by radio. epoch, sequence, floor: the leader's present ones,
    and the newest revision's number; below them it takes nothing. name: of the unit, for
    people."""
    return {"version": VERSION, "key": key.hex(), "serial": serial_text(serial),
            "group": {"revision": None, "confirmed": None, "fallback_ma": 0, "leader": leader,
                      "leader_tag": leader_tag.hex(), "epoch": epoch, "sequence": sequence,
                      "floor": floor, "member": False, "name": name},
            "lead": None, "epoch": epoch}


def leading(in_force, pending=None) -> dict:
    """What a leader stores of its leadership, plain values. in_force, pending: records of
    revisions; known: others that it is unsure of (rule 12); words, pinned: serials of units that
    it goes on without; returns: rows of units that come back when they are heard; stopped: why it
    does not lead, 0 if it does; names: {serial: [name, does the unit have it?]}; wishes, only
    if there are any: of core/sharing/on_demand/caps.py."""
    return {"in_force": in_force, "pending": pending, "known": [], "words": [], "pinned": [],
            "returns": [], "stopped": 0, "names": {}}


def first_record(key: bytes, serial: bytes, revision: Revision) -> dict:
    """Record of the leader of a new group, whose first revision is in force from the start.

    Only ever made together with a key that no other unit has heard of yet (rule 5).
    """
    record = joining_record(key, serial, revision.leader)
    plain = revision_record(revision)
    own_ma = [row.fallback_ma for row in revision.members if row.serial == serial][0]
    record["group"].update({"revision": plain, "confirmed": plain, "fallback_ma": own_ma,
                            "member": True})
    record["lead"] = leading(plain)
    return record
