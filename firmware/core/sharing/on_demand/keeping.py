# SPDX-License-Identifier: MIT
"""What a member does when something is stored, taken or changed (rules 3, 12 and 13).

Functions on a core.sharing.member.Member, loaded when one of these happens: nothing is said that storage
does not hold, and what is not sure is not used.
"""

from core.sharing import frames
from micropython import const

_RETRY_MS = const(1000)
_TRIES_MOST = const(9)


# --- storage


def know_in_force(member, now_ms):
    """What a leader has put in force needs no second write to be known to its own unit."""
    from core.group.on_demand.record import revision_from
    in_force = revision_from(member.lead["in_force"])
    if in_force.number == member.group.number():
        member.group.hear(in_force, True, now_ms)


def record_if_allowed(member, now_ms):
    """See Member.record_to_store()."""
    if not member.budget.allows(now_ms, member.dirty):
        member.store_at_ms = now_ms + _RETRY_MS
        return None
    member.budget.spend(now_ms)
    if member.removed:
        return {}
    if member.leader is not None and member.leader.proposed:
        _hear_own(member, now_ms)
    from core.group.on_demand.record import record_of
    return record_of(member)


def on_stored(member, ok, now_ms):
    """See Member.on_stored()."""
    leader = member.leader
    committing = leader is not None and leader.revisions.committing
    if committing:
        leader.revisions.stored(ok)
    if not ok:
        member.tries = min(member.tries + 1, _TRIES_MOST)
        member.store_at_ms = now_ms + (_RETRY_MS << member.tries) // 2
        member.dirty = True
        return
    member.tries = 0
    member.dirty = member.lazy = member.unstored_leader = False
    member.group.stored()
    if leader is not None:
        leader.stored = True
        if committing:
            leader.committed(now_ms)
        follow_cap(member, now_ms)


# --- leading


def begin_leading(member, kind, lead, epoch, now_ms):
    """See Member.begin_leading(). kind: core.sharing.leader.Leader, which stays loaded."""
    group = member.group
    member.leader = kind(group.unit, group.config.serial, lead, epoch, member.nonce,
                         member.timing, now_ms, group.revision)
    member.lead = None  # as it is from now on
    member.epoch_max = max(member.epoch_max, epoch)
    group.follow(group.unit, member.follower.tag, epoch)
    if member.codec is None:  # alone: there is nobody who could be told anything else
        member.leader.stored = True
    else:
        member.changed(now_ms)
    follow_cap(member, now_ms)


def follow_cap(member, now_ms):
    """What a leader's own connector may use, where its leadership's amounts cannot be trusted."""
    leader = member.leader
    cap_ma = None
    if leader is not None:
        if not leader.stored:
            cap_ma = 0
        elif leader.unsure():
            from core.sharing.on_demand.unsure import smallest_ma
            cap_ma = smallest_ma(leader, leader.serial)
    member.follower.cap(cap_ma, now_ms)


# What a unit proposes it takes itself before it is stored: one write for both.
def _hear_own(member, now_ms):
    leader = member.leader
    leader.proposed = False
    member.follower.on_revision(leader.revisions.newest(), False, now_ms)
    follow_cap(member, now_ms)


def go_on_changing(member, leader, now_ms):
    """A change waits, the leadership is handed over, or the leader has proposed something."""
    if leader.to_commit(now_ms) and not leader.revisions.committing:
        leader.revisions.commit()
        member.changed(now_ms)
        if not member.dirty:
            member.on_stored(True, now_ms)
    if leader.hand_over_due(now_ms):
        _propose_leader(leader, now_ms)
    if leader.proposed:
        _hear_own(member, now_ms)
        member.changed(now_ms)


# The new leader becomes a revision; this one grants nothing more.
def _propose_leader(leader, now_ms):
    from core.group.on_demand.proposal import make
    newest = leader.revisions.newest()
    leader.take(make(max(newest.number, leader.heard_number) + 1, leader.handing_over[0],
                     newest.enabled, newest.fallback, newest.limit_ma, newest.members), now_ms)


# --- hearing


def accepts_another(member, header, body, heard_epoch, now_ms) -> bool:
    """Is this frame of a leader that replaces the one that is followed? Only its own frames of a
    round tell by which revision it leads. At equal epochs the higher number wins, so that two
    leaders never go on side by side."""
    group = member.group
    if header.kind != frames.GRANT or (header.epoch, header.sender) <= (
            max(group.epoch, heard_epoch), group.leader):
        return False
    if body.in_force < group.confirmed_number:
        member.follower.behind = True  # it may learn of the newer one
        return False
    member.follow(header.sender, header.tag, header.epoch, now_ms)
    return True


def take_revision(member, body, now_ms):
    """A revision of the leader has arrived: body is (Revision, in_force)."""
    stored = member.group.number()
    if member.follower.on_revision(body[0], body[1], now_ms):
        if member.group.number() != stored:
            member.budget.owner_asks(1)  # its leader's storage has paid for it too
            member.changed(now_ms)
        elif member.leader is None:
            member.lazy = True  # that it is in force is said again after a boot
    if member.leader is None and body[1]:
        from core.sharing.on_demand.leadership import take_over
        take_over(member, now_ms, body[0])
