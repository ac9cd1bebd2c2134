# SPDX-License-Identifier: MIT
"""What a unit stores of its group, as plain values (rules 5, 12 and 13); recorded.py makes of them
what they were.

One record holds all of it, the key too: a record of another group or another board cannot be
mistaken for this one's, and nothing is left of one group when a unit joins the next.
"""

from core.group.group import row_of
from core.on_demand.serial import serial_text

VERSION = 3  # 3: names


def revision_record(revision):
    """A revision as plain lists for storage, or None."""
    if revision is None:
        return None
    rows = [[serial_text(v) if type(v) is bytes else v for v in row] for row in revision.members]
    return [revision.number, revision.leader, revision.enabled, revision.fallback,
            revision.limit_ma, rows]


def leading(in_force, pending=None) -> dict:
    """What a leader stores of its leadership, plain values. in_force, pending: records of
    revisions; known: others that it is unsure of (rule 12); words, pinned: serials of units that
    it goes on without; returns: rows of units that come back when they are heard; stopped: why it
    does not lead, 0 if it does; names: {serial: [name, does the unit have it?]}; wishes, only
    if there are any: of core/sharing/on_demand/caps.py."""
    return {"in_force": in_force, "pending": pending, "known": [], "words": [], "pinned": [],
            "returns": [], "stopped": 0, "names": {}}


def group_to_record(group) -> dict:
    """What a unit stores of its Group."""
    return {"revision": revision_record(group.revision),
            "confirmed": revision_record(group.confirmed), "fallback_ma": group.fallback_ma,
            "leader": group.leader, "leader_tag": (group.leader_tag or b"").hex(),
            "epoch": group.epoch, "sequence": group.sequence, "floor": group.floor,
            "member": group.member, "name": group.name}


def revisions_to_record(revisions) -> dict:
    """What a leader stores of its Revisions."""
    back = revisions.returns
    if revisions.committing:
        record = leading(revision_record(revisions.pending))
        back = [row for row in back if row_of(revisions.pending, row.serial) is None]
    else:
        record = leading(revision_record(revisions.in_force), revision_record(revisions.pending))
        record["known"] = [revision_record(known) for known in revisions.known]
        record["words"] = sorted([serial.hex() for serial in revisions.words])
        record["pinned"] = sorted([serial.hex() for serial in revisions.pinned])
    for row in back:
        record["returns"].append([v.hex() if type(v) is bytes else v for v in row])
    return record
