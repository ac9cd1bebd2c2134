# SPDX-License-Identifier: MIT
"""A leader whose units are all at rest gives the leadership to another one (rule 13)."""

from core.group.on_demand.proposal import make
from core.sharing.on_demand.new_revision import start_revision


def propose_leader(leader, now_ms):
    """The new leader becomes a revision; this one grants nothing more."""
    newest = leader.revisions.newest()
    number = max(newest.number, leader.heard_number) + 1
    start_revision(leader, make(number, leader.handing_over[0], newest.enabled, newest.fallback,
                                newest.limit_ma, newest.members), now_ms)
