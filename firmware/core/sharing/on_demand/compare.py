# SPDX-License-Identifier: MIT
"""Does a unit hold a revision that its leader does not hold (rule 12)?"""

from core.sharing import frames
from core.sharing.on_demand.digest import digest as digest_of


def compare(leader, header, report):
    """Does a unit hold a revision that this leader does not hold? Any authentic report tells."""
    number, digest, tag = report.revision, report.digest, header.tag
    in_force = report.flags & frames.IN_FORCE
    if not number or holds(leader, number, digest, in_force) or _is_past(leader, header):
        return
    leader.heard_number = max(leader.heard_number, number)
    for other in leader.others:
        if other[:3] == (number, digest, tag):
            return
    leader.others = leader.others + ((number, digest, tag, report.stored_ma),)


# Recorded before this leadership, in which the unit has said that it holds the newest: it can send
# no other one any more, and the leader would wait for that for ever.
def _is_past(leader, header):
    account = leader.ledger.account(header.tag)
    if account is None or account.report is None or header.epoch >= leader.epoch:
        return False
    revisions = leader.revisions
    said = account.report.revision, account.report.digest
    return said == (revisions.newest().number, revisions.digest)


def holds(leader, number, digest, in_force) -> bool:
    """Does a leader hold a revision with this number and digest, or did it ever?"""
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
