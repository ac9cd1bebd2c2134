# SPDX-License-Identifier: MIT
"""Units that are heard, and that no revision of the group names (rules 3 and 12)."""

from core.group.group import row_of
from core.group.on_demand.acknowledged import acknowledge
from core.load import load
from core.on_demand.serial import tag_of
from core.sharing.on_demand.change_waits import repeat_revision
from micropython import const

_STRANGERS_MAX = const(8)


def stranger(leader, tag, said, revision, epoch, now_ms):
    """An authentic unit is heard that is in no revision. One that holds a revision thinks that it
    is a member: it is told that it was removed, unless it comes back by that. epoch: newest that
    it has heard, which no frame recorded before this leadership can say."""
    for row in leader.revisions.returns:
        if tag_of(row.serial) == tag:
            if epoch == leader.epoch:
                load("core", "sharing", "proposing").come_back(leader, row, now_ms)
            return
    if leader.strangers is None:
        leader.strangers = {}
    known = leader.strangers.get(tag)
    if known is None and len(leader.strangers) >= _STRANGERS_MAX:
        oldest = sorted([(leader.strangers[t][0], t) for t in leader.strangers])[0][1]
        del leader.strangers[oldest]
    said = said or (known[1] if known else None)
    leader.strangers[tag] = (now_ms, said, revision > 0)


def hello(leader, tag, said, epoch, now_ms):
    """A unit without a row says who it is: what it waits for may be on its way. If it leaves, and
    has lost the record by which it could report, it acknowledges so that it holds the revision
    without it."""
    account = leader.ledger.account(tag)
    if account is None:
        stranger(leader, tag, said, 0, epoch, now_ms)
        return
    pending = leader.revisions.pending
    if (pending is not None and epoch == leader.epoch
            and row_of(pending, account.serial) is None):
        acknowledge(leader.revisions, account.serial, said, now_ms)
    repeat_revision(leader, now_ms)


def to_be_told(leader) -> list:
    """Tags of units to which it must be said that they were removed; each is told once for each
    time that it is heard."""
    if leader.unsure() or leader.revisions.pending is not None:
        return []
    told = []
    for tag in sorted(leader.strangers):
        if leader.ledger.account(tag) is not None:
            del leader.strangers[tag]  # its owner has taken it in since it was heard
            continue
        heard_ms, said, member = leader.strangers[tag]
        if member:
            told.append(tag)
            leader.strangers[tag] = (heard_ms, said, False)
    return told
