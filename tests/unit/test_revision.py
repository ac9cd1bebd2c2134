# SPDX-License-Identifier: MIT
"""Rule 12 in the leader: proposed, acknowledged by all, waited for, stored, in force."""

import pytest

from core.frames import Row
from core.group_record import revision_record
from core.proposal import cautious, make
from core.revision import Revisions
from tests.rules import LX, RX, T, a_revision, rows

NOW = 5000


def revisions(n=3, limit_ma=48000):
    """What a leader of n units has after its boot."""
    record = {"in_force": revision_record(a_revision(n, limit_ma)), "pending": None}
    return Revisions(T, record)


def reloaded(r):
    return Revisions(T, r.to_record())


def acknowledge(r, *units, now_ms=NOW):
    for unit in units:
        r.acknowledged(unit, r.pending.number, now_ms)


def test_a_change_keeps_what_is_not_named_and_gets_the_next_number():
    r = revisions()
    assert r.propose(limit_ma=60000) is None
    assert r.pending == make(2, 1, True, "equal", 60000, rows(3))
    assert r.in_force == a_revision(3, 48000)
    assert r.newest() is r.pending


@pytest.mark.parametrize("change, words", [
    ({"limit_ma": 17900}, "limit is 17.9 A: must be at least 18 A, 6 A for each of 3 units"),
    ({"limit_ma": 144000}, "limit is 144 A: must be at most 143 A"),
    ({"limit_ma": 20050}, "multiple of 100 mA"),
    ({"fallback": "most"}, "fallback is most: must be one of equal, minimum, stop"),
    ({"leader": 9}, "no unit is the leader"),
    ({"members": []}, "a group of 0 units"),
    ({"members": rows(2) + rows(1)}, "unit_id 1 is there twice")])
def test_an_impossible_change_is_refused_with_its_bound(change, words):
    r = revisions()
    assert words in r.propose(**change)
    assert r.pending is None


def test_until_it_is_in_force_the_old_fallbacks_are_reserved_and_newcomers_have_none():
    """Rule 12."""
    r = revisions()
    r.propose(members=rows(2) + [Row(4, 0, 2, 48000, 48000)], limit_ma=24000)
    assert r.rows() == [(1, 16000, 1), (2, 16000, 1), (3, 16000, 1), (4, 0, 2)]
    assert r.waiting_for() == r.units() == [1, 2, 3, 4] and not r.may_charge(4)
    acknowledge(r, 1, 2, 3, 4)
    r.commit()
    r.stored(True)
    assert r.rows() == [(1, 8000, 1), (2, 8000, 1), (4, 8000, 2)]


@pytest.mark.parametrize("limit_ma", [30000, 60000])
def test_rises_are_judged_by_the_smaller_of_both_limits_and_renewals_by_the_old(limit_ma):
    """Rule 12."""
    r = revisions()
    r.propose(limit_ma=limit_ma)
    assert (r.limit_ma(), r.rising_limit_ma()) == (48000, min(48000, limit_ma))


def test_a_unit_that_cannot_acknowledge_is_waited_for_by_name():
    """Rule 12."""
    r = revisions()
    r.propose(limit_ma=60000)
    acknowledge(r, 1, 3)
    assert r.waiting_for() == [2]
    assert r.ready_ms() is None
    assert r.waiting_for() == reloaded_waits(r)


def reloaded_waits(r):
    """After a boot the leader asks anew; who had acknowledged answers at once."""
    again = reloaded(r)
    assert again.waiting_for() == [1, 2, 3]
    acknowledge(again, 1, 3)
    return again.waiting_for()


def test_the_owners_word_that_a_unit_has_no_power_ends_the_wait():
    """Rule 12 and design 1, row 10."""
    r = revisions()
    r.propose(limit_ma=60000)
    acknowledge(r, 1, 3)
    r.without_power(2)
    assert r.waiting_for() == []
    assert r.ready_ms() == NOW + RX


def test_the_owners_word_is_for_one_change():
    """Rule 12: by the next one the unit may have power again."""
    r = revisions()
    r.propose(limit_ma=60000)
    r.without_power(2)
    r.without_power(2)
    assert r.waiting_for() == [1, 3]
    r.propose(limit_ma=50000)
    assert r.waiting_for() == [1, 2, 3]


def test_without_a_change_nobody_is_waited_for():
    r = revisions()
    assert (r.waiting_for(), r.leaving(), r.units()) == ([], [], [1, 2, 3])
    assert r.ready_ms() is None and r.newest() is r.in_force
    assert r.rising_limit_ma() == r.limit_ma() == 48000 and r.may_charge(2)


def test_an_acknowledgement_of_another_revision_does_not_count():
    r = revisions()
    r.propose(limit_ma=60000)
    r.acknowledged(1, 1, NOW)
    r.propose(limit_ma=50000)
    r.acknowledged(2, 2, NOW)
    assert r.waiting_for() == [1, 2, 3]


def test_a_reaction_must_pass_after_the_last_acknowledgement():
    """Rule 12: vehicles may still follow the old fallback."""
    r = revisions()
    r.propose(limit_ma=24000)
    acknowledge(r, 1, 2, now_ms=1000)
    acknowledge(r, 3, now_ms=3000)
    acknowledge(r, 1, now_ms=9000)  # again: the first one counts
    assert r.ready_ms() == 3000 + RX


def test_a_member_that_leaves_is_reserved_until_its_lease_is_over_too():
    """Rule 12, hole 19."""
    r = revisions()
    r.propose(members=rows(2))
    assert r.waiting_for() == [1, 2, 3] and r.leaving() == [3]
    acknowledge(r, 1, 2, 3)
    assert r.ready_ms() == NOW + LX + RX
    assert not r.may_charge(3) and r.may_charge(2)


def test_a_boot_during_a_removal_waits_for_all_of_it_again():
    """Rule 12, hole 19: the lease of the one that leaves may still live."""
    r = revisions()
    r.propose(members=rows(2))
    acknowledge(r, 1, 2, 3)
    again = reloaded(r)
    assert again.ready_ms() is None and again.rows() == r.rows()
    acknowledge(again, 1, 2, 3, now_ms=NOW + 3000)
    assert again.ready_ms() == NOW + 3000 + LX + RX


def test_nothing_is_in_force_before_storage_has_confirmed_it():
    """Rule 12: the leader stores the revision, reads it back and says so."""
    r = revisions()
    r.propose(limit_ma=24000)
    acknowledge(r, 1, 2, 3)
    r.commit()
    assert r.in_force.number == 1
    r.stored(False)
    assert r.in_force.number == 1 and r.pending.number == 2 and not r.committing
    r.commit()
    assert reloaded(r).in_force.number == 2  # what storage holds if power fails right then
    r.stored(True)
    assert r.in_force.number == 2 and r.pending is None


def test_a_change_proposed_during_another_takes_its_place():
    r = revisions()
    r.propose(limit_ma=24000)
    acknowledge(r, 1, 2, 3)
    r.commit()
    r.propose(fallback="stop")
    r.stored(True)  # what was written was no longer the commit
    assert r.in_force.number == 1
    assert r.pending == make(3, 1, True, "stop", 24000, rows(3))
    assert r.waiting_for() == [1, 2, 3]


def test_a_new_revision_is_above_any_that_a_unit_has_shown():
    """Rule 12: storage fell back, and the owner has confirmed the settings anew."""
    r = revisions()
    r.propose(limit_ma=24000, above=41)
    assert r.pending.number == 42


def test_nobody_charges_unless_enabled_in_both_revisions():
    """Rules 1 and 12."""
    r = revisions()
    r.propose(enabled=False)
    assert not r.may_charge(1)
    acknowledge(r, 1, 2, 3)
    r.commit()
    r.stored(True)
    assert [row.fallback_ma for row in r.in_force.members] == [0, 0, 0]
    r.propose(enabled=True)
    assert not r.may_charge(1)


def test_a_promoted_leader_takes_the_larger_fallbacks_and_the_smaller_limit():
    """Rule 13: the dead leader may have put its last change in force, or not."""
    known, newest = a_revision(3, 48000), a_revision(3, 60000, number=2, fallback="minimum")
    found = cautious(known, newest, 3)
    assert (found.number, found.leader, found.limit_ma, found.enabled) == (2, 3, 48000, True)
    assert [row.fallback_ma for row in found.members] == [16000] * 3
    newest = a_revision(4, 60000, number=2)
    assert [row.fallback_ma for row in cautious(known, newest, 3).members] == [16000] * 3 + [15000]
    assert not cautious(known, newest._replace(enabled=False), 3).enabled
