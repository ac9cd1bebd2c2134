# SPDX-License-Identifier: MIT
"""Rules 5 and 12 in a unit: the smaller fallback first, a raised one only after a wait."""

import pytest

from core.group import Group
from core.group_record import first_record, revision_from, revision_record
from tests.rules import LX, RX, T, a_revision

NOW = 2 ** 30 - 60000


def a_group(unit=2, revision=None):
    """A unit of a group whose revision is in force."""
    return Group(unit, T, first_record(revision or a_revision(), unit)["group"], NOW)


def reloaded(group, now_ms):
    """The same unit after a boot."""
    return Group(group.unit, T, group.to_record(), now_ms)


def test_a_unit_that_is_in_no_group_has_no_fallback():
    group = Group(2, T, None, NOW)
    assert (group.number(), group.fallback(NOW), group.enabled, group.member()) == (
        0, 0, False, False)


def test_a_proposed_smaller_fallback_is_taken_at_once():
    """Rule 12, first step."""
    group = a_group()
    assert group.fallback(NOW) == 20000
    assert group.hear(a_revision(limit_ma=24000, number=2), False, NOW)
    assert group.fallback(NOW) == 12000


def test_a_proposed_larger_fallback_is_not_taken():
    """Rule 12, first step; hole 10."""
    group = a_group()
    group.hear(a_revision(limit_ma=60000, number=2), False, NOW)
    assert group.fallback(NOW + 100000) == 20000


def test_a_raised_fallback_in_force_is_used_after_all_leases_and_reactions():
    """Rule 12, second step; hole 10: used on receipt it meets leases from before."""
    group = a_group()
    revision = a_revision(limit_ma=60000, number=2)
    group.hear(revision, False, NOW)
    group.hear(revision, True, NOW + 1000)
    assert group.fallback(NOW + 1000 + LX + RX - 1) == 20000
    assert group.fallback(NOW + 1000 + LX + RX) == 30000
    assert group.raise_ms() == NOW + 1000 + LX + RX


def test_the_wait_for_a_raised_fallback_starts_again_after_a_boot():
    """Rule 12: how long the unit was off is not known."""
    group = a_group()
    group.hear(a_revision(limit_ma=60000, number=2), True, NOW)
    group = reloaded(group, NOW + 15000)
    assert group.fallback(NOW + 15000 + LX + RX - 1) == 20000
    assert group.fallback(NOW + 15000 + LX + RX) == 30000


def test_a_raised_fallback_that_was_waited_for_is_the_plain_one():
    group = a_group()
    group.hear(a_revision(limit_ma=60000, number=2), True, NOW)
    group.settle(NOW + LX + RX)
    assert group.fallback_ma == 30000 and group.raise_ms() is None


def test_a_new_proposal_ends_the_wait_for_a_raise():
    """Rule 12: the smaller of old and new, and the old one was not in use yet."""
    group = a_group()
    group.hear(a_revision(limit_ma=60000, number=2), True, NOW)
    group.hear(a_revision(limit_ma=50000, number=3), False, NOW + 5000)
    assert group.fallback(NOW + 60000) == 20000


def test_a_new_member_has_no_fallback_until_the_revision_is_in_force():
    """Rule 12, hole 10."""
    group = Group(3, T, None, NOW)
    revision = a_revision(3, 48000, number=2)
    assert group.hear(revision, False, NOW)
    assert group.fallback(NOW + 100000) == 0 and not group.enabled
    assert group.hear(revision, True, NOW)
    assert group.enabled and group.fallback(NOW + LX + RX) == 16000


def test_a_removed_unit_offers_nothing_until_it_is_set_up_anew():
    """Rule 12 and design 1, row 10."""
    group = a_group(3, a_revision(3, 48000))
    revision = a_revision(2, 48000, number=2)
    group.hear(revision, False, NOW)
    assert group.fallback(NOW) == 0 and group.member()
    group.hear(revision, True, NOW)
    assert not group.enabled and not group.member()
    group = reloaded(group, NOW)
    assert not group.enabled and not group.member() and group.fallback(NOW + 60000) == 0


def test_disabled_counts_at_the_proposal_and_enabled_only_in_force():
    """Rules 1 and 12."""
    group = a_group()
    group.hear(a_revision(number=2, enabled=False), False, NOW)
    assert not group.enabled and group.fallback(NOW) == 0
    group.hear(a_revision(number=3), False, NOW)
    assert not group.enabled
    group.hear(a_revision(number=3), True, NOW)
    assert group.enabled and group.fallback(NOW) == 0


@pytest.mark.parametrize("number, in_force", [(1, False), (1, True), (0, True)])
def test_an_old_revision_changes_nothing(number, in_force):
    group = a_group()
    assert not group.hear(a_revision(limit_ma=12000, number=number), in_force, NOW)
    assert group.fallback(NOW) == 20000


def test_a_revision_in_force_that_was_missed_as_a_proposal_is_taken_in_both_steps():
    """A unit that had no power while the others acknowledged."""
    group = a_group()
    group.hear(a_revision(limit_ma=24000, number=5), True, NOW)
    assert group.fallback(NOW) == 12000 and group.in_force


def test_only_what_storage_holds_is_acknowledged():
    """Rule 12: a boot must not bring back a fallback that the leader no longer reserves."""
    group = a_group()
    group.hear(a_revision(number=2), False, NOW)
    assert (group.stored_number, group.stored_in_force) == (1, True)
    group.stored()
    assert (group.stored_number, group.stored_in_force) == (2, False)


def test_a_boot_brings_back_what_was_stored():
    group = a_group()
    group.follow(7, 12)
    group.hear(a_revision(limit_ma=24000, number=2), False, NOW)
    again = reloaded(group, NOW + 5000)
    assert again.to_record() == group.to_record()
    assert (again.leader, again.epoch, again.number(), again.in_force) == (7, 12, 2, False)
    assert again.confirmed == a_revision()


def test_a_record_of_a_revision_is_plain_and_complete():
    revision = a_revision(3, 48000)
    assert revision_from(revision_record(revision)) == revision
    assert revision_from(revision_record(None)) is None
    with pytest.raises((TypeError, ValueError)):
        revision_from([1, 2])


def test_every_mode_of_fallback_is_within_the_limit():
    """Rule 5: equal is rounded down, minimum is 6 A, stop is 0."""
    shares = {mode: [row.fallback_ma for row in a_revision(3, 40000, fallback=mode).members]
              for mode in ("equal", "minimum", "stop")}
    assert shares == {"equal": [13300] * 3, "minimum": [6000] * 3, "stop": [0] * 3}


def test_the_fallback_is_only_for_phases_that_the_group_keeps_for_the_unit():
    """Rules 5 and 14: a unit may have been rewired after it joined."""
    group = a_group(2, a_revision(wired=[7, 3]))
    assert [group.reserved(wired) for wired in (7, 3, 6, 4)] == [3, 3, 2, 0]
    group.hear(a_revision(number=2, wired=[7, 6]), False, NOW)
    assert group.reserved(7) == 2
    group.hear(a_revision(number=2, wired=[7, 6]), True, NOW)
    assert (group.reserved(7), group.fallback(NOW)) == (6, 0)
    assert group.fallback(NOW + LX + RX) == 20000
    assert reloaded(group, NOW).fallback(NOW + LX + RX - 1) == 0


def test_a_phase_taken_away_does_not_touch_the_fallback():
    group = a_group(2, a_revision(wired=[7, 7]))
    group.hear(a_revision(number=2, wired=[7, 1]), True, NOW)
    assert (group.reserved(7), group.fallback(NOW)) == (1, 20000)
