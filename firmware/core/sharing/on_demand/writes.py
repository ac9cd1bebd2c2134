# SPDX-License-Identifier: MIT
"""How often a member may write the flash: it wears, and no quarrel may wear it out.

One write for each start, and at most 10 an hour besides. What an owner asks for comes on top: he
asks seldom, and must not have to wait for an hour. What can wait leaves some for what cannot.
"""

from micropython import const

_HOUR_MS = const(3600000)
_WRITES_MOST = const(10)  # in an hour
_OWNER_WRITES = const(2)  # of a change of the group: proposed, and in force
_WRITES_KEPT = const(5)  # for what cannot wait


def owner_asks(member, writes=_OWNER_WRITES):
    """An owner's action may take so many writes."""
    member.free_writes = min(member.free_writes + writes, _WRITES_MOST)


def owner_changes(member, now_ms):
    """An owner has changed the group: that is stored, and later that it is in force."""
    owner_asks(member)
    member.changed(now_ms)


def may_write(member, now_ms: int, pressing: bool) -> bool:
    """May there be a write now?"""
    if member.free_writes:
        return True
    writes_ms = member.writes_ms
    while writes_ms and now_ms - writes_ms[0] >= _HOUR_MS:
        writes_ms.pop(0)
    return len(writes_ms) < (_WRITES_MOST if pressing else _WRITES_KEPT)


def count_write(member, now_ms: int):
    """One is made."""
    if member.free_writes:
        member.free_writes -= 1
    else:
        member.writes_ms.append(now_ms)
