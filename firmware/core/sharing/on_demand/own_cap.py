# SPDX-License-Identifier: MIT
"""What a unit may use at most while a leadership's amounts cannot be trusted (rules 12 and 13)."""

from core.group.group import row_of
from core.sharing.on_demand.lease import forget_lease


def follow_cap(member, now_ms):
    """What a leader's own connector may use, where its leadership's amounts cannot be trusted."""
    leader = member.leader
    cap_ma = None
    if leader is not None:
        if not leader.stored:
            cap_ma = 0
        elif leader.unsure():
            cap_ma = _smallest_ma(leader)
    set_cap(member.follower, cap_ma, now_ms)


# The smallest fallback that its own unit has in all revisions that a leader knows, mA.
def _smallest_ma(leader):
    if leader.others:
        return 0  # of one it knows no more than that there is one
    revisions = leader.revisions
    least_ma = None
    for revision in (revisions.in_force,) + revisions.known:
        row = row_of(revision, leader.serial)
        fallback_ma = 0 if row is None or not revision.enabled else row.fallback_ma
        if least_ma is None or fallback_ma < least_ma:
            least_ma = fallback_ma
    return least_ma


def set_cap(follower, cap_ma, now_ms):
    """Use at most this as fallback, and no lease, as long as it is not None (rule 12)."""
    if cap_ma != follower.group.cap_ma:
        follower.group.cap_ma = cap_ma
        if cap_ma is not None:
            forget_lease(follower.lease, now_ms)
