# SPDX-License-Identifier: MIT
"""What an owner says of the group to a Member (rules 12 and 13), each thing in a file of its own,
for a board has little room: a change of its settings here; naming.py, caps.py, taking_back.py,
handing_over.py, without.py, going_on.py, replacing.py and promoting.py. Each gives None, or a
refusal (core/on_demand/refusal_words.py)."""

from core.load import load
from core.sharing.on_demand.proposing import propose
from core.sharing.on_demand.writes import owner_changes


def revise(member, now_ms, **changes):
    """Change the group's settings (rule 12): limit_ma, enabled, fallback, members. None, or a
    refusal."""
    if member.leader is None:
        return load("core", "sharing", "names").not_leader(member)
    error = propose(member.leader, now_ms, **changes)
    return error or owner_changes(member, now_ms)
