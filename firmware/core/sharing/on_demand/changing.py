# SPDX-License-Identifier: MIT
"""What a leader does while a change of its group waits, or its leadership moves (rules 12, 13)."""

from core.group.on_demand.acknowledged import commit
from core.load import load
from core.sharing.on_demand.change_waits import hand_over_due, to_commit


def go_on_changing(member, leader, now_ms):
    """A change waits, the leadership is handed over, or the leader has proposed something."""
    if to_commit(leader, now_ms) and not leader.revisions.committing:
        alone = None
        if member.codec is None:  # nothing is stored, so it is in force at once
            alone = load("core", "sharing", "keeping")
            load("core", "sharing", "new_revision")
        commit(leader.revisions)
        member.changed(now_ms)
        if alone is not None:
            alone.on_stored(member, True, now_ms)
    if hand_over_due(leader, now_ms):
        load("core", "sharing", "stepping_back").propose_leader(leader, now_ms)
    if leader.proposed:
        load("core", "sharing", "following").hear_own(member, now_ms)
        member.changed(now_ms)
