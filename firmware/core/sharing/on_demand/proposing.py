# SPDX-License-Identifier: MIT
"""What a leader proposes, asked by its owner or by itself, or why it cannot (rules 5, 12, 13)."""

from core.group.group import row_of
from core.group.on_demand.proposal import changed
from core.sharing.frames import Row
from core.sharing.on_demand.new_revision import start_revision
from core.units import OFFER_MIN_MA, UNIT_MAX, USEFUL_MAX_MA


def propose(leader, now_ms, **changes):
    """Start a revision (rule 12). None, or a refusal (core/on_demand/refusal_words.py)."""
    if leader.handing_over is not None:
        return "handing_over", leader.handing_over[0]
    if leader.others:
        tags = [other[2] for other in leader.others]
        return "newer", [a.unit for a in leader.ledger.accounts if a.tag in tags]
    revision, error = changed(leader.revisions.newest(), leader.heard_number, **changes)
    if error is None:
        start_revision(leader, revision, now_ms)
    return error


def come_back(leader, row, now_ms):
    """A unit is heard again that left without a word: it comes back, under its number if that is
    free."""
    if leader.unsure() or row_of(leader.revisions.newest(), row.serial) is not None:
        return
    newest = leader.revisions.newest()
    back = Row(next_number(row.unit, newest.members), row.serial, 0, row.wired, row.rating_ma,
               row.nameplate_ma, row.min_ma)
    propose(leader, now_ms, members=list(newest.members) + [back])


def next_number(unit, rows) -> int:
    """This number, or the next one that none of the rows has."""
    taken = [row.unit for row in rows]
    while unit in taken:
        unit = unit % UNIT_MAX + 1
    return unit


def on_believed(leader, serial, report, now_ms):
    """A unit reports another wiring, rating or smallest current than its row says: propose it
    (rule 5). What cannot be stays as it is."""
    rows = _with_facts(leader.revisions.newest(), serial, report)
    facts = serial, report.wired, report.rating_ma, report.min_ma
    if rows is None or leader.unsure() or leader.handing_over is not None or leader.retired() \
            or leader.declined == facts:
        return
    leader.declined = facts if propose(leader, now_ms, members=rows) else None


# Rows of a revision in which a unit's wiring, rating and smallest current are as it reports them,
# or None if they are.
def _with_facts(revision, serial, report):
    row = row_of(revision, serial)
    if row is None or not report.wired or not OFFER_MIN_MA <= report.min_ma <= USEFUL_MAX_MA or (
            row.wired, row.rating_ma, row.min_ma) == (report.wired, report.rating_ma,
                                                      report.min_ma):
        return None
    new = Row(row.unit, serial, 0, report.wired, report.rating_ma,
              max(row.nameplate_ma, report.rating_ma), report.min_ma)
    return [new if other.serial == serial else other for other in revision.members]
