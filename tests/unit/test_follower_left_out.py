# SPDX-License-Identifier: MIT
"""A unit that was left out by a revision that it does not hold, and is to come again."""

from core.sharing.on_demand.following import hear_revision
from tests.rules import T, a_revision, tag
from tests.unit.test_follower import LATER, a_follower
from tests.unit.test_missed_revision import missed


def test_a_proposal_does_not_show_that_a_unit_is_in_the_revision_in_force():
    """Rule 12: an old leader that is back was left out by one that it does not hold, and is to
    come again by the next: as a new member, with nothing."""
    follower = a_follower(a_revision(2))
    assert missed(follower) == 0
    hear_revision(follower, a_revision(2, number=11), False, LATER)
    assert follower.group.fallback(LATER) == 0 and follower.group.fallback_ma == 0
    hear_revision(follower, a_revision(2, number=11), True, LATER)
    assert follower.group.fallback(LATER) == 0
    assert follower.group.fallback(LATER + T.rest_x_ms) == 20000


def test_a_unit_that_has_a_proposal_hears_that_another_revision_is_in_force():
    """Rule 12: the same, where the proposal is heard first."""
    follower = a_follower(a_revision(2))
    hear_revision(follower, a_revision(2, number=11), False, LATER)
    assert follower.group.fallback(LATER) == 20000
    assert missed(follower) == 0


def test_a_leader_that_has_the_units_own_number_by_now_tells_it_all_the_same():
    """Rule 12: it was removed while it was away, and another one has got its number and leads."""
    follower = a_follower(a_revision(2))
    group = follower.group
    group.leader, group.leader_tag = group.unit, tag(7)
    assert missed(follower) == 0
    # Its own leadership: what it may use by that it knows itself.
    other = a_follower(a_revision(2))
    other.group.leader, other.group.leader_tag = other.group.unit, other.tag
    assert missed(other) == 20000
