# SPDX-License-Identifier: MIT
"""An owner takes a change of the group back that still waits (rule 12): a newer revision with the
content of the one in force goes round in its place."""

from core.load import load
from core.sharing.on_demand.proposing import propose
from core.sharing.on_demand.writes import owner_changes


def take_back(member, now_ms):
    """None, or a refusal."""
    leader = member.leader
    if leader is None:
        return load("core", "sharing", "names").not_leader(member)
    if leader.unsure():
        return ("agreeing",)
    revisions = leader.revisions
    pending, old = revisions.pending, revisions.in_force
    if pending is None and leader.handing_over is None:
        return ("nothing_waits",)
    if pending is not None and pending.leader != leader.unit:
        return "handing_over", pending.leader  # that one may have begun to lead
    leader.handing_over = None
    if pending is None:
        return None
    error = propose(leader, now_ms, limit_ma=old.limit_ma, enabled=old.enabled,
                    fallback=old.fallback, members=list(old.members))
    return error or owner_changes(member, now_ms)
