# SPDX-License-Identifier: MIT
"""The fallback of a unit whose leader says that a revision is in force that it does not hold."""

from core.sharing.frames import Grant
from core.sharing.on_demand.following import hear_revision
from tests.rules import a_revision
from tests.unit.test_follower import LATER, a_follower, a_frame, offer


def test_a_unit_whose_leader_has_a_revision_that_it_does_not_hold_uses_no_fallback():
    """Rule 5: it may be in that one no more."""
    follower = a_follower(a_revision(2))
    assert offer(follower, LATER)[0] == 20000
    follower.on_grants(a_frame(follower)._replace(revision=9, in_force=9), LATER)
    assert offer(follower, LATER)[0] == 0
    hear_revision(follower, a_revision(2, number=9), True, LATER)
    assert follower.group.fallback(LATER) == 20000


def missed(follower, revision=9, *entries):
    """Let it hear that 9 is in force; revision: the newest one. Its fallback, mA."""
    follower.on_grants(
        a_frame(follower, *entries)._replace(revision=revision, in_force=9), LATER)
    return follower.group.fallback(LATER)


def an_entry(follower, nonce=2001):
    return Grant(2, nonce, follower.report(LATER)[0].sequence, 0, 1)


def test_a_unit_that_is_in_a_revision_that_it_does_not_hold_has_its_fallback():
    """Rules 4 and 12: it is not left behind, and its row there is no smaller."""
    follower = a_follower(a_revision(2))
    assert missed(follower, 9, an_entry(follower)) == 20000
    assert missed(follower) == 20000
    assert missed(follower, 10) == 20000


def test_an_entry_shows_also_later_that_a_unit_is_in_a_revision():
    follower = a_follower(a_revision(2))
    assert missed(follower) == 0
    assert missed(follower, 9, an_entry(follower)) == 20000


def test_an_entry_beside_a_proposal_does_not_show_that_a_unit_is_in():
    """A unit that is only proposed has entries too."""
    follower = a_follower(a_revision(2))
    assert missed(follower, 10, an_entry(follower)) == 0


def test_an_entry_of_another_boot_does_not_show_that_a_unit_is_in():
    follower = a_follower(a_revision(2))
    assert missed(follower, 9, an_entry(follower, 2002)) == 0


def test_what_is_counted_in_one_revision_is_not_in_a_newer_one():
    follower = a_follower(a_revision(2))
    assert missed(follower, 9, an_entry(follower)) == 20000
    follower.on_grants(a_frame(follower)._replace(revision=10, in_force=10), LATER)
    assert follower.group.fallback(LATER) == 0


def test_a_unit_keeps_its_fallback_where_one_that_it_held_as_a_proposal_is_in_force():
    """Rules 4 and 12: its row there is no smaller than what it uses, though it has gone on to a
    newer proposal and never heard that this one was in force."""
    follower = a_follower(a_revision(2))
    hear_revision(follower, a_revision(2, number=9), False, LATER)
    hear_revision(follower, a_revision(2, number=10), False, LATER)
    assert missed(follower, 10) == 20000


def test_a_revision_older_than_the_one_in_force_gives_no_fallback():
    follower = a_follower(a_revision(2))
    assert missed(follower) == 0
    hear_revision(follower, a_revision(2, number=8), True, LATER)
    assert follower.group.fallback(LATER) == 0
    hear_revision(follower, a_revision(2, number=9), True, LATER)
    assert follower.group.fallback(LATER) == 20000
