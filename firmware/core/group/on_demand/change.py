# SPDX-License-Identifier: MIT
"""Whose acknowledgement a change of the group needs, and what is kept until it is in force
(rule 12)."""

from core.group.group import row_of
from core.sharing.frames import Row


def reserved(revisions) -> list:
    """A row for each unit of the revision in force, the proposed one and those that the leader is
    unsure of, sorted by unit. Its fallback is the largest that it may have stored: what is only
    proposed raises none. Its phases are those of all these rows. revisions: revision.Revisions."""
    rows = {}
    for revision in (revisions.in_force,) + revisions.known:
        for row in revision.members:
            rows[row.serial] = _merged(rows.get(row.serial), row, row.fallback_ma)
    if revisions.pending is not None:
        for row in revisions.pending.members:
            if row.serial not in rows:
                rows[row.serial] = _merged(None, row, 0)
    return sorted(rows.values())


def _merged(before, row, fallback_ma):
    wired = row.wired
    if before is not None:
        wired |= before.wired
        fallback_ma = max(fallback_ma, before.fallback_ma)
    return Row(row.unit, row.serial, fallback_ma, wired, row.rating_ma, row.nameplate_ma,
               row.min_ma)


def needed(revisions) -> tuple:
    """Serials of the units whose acknowledgement the proposed revision needs: whose fallback
    sinks on any phase, that come, that leave, or that become leader; of an unsure leader's
    revision all, for any of them may go by what this leader has never heard of."""
    pending, in_force = revisions.pending, revisions.in_force
    serials = []
    for kept in reserved(revisions):
        row = row_of(pending, kept.serial)
        if kept.serial in revisions.pinned:
            continue
        if (revisions.known or row is None or row_of(in_force, kept.serial) is None
                or _sinks(kept, row, pending.enabled)
                or row.unit == pending.leader != in_force.leader):
            serials.append(kept.serial)
    return tuple(serials)


def _sinks(kept, row, enabled):
    fallback_ma = row.fallback_ma if enabled else 0
    return kept.fallback_ma > fallback_ma or kept.fallback_ma > 0 and kept.wired & ~row.wired > 0
