# SPDX-License-Identifier: MIT
"""What a member does when something is to be stored, was stored, or another unit leads
(rules 3, 12 and 13).

Nothing is said that storage does not hold, and what is not sure is not used. How often the flash
may be written is writes.py's to say.
"""

from core.group.group import row_of
from core.group.on_demand.group import follow_leader, group_to_record, hear, note_stored
from core.group.on_demand.record import VERSION, revision_from
from core.load import load
from core.on_demand.serial import serial_text
from core.sharing.member import FOLLOWS, LEFT
from core.sharing.on_demand.lease import forget_lease, lowered
from core.sharing.on_demand.writes import count_write, may_write
from micropython import const

_RETRY_MS = const(1000)
_TRIES_MOST = const(9)


def know_in_force(member, now_ms):
    """What a leader has put in force needs no second write to be known to its own unit."""
    in_force = revision_from(member.lead["in_force"])
    if in_force.number == member.group.number():
        hear(member.group, in_force, True, now_ms)


def record_if_allowed(member, now_ms):
    """Plain values to store now, or None while the flash may not be written so often. Counts the
    write."""
    if not may_write(member, now_ms, member.dirty):
        member.store_at_ms = now_ms + _RETRY_MS
        return None
    if member.leader is not None:
        load("core", "group", "stored")  # they are in its record, and their files there in time
        if member.names is not None:
            load("core", "sharing", "naming")
        if member.leader.caps is not None:
            load("core", "sharing", "caps")
    count_write(member, now_ms)
    if member.role == LEFT:
        return {}
    if member.leader is not None and member.leader.proposed:
        hear_own(member, now_ms)
    return record_of(member)


def record_of(member) -> dict:
    """All that a unit stores, as plain values (record.py)."""
    leader = member.leader
    lead = member.lead
    if leader is not None:
        lead = load("core", "group", "stored").revisions_to_record(leader.revisions)
        if member.names is not None:
            lead["names"] = load("core", "sharing", "naming").to_record(member)
        if leader.caps is not None:
            wishes = load("core", "sharing", "caps").to_record(leader)
            if wishes:
                lead["wishes"] = wishes
    return {"version": VERSION, "key": member.key.hex(),
            "serial": serial_text(member.group.config.serial),
            "group": group_to_record(member.group), "lead": lead,
            "epoch": member.epoch_max if leader is None else leader.epoch}


def on_stored(member, ok, now_ms):
    """The record was written, both copies, and read back, or not: then it is tried again."""
    leader = member.leader
    committing = leader is not None and leader.revisions.committing
    if committing:
        leading = load("core", "sharing", "leader")
        load("core", "group", "revision").note_committed(leader.revisions, ok)
    if not ok:
        member.tries = min(member.tries + 1, _TRIES_MOST)
        member.store_at_ms = now_ms + (_RETRY_MS << member.tries) // 2
        member.dirty = True
        return
    member.tries = 0
    member.dirty = member.lazy = member.unstored_leader = False
    note_stored(member.group)
    if leader is not None:
        leader.stored = True
        if committing:
            leading.note_commit(leader, now_ms)
        follow_cap(member, now_ms)


def become_follower(member, leader, tag, epoch, now_ms):
    """Another unit leads: this one follows it, stores that, and only then answers."""
    member.role, member.leader, member.lead = FOLLOWS, None, None
    member.names = None
    follow_leader(member.group, leader, tag, epoch)
    set_cap(member.follower, None, now_ms)
    member.unstored_leader = True
    member.changed(now_ms)


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


def set_cap(follower, cap_ma, now_ms):
    """Use at most this as fallback, and no lease, as long as it is not None (rule 12)."""
    if cap_ma != follower.group.cap_ma:
        follower.group.cap_ma = cap_ma
        if cap_ma is not None:
            forget_lease(follower.lease, now_ms)
