# SPDX-License-Identifier: MIT
"""A group's revisions as plain values for storage, and back (rule 12).

Needed when something is stored, and when a unit starts.
"""

from core.frames import Revision, Row
from core.group import row_of


def record_of(member) -> dict:
    """What a core.member.Member stores."""
    leader = member.leader
    return {"group": member.group.to_record(),
            "lead": None if leader is None else leader.revisions.to_record(),
            "epoch": member.epoch_max if leader is None else leader.epoch}


def revision_record(revision):
    """A revision as plain lists for storage, or None."""
    if revision is None:
        return None
    return [revision.number, revision.leader, revision.enabled, revision.fallback,
            revision.limit_ma, [list(row) for row in revision.members]]


def revision_from(record):
    """The opposite of `revision_record`. Raises ValueError if the record cannot be one."""
    if record is None:
        return None
    number, leader, enabled, fallback, limit_ma, members = record
    return Revision(number, leader, enabled, fallback, limit_ma,
                    tuple(Row(*row) for row in members))


def first_record(revision: Revision, unit: int) -> dict:
    """Record of a unit that is set up for a group whose revision is in force."""
    row = row_of(revision, unit)
    fallback_ma = row.fallback_ma if row is not None and revision.enabled else 0
    record = revision_record(revision)
    lead = {"in_force": record, "pending": None} if revision.leader == unit else None
    return {"group": {"revision": record, "confirmed": record, "in_force": True,
                      "fallback_ma": fallback_ma, "enabled": revision.enabled,
                      "leader": revision.leader, "epoch": 0},
            "lead": lead, "epoch": 0}
