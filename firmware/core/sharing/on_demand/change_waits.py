# SPDX-License-Identifier: MIT
"""What a leader does while a change of the group waits (rules 12 and 13)."""

from core.group.on_demand.acknowledged import acknowledge, waiting_for
from core.sharing import frames
from core.sharing.leader import LEFT_MS


def on_believed(leader, serial, report, now_ms):
    """A believed report shows what a unit has stored."""
    acknowledge(leader.revisions, serial, report, now_ms)
    if report.flags & frames.IN_FORCE and report.digest == leader.revisions.digest:
        leader.revisions.is_in_force = True  # it was, before this leader's storage fell back


def repeat_revision(leader, now_ms):
    """Send the newest revision for a while, from now on."""
    leader.dirty = True
    leader.revision_until_ms = now_ms + LEFT_MS
    leader.send_at_ms = min(leader.send_at_ms, now_ms)


def hand_over_due(leader, now_ms) -> bool:
    """Are all units at rest, so that the new leader can become a revision (rule 13)?"""
    return (leader.handing_over is not None and leader.revisions.pending is None
            and not leader.retired() and now_ms - leader.handing_over[1]
            >= leader.timing.rest_x_ms)


def waiting_units(leader) -> list:
    """Numbers of the units whose acknowledgement is missing, sorted."""
    waiting = waiting_for(leader.revisions)
    return sorted([a.unit for a in leader.ledger.accounts if a.serial in waiting])


def to_commit(leader, now_ms) -> bool:
    """Is the proposed revision ready to be stored as in force?"""
    if leader.others and not leader.revisions.is_in_force:
        return False
    ready_ms = leader.revisions.ready_ms()
    return ready_ms is not None and now_ms >= ready_ms
