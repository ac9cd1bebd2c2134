# SPDX-License-Identifier: MIT
"""What a leader does while a change of its group waits, or its leadership moves (rules 12, 13)."""

from core.group.on_demand.proposal import make
from core.group.on_demand.revision import commit
from core.sharing.on_demand.keeping import hear_own, on_stored
from core.sharing.on_demand.leader import hand_over_due, start_revision, to_commit


def go_on_changing(member, leader, now_ms):
    """A change waits, the leadership is handed over, or the leader has proposed something."""
    if to_commit(leader, now_ms) and not leader.revisions.committing:
        commit(leader.revisions)
        member.changed(now_ms)
        if not member.dirty:
            on_stored(member, True, now_ms)
    if hand_over_due(leader, now_ms):
        _propose_leader(leader, now_ms)
    if leader.proposed:
        hear_own(member, now_ms)
        member.changed(now_ms)


# The new leader becomes a revision; this one grants nothing more.
def _propose_leader(leader, now_ms):
    newest = leader.revisions.newest()
    number = max(newest.number, leader.heard_number) + 1
    start_revision(leader, make(number, leader.handing_over[0], newest.enabled, newest.fallback,
                                newest.limit_ma, newest.members), now_ms)
