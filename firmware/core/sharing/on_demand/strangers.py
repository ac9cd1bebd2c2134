# SPDX-License-Identifier: MIT
"""Units that the group's revisions do not name, or name otherwise than they are (rules 3, 5, 12).
Functions on a core.sharing.leader.Leader; a board loads this file when it hears one.
"""

from core.sharing.frames import Row
from core.group.group import row_of
from core.serial import tag_of
from micropython import const

_STRANGERS_MAX = const(8)


def stranger(leader, tag, serial, revision, epoch, now_ms):
    """An authentic unit is heard that is in no revision. One that holds a revision thinks that it
    is a member: it is told that it was removed, unless it comes back by that. epoch: newest that
    it has heard, which no frame recorded before this leadership can say."""
    for row in leader.revisions.returns:
        if tag_of(row.serial) == tag:
            if epoch == leader.epoch:
                _come_back(leader, row, now_ms)
            return
    if leader.strangers is None:
        leader.strangers = {}
    known = leader.strangers.get(tag)
    if known is None and len(leader.strangers) >= _STRANGERS_MAX:
        oldest = sorted([(leader.strangers[t][0], t) for t in leader.strangers])[0][1]
        del leader.strangers[oldest]
    serial = serial or (known[1] if known else None)
    leader.strangers[tag] = (now_ms, serial, revision > 0)


def hello(leader, tag, said, epoch, now_ms):
    """A unit without a row says who it is: what it waits for may be on its way."""
    if leader.ledger.account(tag) is not None:
        leader.revise(now_ms)
    else:
        stranger(leader, tag, said.serial, 0, epoch, now_ms)


def to_be_told(leader) -> list:
    """Tags of units to which it must be said that they were removed; each is told once for each
    time that it is heard."""
    if leader.unsure() or leader.revisions.pending is not None:
        return []
    told = []
    for tag in sorted(leader.strangers):
        heard_ms, serial, member = leader.strangers[tag]
        if member:
            told.append(tag)
            leader.strangers[tag] = (heard_ms, serial, False)
    return told


def _come_back(leader, row, now_ms):
    if leader.unsure() or row_of(leader.revisions.newest(), row.serial) is not None:
        return
    newest = leader.revisions.newest()
    unit = row.unit
    taken = [other.unit for other in newest.members]
    while unit in taken:
        unit = unit % 250 + 1
    back = Row(unit, row.serial, 0, row.wired, row.rating_ma, row.nameplate_ma, row.min_ma)
    leader.propose(now_ms, members=list(newest.members) + [back])


def follow_facts(leader, serial, report, now_ms):
    """A unit reports another wiring, rating or smallest current than its row says: propose it
    (rule 5). What cannot be stays as it is."""
    from core.group.on_demand.proposal import with_facts
    rows = with_facts(leader.revisions.newest(), serial, report)
    facts = serial, report.wired, report.rating_ma, report.min_ma
    if rows is None or leader.unsure() or leader.handing_over is not None or leader.retired() \
            or leader.declined == facts:
        return
    leader.declined = facts if leader.propose(now_ms, members=rows) else None
