# SPDX-License-Identifier: MIT
"""A proposed revision waits: who has stored it, and when it may be put in force (rule 12)."""


def acknowledge(revisions, serial, report, now_ms):
    """A believed report shows what a unit has stored."""
    pending = revisions.pending
    if pending is None:
        return
    if serial in revisions.words:
        del revisions.words[serial]  # it has power after all: the word has ended
    if (report.revision == pending.number and report.digest == revisions.digest
            and serial not in revisions.acks):
        revisions.acks[serial] = now_ms
    revisions.acknowledged_ms = due_ms(revisions)


def waiting_for(revisions) -> list:
    """Serials of the units whose acknowledgement is missing."""
    return [serial for serial in revisions.needed
            if serial not in revisions.acks and serial not in revisions.words]


def due_ms(revisions):
    """When the proposed revision may be put in force, or None while units are missing."""
    if revisions.pending is None or waiting_for(revisions):
        return None
    at_ms = revisions.proposed_ms
    for serial in revisions.needed:
        if serial in revisions.acks and revisions.acks[serial] > at_ms:
            at_ms = revisions.acks[serial]
    at_ms += revisions.timing.react_x_ms
    if revisions.leaves:
        at_ms += revisions.timing.lease_x_ms
    for serial in revisions.words:
        at_ms = max(at_ms, revisions.words[serial] + revisions.timing.rest_x_ms)
    return at_ms


def commit(revisions):
    """Let the next record be the one with the proposed revision in force."""
    revisions.committing = True
