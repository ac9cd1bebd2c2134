# SPDX-License-Identifier: MIT
"""Records of a unit that joins a group, or begins one: rule 5."""

from core.group.on_demand.record import VERSION, leading, revision_record
from core.on_demand.serial import serial_text
from core.sharing.frames import Revision


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
