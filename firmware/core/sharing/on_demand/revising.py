# SPDX-License-Identifier: MIT
"""A change of the group's settings that an owner asks for, the most common of his words
(owner_words.py): apart from the others, for a board has little room for what they all want."""

from core.sharing.member import STOPPED
from core.sharing.on_demand.keeping import owner_changes
from core.sharing.on_demand.names import elsewhere
from core.sharing.on_demand.proposing import propose


def not_leader(member):
    """Why a unit that does not lead is not asked."""
    if member.role == STOPPED:
        return ("stopped_leading",)
    return elsewhere(member)


def revise(member, now_ms, **changes):
    """Change the group's settings (rule 12): limit_ma, enabled, fallback, members. None, or a
    refusal."""
    if member.leader is None:
        return not_leader(member)
    error = propose(member.leader, now_ms, **changes)
    return error or owner_changes(member, now_ms)
