# SPDX-License-Identifier: MIT
"""Revisions that a leader does not hold, units that it does not know, units that do not answer
(rules 3, 12 and 13). Functions on a core.leader.Leader; a board loads this file when one of these
is the case.

An unsure leader sends no amounts. It collects what units hold, proposes the newest of it anew, and
is sure again when that is in force, which every unit of every revision that it knows must have
acknowledged.
"""

from core import frames
from core.group import row_of
from core.proposal import changed, make, names, with_facts
from core.serial import tag_of
from micropython import const

_STRANGERS_MAX = const(8)
_TELL_MS = const(2000)


# --- revisions that it does not hold


def compare(leader, tag, report):
    """Does a unit hold a revision that this leader does not hold? Any authentic report tells."""
    number, digest = report.revision, report.digest
    in_force = report.flags & frames.IN_FORCE
    if not number or _holds(leader, number, digest, in_force):
        return
    leader.heard_number = max(leader.heard_number, number)
    for other in leader.others:
        if other[:3] == (number, digest, tag):
            return
    leader.others = leader.others + ((number, digest, tag, report.stored_ma),)


def _holds(leader, number, digest, in_force):
    from core.group_frames import digest as digest_of
    revisions = leader.revisions
    newest, old = revisions.newest(), revisions.in_force
    if digest in revisions.former or [known for known in revisions.known if
                                      known.number == number and digest_of(known) == digest]:
        return True  # only this leader could have put its own proposal in force
    if number == newest.number:
        return digest == revisions.digest
    if number == old.number:
        return digest == revisions.digest_in_force
    # Below what is in force: that unit is behind. In between: proposed, and replaced by another
    # proposal before it was in force.
    return number < old.number or (number < newest.number and not in_force
                                   and not revisions.known)


def hears_held(leader, revision, in_force, tag):
    """A unit has sent the revision that it holds."""
    from core.group_frames import digest
    revisions = leader.revisions
    if not _holds(leader, revision.number, digest(revision), in_force):
        if len(revisions.known) >= frames.MAX_UNITS:
            return  # more than storage takes: it stays unsure of that one
        leader.heard_number = max(leader.heard_number, revision.number)
        revisions.known += (revision,)
        leader.proposed = True  # that it is unsure must survive a restart
    leader.others = tuple([other for other in leader.others
                           if other[:2] != (revision.number, digest(revision))])
    if in_force and revision.number > revisions.in_force.number:
        if digest(revision) == revisions.digest:
            revisions.is_in_force = True
        else:
            _take_as_in_force(revisions, revision)
    revisions.follow()
    leader.follow_members()


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
    from core.group_frames import digest
    revisions = leader.revisions
    newest = revisions.newest()
    number = newest.number if revisions.pending is None else revisions.base
    for known in revisions.known:
        if known.number > number and digest(known) not in revisions.former and (
                known.leader != leader.unit or known.number > newest.number):
            newest, number = known, known.number
    return newest


def settle(leader, serial, now_ms) -> bool:
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
    own = row_of(newest, serial)
    if own is None:
        return False
    leader.unit = own.unit
    leader.take(make(max(above, newest.number) + 1, own.unit, newest.enabled, newest.fallback,
                     newest.limit_ma, newest.members, _pinned_rows(leader)), now_ms)
    return True


def smallest_ma(leader, serial) -> int:
    """The smallest fallback that this unit has in all revisions that its leader knows, mA."""
    if leader.others:
        return 0  # of one it knows no more than that there is one
    revisions = leader.revisions
    smallest_ma = None
    for revision in (revisions.in_force,) + revisions.known:
        row = row_of(revision, serial)
        fallback_ma = 0 if row is None or not revision.enabled else row.fallback_ma
        if smallest_ma is None or fallback_ma < smallest_ma:
            smallest_ma = fallback_ma
    return smallest_ma


# --- units that it does not know


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
    back = frames.Row(unit, row.serial, 0, row.wired, row.rating_ma, row.nameplate_ma, row.min_ma)
    leader.propose(now_ms, members=list(newest.members) + [back])


# --- units that are other than their rows


def follow_facts(leader, serial, report, now_ms):
    """A unit reports another wiring, rating or smallest current than its row says: propose it
    (rule 5). What cannot be stays as it is."""
    rows = with_facts(leader.revisions.newest(), serial, report)
    facts = serial, report.wired, report.rating_ma, report.min_ma
    if rows is None or leader.unsure() or leader.handing_over is not None or leader.retired() \
            or leader.declined == facts:
        return
    leader.declined = facts if leader.propose(now_ms, members=rows) else None


# --- units that do not answer


def without_power(leader, unit, now_ms):
    """The owner's word that a unit that leaves has no power, and gets none before it was reset or
    is where it hears the group. None, or why it is not needed."""
    revisions = leader.revisions
    stays = False
    for account in leader.ledger.accounts:
        if account.unit == unit and account.serial in revisions.waiting_for():
            if row_of(revisions.pending, account.serial) is not None:
                stays = True  # another one may leave under the number that it has taken
                continue
            revisions.without_power(account.serial, now_ms)
            leader.proposed = True
            return None
    if stays:
        return "unit %d stays in the group: remove it, or go on without it" % unit
    return "unit %s is not waited for: waiting for %s" % (
        unit, names(leader.waiting_units()) or "none")


def go_on_without(leader, unit, now_ms):
    """Make the change that waits for a unit anew, with all that it may still use kept for it.
    None, or why that cannot be."""
    revisions = leader.revisions
    found = [account for account in leader.ledger.accounts
             if account.unit == unit and (account.serial in revisions.waiting_for()
                                          or [o for o in leader.others if o[2] == account.tag])]
    if not found:
        return "unit %s is not waited for: waiting for %s" % (
            unit, names(leader.waiting_units()) or "none")
    if revisions.in_force.leader != leader.unit:
        # Its owner may have promoted that one too, to go on without this one: nobody knows then
        # what the other may use.
        return ("unit %d may have been made the leader too: switch it off and remove it, with "
                "your word that it has no power" % unit)
    account = found[0]
    others = tuple([o for o in leader.others if o[2] != account.tag])
    stored_ma = max([o[3] for o in leader.others if o[2] == account.tag] + [0])
    account.fallback_ma = max(account.fallback_ma, stored_ma)
    base = newest_of(leader)
    rows = [row for row in base.members if row.serial != account.serial]
    old = [row for row in revisions.rows() if row.serial == account.serial]
    joins = row_of(revisions.in_force, account.serial) is None and not [
        known for known in revisions.known if row_of(known, account.serial) is not None]
    pinned = _pinned_rows(leader)
    if not joins:  # who has never been in force holds nothing: it stays outside
        kept = _kept_row(account, old[0])
        rows.append(kept)
        pinned = pinned + [kept]
    revision, error = changed(base, leader.heard_number, leader=leader.unit, members=rows,
                              pinned=pinned)
    if error:
        return error
    leader.others = others
    leader.handing_over = None  # whoever was to lead: this unit goes on
    if not joins:
        revisions.pin(account.serial)
    leader.take(revision, now_ms)
    return None


def _kept_row(account, row):
    return frames.Row(row.unit, row.serial, account.fallback_ma, account.wired, row.rating_ma,
                      row.nameplate_ma, row.min_ma)


def _pinned_rows(leader):
    """Rows of all units that this change goes on without."""
    pinned = []
    for row in leader.revisions.rows():
        if row.serial in leader.revisions.pinned:
            for account in leader.ledger.accounts:
                if account.serial == row.serial:
                    pinned.append(_kept_row(account, row))
    return pinned
