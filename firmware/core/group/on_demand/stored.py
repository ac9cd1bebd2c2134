# SPDX-License-Identifier: MIT
"""Makes the Revisions of a leadership, of what its unit has stored."""

from core.group.on_demand.record import revision_record
from core.group.on_demand.recorded import revision_from, row_from
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
