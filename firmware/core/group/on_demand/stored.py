# SPDX-License-Identifier: MIT
"""Revisions as a leader stores them, and back."""

from core.group.group import row_of
from core.group.on_demand.record import leading, revision_from, revision_record, row_from
from core.group.on_demand.revision import begin
from core.group.revision import Revisions


def new_revisions(timing, record, now_ms, shared=None):
    """Revisions of a leadership. record: of record.leading(); shared: a revision that may be the
    one in force, or None: two copies would take twice the memory."""
    revisions = Revisions()
    revisions.in_force = shared
    if shared is None or record["in_force"] != revision_record(shared):
        revisions.in_force = revision_from(record["in_force"])
    revisions.pending = revision_from(record["pending"])
    revisions.known = tuple([revision_from(known) for known in record["known"]])
    revisions.words = {bytes.fromhex(serial): now_ms for serial in record["words"]}
    revisions.pinned = tuple([bytes.fromhex(serial) for serial in record["pinned"]])
    revisions.returns = tuple([row_from(row) for row in record["returns"]])
    begin(revisions, timing, now_ms)
    return revisions


def revisions_to_record(revisions) -> dict:
    """Plain values for storage."""
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
