# SPDX-License-Identifier: MIT
"""What a member does when its record was stored, or not (rules 3, 12 and 13): recording.py."""

from core.load import load
from core.sharing.on_demand.own_cap import follow_cap
from micropython import const

_RETRY_MS = const(1000)
_TRIES_MOST = const(9)


def on_stored(member, ok, now_ms):
    """The record was written, both copies, and read back, or not: then it is tried again."""
    leader = member.leader
    committing = leader is not None and leader.revisions.committing
    if committing:
        told = load("core", "sharing", "new_revision")
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
            told.note_commit(leader, now_ms)
        follow_cap(member, now_ms)


def note_stored(group):
    """Storage holds what this Group says."""
    group.stored_number, group.stored_digest = group.number(), group.digest
