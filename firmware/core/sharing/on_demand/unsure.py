# SPDX-License-Identifier: MIT
"""Revisions that a leader does not hold (rules 12 and 13): compare.py hears of them.

An unsure leader sends no amounts. It collects what units hold, proposes the newest of it anew, and
is sure again when that is in force, which every unit of every revision that it knows must have
acknowledged.
"""

from core.group.group import row_of
from core.group.on_demand.proposal import make
from core.group.on_demand.revision import rows_of, work_out
from core.sharing import frames
from core.sharing.on_demand.compare import holds
from core.sharing.on_demand.digest import digest as digest_of
from core.sharing.on_demand.new_revision import follow_members, start_revision
from core.units import UNITS_MAX


def hears_held(leader, revision, in_force, tag):
    """A unit has sent the revision that it holds."""
    revisions = leader.revisions
    if not holds(leader, revision.number, digest_of(revision), in_force):
        if len(revisions.known) >= UNITS_MAX:
            return  # more than storage takes: it stays unsure of that one
        leader.heard_number = max(leader.heard_number, revision.number)
        revisions.known += (revision,)
        leader.proposed = True  # that it is unsure must survive a restart
    leader.others = tuple([other for other in leader.others
                           if other[:2] != (revision.number, digest_of(revision))])
    if in_force and revision.number > revisions.in_force.number:
        if digest_of(revision) == revisions.digest:
            revisions.is_in_force = True
        else:
            _take_as_in_force(revisions, revision)
    work_out(revisions)
    follow_members(leader)


# What this leader had in force, or proposed, may still be gone by.
def _take_as_in_force(revisions, revision):
    if revisions.pending is not None:
        revisions.former += (revisions.digest,)
    for old in (revisions.in_force, revisions.pending):
        if old is not None and old not in revisions.known:
            revisions.known += (old,)
    revisions.in_force, revisions.pending = revision, None


def newest_of(leader):
    """The newest of all revisions that a leader knows: its own proposal, unless that does not
    follow one that it has heard of since. Of its own proposals only the present one counts."""
    revisions = leader.revisions
    newest = revisions.newest()
    number = newest.number if revisions.pending is None else revisions.base
    for known in revisions.known:
        if known.number > number and digest_of(known) not in revisions.former and (
                known.leader != leader.unit or known.number > newest.number):
            newest, number = known, known.number
    return newest


def propose_newest(leader, now_ms) -> bool:
    """Propose the newest of the revisions that it is unsure of, if it has them all and has not
    yet. False if that one has no row for this unit: then it leads no longer."""
    revisions = leader.revisions
    if leader.others or not revisions.known or leader.handing_over is not None:
        return True
    newest = newest_of(leader)
    above = max([leader.heard_number] + [known.number for known in revisions.known])
    if newest is revisions.pending and newest.number > above:
        return True
    above = max(above, revisions.newest().number)
    own = row_of(newest, leader.serial)
    if own is None:
        return False
    leader.unit = own.unit
    number = max(above, newest.number) + 1
    start_revision(leader, make(number, own.unit, newest.enabled, newest.fallback, newest.limit_ma,
                                newest.members, pinned_rows(leader)), now_ms)
    return True


def kept_row(account, row, number):
    """A row under this number with all that its unit may still use."""
    return frames.Row(number, row.serial, account.fallback_ma, account.wired, row.rating_ma,
                      row.nameplate_ma, row.min_ma)


def pinned_rows(leader):
    """Rows of all units that this change goes on without."""
    pinned = []
    for row in rows_of(leader.revisions):
        if row.serial in leader.revisions.pinned:
            for account in leader.ledger.accounts:
                if account.serial == row.serial:
                    pinned.append(kept_row(account, row, row.unit))
    return pinned
