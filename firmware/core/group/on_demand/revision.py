# SPDX-License-Identifier: MIT
"""What changes Revisions: a proposal, the owner's word, storage (rule 12)."""

from core.group.group import row_of
from core.group.on_demand.acknowledged import due_ms
from core.group.on_demand.change import needed, reserved
from core.sharing.on_demand.digest import digest


def begin(revisions, timing, now_ms):
    """What the Revisions of a new leadership are beside what is stored of them (stored.py)."""
    revisions.timing = timing
    revisions.former = ()  # digests of its own proposals that another one has replaced
    revisions.acks = {}  # by serial: when it was first seen
    revisions.proposed_ms = now_ms
    revisions.needed = ()  # serials whose acknowledgement counts
    revisions.base = _base(revisions)
    revisions.committing = False
    revisions.is_in_force = False  # a unit has said so of the proposed one
    work_out(revisions)


def work_out(revisions):
    """Work out anew what follows from the revisions: digests, and whom a change needs."""
    revisions.digest = digest(revisions.newest())
    revisions.digest_in_force = revisions.digest
    if revisions.pending is not None:
        revisions.digest_in_force = digest(revisions.in_force)
    revisions.needed = () if revisions.pending is None else needed(revisions)
    revisions.chargers = []
    if revisions.in_force.enabled and revisions.newest().enabled:
        revisions.chargers = [row.serial for row in revisions.in_force.members
                                if row_of(revisions.newest(), row.serial) is not None]
    revisions.leaves = len(leaving(revisions)) > 0
    revisions.acknowledged_ms = due_ms(revisions)


def put_forward(revisions, revision, now_ms):
    """Propose a revision that proposal.changed() made."""
    revisions.committing = revisions.is_in_force = False
    if revisions.pending is not None:
        revisions.former = revisions.former[-7:] + (revisions.digest,)
    revisions.pending = revision
    revisions.base = _base(revisions)
    revisions.acks = {}
    revisions.proposed_ms = now_ms
    work_out(revisions)


# Newest number of what other leaders made, known when the proposal was made: it follows that.
def _base(revisions):
    numbers = [revisions.in_force.number]
    for known in revisions.known:
        if revisions.pending is None or known.leader != revisions.pending.leader:
            numbers.append(known.number)
    return max(numbers)


def forget_change(revisions):
    """Every word and every other revision belonged to the change that is over."""
    revisions.words = {}
    revisions.pinned = revisions.known = ()


def word_no_power(revisions, serial, now_ms):
    """The owner's word that a unit has no power, and gets none before it was reset or is
    where it hears the group: it is waited for no longer."""
    revisions.words[serial] = now_ms
    work_out(revisions)


def pin(revisions, serial):
    """Go on without a unit whose row keeps all that it may still hold."""
    if serial not in revisions.pinned:
        revisions.pinned += (serial,)


def leaving(revisions) -> list:
    """Rows of the units that the proposed revision has no longer."""
    if revisions.pending is None:
        return []
    return [row for row in rows_of(revisions) if row_of(revisions.pending, row.serial) is None]


def note_committed(revisions, ok: bool):
    """Storage has (not) confirmed the record: only now is the new revision in force."""
    if revisions.committing and ok:
        revisions.in_force, revisions.pending = revisions.pending, None
        revisions.is_in_force = False
        revisions.returns = tuple([row for row in revisions.returns
                                   if row_of(revisions.in_force, row.serial) is None])
        forget_change(revisions)
        work_out(revisions)
    revisions.committing = False


def rows_of(revisions) -> list:
    """A row for each unit of any revision that may still be gone by, sorted by unit: with the
    largest fallback and all the phases that it may use. Newcomers have none yet."""
    return reserved(revisions)
