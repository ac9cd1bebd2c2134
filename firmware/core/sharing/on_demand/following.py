# SPDX-License-Identifier: MIT
"""What a member does when another unit leads, or there is another revision (rules 12 and 13)."""

from core.group.on_demand.group import follow_leader, hear
from core.sharing.member import FOLLOWS
from core.sharing.on_demand.lease import forget_lease, lowered
from core.sharing.on_demand.own_cap import follow_cap, set_cap


def become_follower(member, leader, tag, epoch, now_ms):
    """Another unit leads: this one follows it, stores that, and only then answers."""
    member.role, member.leader, member.lead = FOLLOWS, None, None
    member.names = None
    follow_leader(member.group, leader, tag, epoch)
    set_cap(member.follower, None, now_ms)
    member.unstored_leader = True
    member.changed(now_ms)


def hear_own(member, now_ms):
    """What a unit proposes it takes itself before it is stored: one write for both."""
    leader = member.leader
    leader.proposed = False
    hear_revision(member.follower, leader.revisions.newest(), False, now_ms)
    follow_cap(member, now_ms)


def follow_named(follower, leader, epoch):
    """A leader that was only told of, not heard: at an older epoch it learns by this unit's
    reports why it is not followed."""
    follower.heard = (epoch, 0, 0, leader)


def hear_revision(follower, revision, in_force, now_ms) -> bool:
    """Take a revision (rule 12). True if it is news."""
    group = follower.group
    before_ma = group.fallback(now_ms)
    if not hear(group, revision, in_force, now_ms):
        return False
    if not group.takes:
        forget_lease(follower.lease, now_ms)
    elif group.fallback(now_ms) < before_ma:
        lowered(follower.lease, now_ms)
    return True
