# SPDX-License-Identifier: MIT
"""Rules 5 and 12 in a unit: the smaller fallback first, a raised one only after a wait."""

import pytest

from core.group.on_demand.first_record import joining_record
from core.group.on_demand.group import follow_leader, hear
from core.group.on_demand.new_group import new_group
from core.group.on_demand.record import group_to_record, revision_record
from core.group.on_demand.recorded import revision_from
from core.sharing.on_demand.digest import digest
from core.sharing.on_demand.follower import new_follower
from core.sharing.on_demand.keeping import note_stored
from host_tools.records import member_record, serial_of
from tests.rules import KEY, LX, RX, T, a_config, a_revision, tag

NOW = 2 ** 30 - 60000


def a_group(unit=2, revision=None, wired=1, rating_ma=48000):
    """A unit of a group whose revision is in force."""
    record = member_record(KEY, serial_of(unit), revision or a_revision())
    return new_group(a_config(unit, wired, rating_ma), T, record["group"], NOW)


def newcomer(unit=3, floor=0):
    """A unit that has been given the key."""
    record = joining_record(KEY, serial_of(unit), 1, floor=floor)
    return new_group(a_config(unit), T, record["group"], NOW)


def reloaded(group, now_ms, **config):
    """The same unit after a boot, perhaps built differently."""
    return new_group(group.config._replace(**config), T, group_to_record(group), now_ms)


def test_a_unit_that_is_in_no_group_has_no_fallback():
    group = new_group(a_config(2), T, None, NOW)
    assert (group.number(), group.fallback(NOW), group.takes, group.unit > 0, group.unit) == (
        0, 0, False, False, 0)


def test_a_proposed_smaller_fallback_is_taken_at_once():
    """Rule 12, first step."""
    group = a_group()
    assert group.fallback(NOW) == 20000
    assert hear(group, a_revision(limit_ma=24000, number=2), False, NOW)
    assert group.fallback(NOW) == 12000


def test_a_proposed_larger_fallback_is_not_taken():
    """Rule 12, first step; hole 10."""
    group = a_group()
    hear(group, a_revision(limit_ma=60000, number=2), False, NOW)
    assert group.fallback(NOW + 100000) == 20000


def test_a_raised_fallback_in_force_is_used_after_all_leases_and_reactions():
    """Rule 12, second step; hole 10: used on receipt it meets leases from before."""
    group = a_group()
    revision = a_revision(limit_ma=60000, number=2)
    hear(group, revision, False, NOW)
    hear(group, revision, True, NOW + 1000)
    assert group.fallback(NOW + 1000 + LX + RX - 1) == 20000
    assert group.fallback(NOW + 1000 + LX + RX) == 30000
    assert group.raised[0] == NOW + 1000 + LX + RX


def test_the_wait_for_a_raised_fallback_starts_again_after_a_boot():
    """Rule 12: how long the unit was off is not known."""
    group = a_group()
    hear(group, a_revision(limit_ma=60000, number=2), True, NOW)
    group = reloaded(group, NOW + 15000)
    assert group.fallback(NOW + 15000 + LX + RX - 1) == 20000
    assert group.fallback(NOW + 15000 + LX + RX) == 30000


def test_a_raised_fallback_that_was_waited_for_is_the_plain_one():
    group = a_group()
    hear(group, a_revision(limit_ma=60000, number=2), True, NOW)
    group.settle(NOW + LX + RX)
    assert group.fallback_ma == 30000 and group.raised is None


def test_a_new_proposal_ends_the_wait_for_a_raise():
    """Rule 12: the smaller of old and new, and the old one was not in use yet."""
    group = a_group()
    hear(group, a_revision(limit_ma=60000, number=2), True, NOW)
    hear(group, a_revision(limit_ma=50000, number=3), False, NOW + 5000)
    assert group.fallback(NOW + 60000) == 20000


def test_a_new_member_has_no_fallback_until_the_revision_is_in_force():
    """Rule 12, hole 10."""
    group = newcomer()
    revision = a_revision(3, 48000, number=2)
    assert hear(group, revision, False, NOW)
    assert group.fallback(NOW + 100000) == 0 and not group.takes and group.unit == 3
    assert hear(group, revision, True, NOW)
    assert group.takes and group.fallback(NOW + LX + RX) == 16000


def test_a_removed_unit_offers_nothing_until_it_is_set_up_anew():
    """Rule 12 and design 1, row 10."""
    group = a_group(3, a_revision(3, 48000))
    revision = a_revision(2, 48000, number=2)
    hear(group, revision, False, NOW)
    assert group.fallback(NOW) == 0 and group.unit and not group.takes
    hear(group, revision, True, NOW)
    assert not group.takes and not group.unit
    group = reloaded(group, NOW)
    assert not group.takes and not group.unit and group.fallback(NOW + 60000) == 0


def test_disabled_counts_at_the_proposal_and_enabled_only_in_force():
    """Rules 1 and 12."""
    group = a_group()
    hear(group, a_revision(number=2, enabled=False), False, NOW)
    assert not group.takes and group.fallback(NOW) == 0
    hear(group, a_revision(number=3), False, NOW)
    assert group.takes and group.fallback(NOW + 60000) == 0  # 2 was never in force
    hear(group, a_revision(number=3), True, NOW)
    assert group.takes and group.fallback(NOW) == 0


@pytest.mark.parametrize("number, in_force", [(1, False), (1, True), (0, True)])
def test_an_old_revision_changes_nothing(number, in_force):
    group = a_group()
    assert not hear(group, a_revision(limit_ma=12000, number=number), in_force, NOW)
    assert group.fallback(NOW) == 20000


def test_a_revision_in_force_that_was_missed_as_a_proposal_is_taken_in_both_steps():
    """A unit that had no power while the others acknowledged."""
    group = a_group()
    hear(group, a_revision(limit_ma=24000, number=5), True, NOW)
    assert group.fallback(NOW) == 12000 and group.in_force()


def test_only_what_storage_holds_is_acknowledged():
    """Rule 12: a boot must not bring back a fallback that the leader no longer reserves."""
    group = a_group()
    hear(group, a_revision(number=2), False, NOW)
    assert (group.stored_number, group.stored_digest) == (1, digest(a_revision()))
    assert group.stored_in_force()
    note_stored(group)
    assert (group.stored_number, group.stored_digest) == (2, digest(a_revision(number=2)))
    assert not group.stored_in_force()


def test_a_boot_brings_back_what_was_stored():
    group = a_group()
    follow_leader(group, 7, tag(7), 12)
    hear(group, a_revision(limit_ma=24000, number=2), False, NOW)
    again = reloaded(group, NOW + 5000)
    assert group_to_record(again) == group_to_record(group)
    assert (again.leader, again.leader_tag, again.epoch) == (7, tag(7), 12)
    assert (again.number(), again.in_force()) == (2, False)
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


# --- rule 5: whose row it is


def test_a_row_is_a_units_own_only_with_its_present_wiring():
    """Rule 5: after a boot with another one it has nothing until a revision names that."""
    group = a_group()
    group = reloaded(group, NOW, wired=2)
    assert group.unit and group.unit == 2
    assert not group.takes and group.fallback(NOW + 60000) == 0
    hear(group, a_revision(number=2, wired=[1, 1]), True, NOW)
    assert not group.takes and group.fallback(NOW + 60000) == 0
    revision = a_revision(number=3, wired=[1, 2])
    hear(group, revision, False, NOW)
    assert not group.takes and group.fallback(NOW + 60000) == 0
    hear(group, revision, True, NOW)
    assert group.takes and group.fallback(NOW + LX + RX - 1) == 0
    assert group.fallback(NOW + LX + RX) == 20000


def test_wired_back_as_before_it_waits_for_what_it_had():
    """Rule 5: the record has stayed."""
    group = reloaded(reloaded(a_group(), NOW, wired=2), NOW, wired=1)
    assert group.takes and group.fallback(NOW + LX + RX - 1) == 0
    assert group.fallback(NOW + LX + RX) == 20000


def test_a_row_names_a_serial_and_not_a_number():
    """Rules 5 and 12: another board as unit 2."""
    record = member_record(KEY, serial_of(2), a_revision())
    group = new_group(a_config(9), T, record["group"], NOW)
    assert (group.takes, group.unit > 0, group.unit, group.fallback(NOW + 60000)) == (
        False, False, 0, 0)


@pytest.mark.parametrize("rating_ma, uses_ma", [(16000, 16000), (48000, 20000)])
def test_a_later_rating_only_lowers_what_is_used(rating_ma, uses_ma):
    """Rule 5, hole 21."""
    group = reloaded(a_group(rating_ma=20000), NOW, rating_ma=rating_ma)
    assert group.fallback(NOW + 60000) == uses_ma


# --- rule 12: which revisions are taken


def test_another_revision_of_the_same_number_is_never_taken():
    """Rule 12: two promotions may make two of one number."""
    group = a_group()
    hear(group, a_revision(number=2, limit_ma=24000), False, NOW)
    other = a_revision(number=2, limit_ma=60000)
    assert not hear(group, other, False, NOW) and not hear(group, other, True, NOW)
    assert group.fallback(NOW + 60000) == 12000 and not group.in_force()
    assert hear(group, a_revision(number=2, limit_ma=24000), True, NOW) and group.in_force()


def test_a_newcomer_takes_nothing_below_what_pairing_named():
    """Rule 12: it may have been in the group before, and frames from then may be replayed."""
    group = newcomer(floor=5)
    assert not hear(group, a_revision(3, 48000, number=4), True, NOW)
    assert hear(group, a_revision(3, 48000, number=5), True, NOW)
    assert not hear(reloaded(newcomer(floor=5), NOW), a_revision(3, 48000, number=4), True, NOW)


def test_a_cap_lowers_what_is_used_and_not_what_is_stored():
    """Rule 12: an unsure leader's own connector."""
    group = a_group()
    group.cap_ma = 6000
    assert group.fallback(NOW) == 6000
    assert reloaded(group, NOW).fallback(NOW) == 20000


def test_what_is_stored_of_a_raise_is_said_while_it_is_waited_for():
    """Rule 6: it will use it without another frame, also if sharing is not enabled by then."""
    group = a_group()
    follower = new_follower(group.config, group, T, 2001, NOW)
    assert follower.report(NOW)[1].stored_ma == 20000
    hear(group, a_revision(number=2, limit_ma=60000), True, NOW)
    assert follower.report(NOW)[1].stored_ma == 30000 and group.fallback(NOW) == 20000
