# SPDX-License-Identifier: MIT
"""Rule 12 in the leader: proposed, acknowledged, waited for, stored, in force."""

import pytest

from core.group.on_demand.acknowledged import acknowledge as acknowledges, commit, waiting_for
from core.group.on_demand.proposal import changed, make
from core.group.on_demand.record import leading, revision_record, revisions_to_record
from core.group.on_demand.revision import (
    leaving, note_committed, pin, put_forward, rows_of, word_no_power)
from core.group.on_demand.stored import new_revisions
from core.on_demand.refusal_words import sentence
from core.sharing import frames
from core.sharing.on_demand.digest import digest
from host_tools.records import row, serial_of
from tests.rules import LX, RX, T, a_report, a_revision, rows

NOW = 5000


def revisions(n=3, limit_ma=48000, wired=None, **group):
    """What a leader of n units has after its boot."""
    first = a_revision(n, limit_ma, wired=wired, **group)
    return new_revisions(T, leading(revision_record(first)), 0)


def reloaded(r, now_ms=0):
    return new_revisions(T, revisions_to_record(r), now_ms)


def propose(r, now_ms=0, above=0, **changes):
    """Take a change, or say why it cannot be."""
    revision, error = changed(r.newest(), above, **changes)
    if error is None:
        put_forward(r, revision, now_ms)
    return error


def acknowledge(r, *units, now_ms=NOW, revision=None):
    """These units report what they have stored: the proposed revision, or another one."""
    revision = revision or r.pending
    for unit in units:
        acknowledges(r, serial_of(unit), a_report(revision=revision.number,
                                                 digest=digest(revision), flags=0), now_ms)


def put_in_force(r, *units):
    acknowledge(r, *units)
    commit(r)
    note_committed(r, True)


def waiting(r):
    """Numbers of the boards that are waited for."""
    return sorted([serial[-1] for serial in waiting_for(r)])


def kept(r):
    """What is reserved: (unit, fallback, phases)."""
    return [(row.unit, row.fallback_ma, row.wired) for row in rows_of(r)]


# --- the change itself


def test_a_change_keeps_what_is_not_named_and_gets_the_next_number():
    r = revisions()
    assert propose(r, limit_ma=60000) is None
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
    assert words in sentence(propose(r, **change))
    assert r.pending is None


def test_a_new_revision_is_above_any_that_a_unit_has_shown():
    """Rule 12: units take only a higher number than they hold."""
    r = revisions()
    propose(r, limit_ma=24000, above=41)
    assert r.pending.number == 42


def test_a_revision_that_is_not_enabled_has_no_fallback():
    """Rule 12."""
    r = revisions()
    propose(r, enabled=False)
    assert [row.fallback_ma for row in r.pending.members] == [0, 0, 0]


def test_what_a_unit_may_still_use_is_kept_and_the_others_share_the_rest():
    """Rule 12: going on without it."""
    pinned = [row(2)._replace(fallback_ma=20000)]
    found = make(2, 1, True, "equal", 48000, rows(3), pinned)
    assert [row.fallback_ma for row in found.members] == [14000, 20000, 14000]
    _, error = changed(a_revision(3, 48000), 0, limit_ma=18000, pinned=pinned)
    assert sentence(error) == (
        "unit 2 may still use 20 A without being asked, and the limit is to be 18 A: choose at "
        "least 20 A, or go there and take the power away, then remove(N, True)")


# --- what is reserved, and whom it waits for


def test_until_it_is_in_force_the_old_fallbacks_are_reserved_and_newcomers_have_none():
    """Rule 12."""
    r = revisions()
    propose(r, members=rows(2) + [row(4, 2)], limit_ma=24000)
    assert kept(r) == [(1, 16000, 1), (2, 16000, 1), (3, 16000, 1), (4, 0, 2)]
    assert waiting(r) == [1, 2, 3, 4] and serial_of(4) not in r.chargers
    put_in_force(r, 1, 2, 3, 4)
    assert kept(r) == [(1, 8000, 1), (2, 8000, 1), (4, 8000, 2)]


@pytest.mark.parametrize("limit_ma, units", [(60000, []), (30000, [1, 2, 3])])
def test_only_units_whose_fallback_sinks_are_waited_for(limit_ma, units):
    """Rule 12: a raise harms nobody who has not heard of it."""
    r = revisions()
    propose(r, limit_ma=limit_ma)
    assert waiting(r) == units


def test_a_fallback_that_sinks_on_one_phase_is_waited_for():
    """Rule 12: smaller is per phase."""
    r = revisions(2, 40000, wired=[7, 7])
    propose(r, members=rows(2, [3, 7]))
    assert waiting(r) == [1]
    assert kept(r) == [(1, 20000, 7), (2, 20000, 7)]


def test_who_comes_who_leaves_and_who_becomes_leader_is_waited_for():
    """Rule 12."""
    r = revisions(fallback="stop")
    propose(r, members=rows(2) + [row(4)])
    assert waiting(r) == [3, 4]
    r = revisions(fallback="stop")
    put_forward(r, make(2, 3, True, "stop", 48000, rows(3)), 0)
    assert waiting(r) == [3]


def test_a_replaced_unit_is_one_that_leaves_and_one_that_comes():
    """Rule 12: the new unit 3 does not acknowledge for the old one, which has power."""
    r = revisions()
    new = row(9)._replace(unit=3)
    propose(r, members=rows(2) + [new])
    acknowledge(r, 1, 2, 9)
    assert waiting(r) == [3]
    assert kept(r) == [(1, 16000, 1), (2, 16000, 1), (3, 16000, 1), (3, 0, 1)]
    acknowledge(r, 3)
    assert r.ready_ms() == NOW + LX + RX
    put_in_force(r)
    assert [row.serial for row in rows_of(r)] == [serial_of(1), serial_of(2), serial_of(9)]


def test_an_unsure_leader_waits_for_every_unit_of_every_revision_it_knows():
    """Rule 12: any of them may go by what it has never heard of."""
    r = revisions(2, 48000)
    r.known += (a_revision(4, 60000, number=7),)
    propose(r, above=7, members=rows(2))
    assert waiting(r) == [1, 2, 3, 4]
    assert kept(r) == [(1, 24000, 1), (2, 24000, 1), (3, 15000, 1), (4, 15000, 1)]
    again = reloaded(r)
    assert waiting(again) == [1, 2, 3, 4] and kept(again) == kept(r)
    put_in_force(r, 1, 2, 3, 4)
    assert r.known == () and kept(r) == [(1, 24000, 1), (2, 24000, 1)]


@pytest.mark.parametrize("limit_ma", [30000, 60000])
def test_rises_are_judged_by_the_smaller_of_both_limits_and_renewals_by_the_old(limit_ma):
    """Rule 12."""
    r = revisions()
    propose(r, limit_ma=limit_ma)
    assert (r.in_force.limit_ma, r.rising_limit_ma()) == (48000, min(48000, limit_ma))


def test_a_unit_that_cannot_acknowledge_is_waited_for_by_name():
    """Rule 12: also after a boot, when who had acknowledged does so again."""
    r = revisions()
    propose(r, limit_ma=30000)
    acknowledge(r, 1, 3)
    assert waiting(r) == [2]
    assert r.ready_ms() is None
    again = reloaded(r)
    assert waiting(again) == [1, 2, 3]
    acknowledge(again, 1, 3)
    assert waiting(again) == [2]


def test_without_a_change_nobody_is_waited_for():
    r = revisions()
    assert (waiting(r), leaving(r)) == ([], [])
    assert r.ready_ms() is None and r.newest() is r.in_force
    assert r.rising_limit_ma() == r.in_force.limit_ma == 48000 and serial_of(2) in r.chargers


def test_an_acknowledgement_of_another_revision_does_not_count():
    """Rule 12: neither of another number nor of another one of the same number."""
    r = revisions()
    propose(r, limit_ma=30000)
    acknowledge(r, 1, revision=r.in_force)
    old = r.pending
    propose(r, limit_ma=36000)
    acknowledge(r, 2, revision=old)
    acknowledge(r, 3, revision=r.pending._replace(limit_ma=42000))
    assert waiting(r) == [1, 2, 3]


# --- the owner's word, and going on without a unit


def test_the_owners_word_that_a_unit_has_no_power_ends_the_wait():
    """Rule 12 and design 1, row 10: the word counts from the moment it is given."""
    r = revisions()
    propose(r, members=rows(2))
    acknowledge(r, 1, 2)
    assert waiting(r) == [3]
    word_no_power(r, serial_of(3), NOW + 60000)
    assert waiting(r) == []
    assert r.ready_ms() == NOW + 60000 + LX + RX


def test_the_owners_word_counts_anew_after_a_boot():
    """Rule 12: how long the leader was off is not known."""
    r = revisions()
    propose(r, members=rows(2))
    word_no_power(r, serial_of(3), NOW)
    again = reloaded(r, now_ms=700)
    assert waiting(again) == [] and again.ready_ms() == 700 + LX + RX


def test_the_owners_word_ends_when_the_unit_is_heard():
    """Rule 12: it has power after all."""
    r = revisions()
    propose(r, members=rows(2))
    word_no_power(r, serial_of(3), NOW)
    acknowledge(r, 3, revision=r.in_force)
    assert waiting(r) == [3]


def test_the_owners_word_is_over_with_the_change():
    """Rule 12: by the next one the unit may have power again."""
    r = revisions()
    propose(r, members=rows(2))
    word_no_power(r, serial_of(3), NOW)
    put_in_force(r)
    propose(r, members=rows(3))
    put_in_force(r, 1, 2, 3)
    propose(r, members=rows(2))
    assert waiting(r) == [3]


def test_a_unit_that_is_gone_on_without_is_not_waited_for():
    """Rule 12: its row keeps all that it may use, so nothing has to be promised."""
    r = revisions()
    pinned = [row(2)._replace(fallback_ma=16000)]
    pin(r, serial_of(2))
    propose(r, limit_ma=30000, pinned=pinned)
    assert waiting(r) == [1, 3] == waiting(reloaded(r))
    put_in_force(r, 1, 3)
    assert kept(r) == [(1, 7000, 1), (2, 16000, 1), (3, 7000, 1)]
    propose(r, limit_ma=48000)
    assert waiting(r) == []
    propose(r, limit_ma=30000)
    assert waiting(r) == [2]


# --- when it is in force


def test_a_reaction_must_pass_after_the_last_acknowledgement():
    """Rule 12: vehicles may still follow the old fallback."""
    r = revisions()
    propose(r, limit_ma=24000)
    acknowledge(r, 1, 2, now_ms=1000)
    acknowledge(r, 3, now_ms=3000)
    acknowledge(r, 1, now_ms=9000)  # again: the first one counts
    assert r.ready_ms() == 3000 + RX


def test_a_member_that_leaves_is_reserved_until_its_lease_is_over_too():
    """Rule 12, hole 19."""
    r = revisions()
    propose(r, members=rows(2))
    assert [row.serial for row in leaving(r)] == [serial_of(3)]
    acknowledge(r, 1, 2, 3)
    assert r.ready_ms() == NOW + LX + RX
    assert serial_of(3) not in r.chargers and serial_of(2) in r.chargers


def test_a_boot_during_a_removal_waits_for_all_of_it_again():
    """Rule 12, hole 19: the lease of the one that leaves may still live."""
    r = revisions()
    propose(r, members=rows(2))
    acknowledge(r, 1, 2, 3)
    again = reloaded(r)
    assert again.ready_ms() is None and rows_of(again) == rows_of(r)
    acknowledge(again, 1, 2, 3, now_ms=NOW + 3000)
    assert again.ready_ms() == NOW + 3000 + LX + RX


def test_nothing_is_in_force_before_storage_has_confirmed_it():
    """Rule 12: the leader stores the revision, reads it back and says so."""
    r = revisions()
    propose(r, limit_ma=24000)
    acknowledge(r, 1, 2, 3)
    commit(r)
    assert r.in_force.number == 1
    note_committed(r, False)
    assert r.in_force.number == 1 and r.pending.number == 2 and not r.committing
    commit(r)
    assert reloaded(r).in_force.number == 2  # what storage holds if power fails right then
    note_committed(r, True)
    assert r.in_force.number == 2 and r.pending is None


def test_a_change_proposed_during_another_takes_its_place():
    r = revisions()
    propose(r, limit_ma=24000)
    acknowledge(r, 1, 2, 3)
    commit(r)
    propose(r, fallback="stop")
    note_committed(r, True)  # what was written was no longer the commit
    assert r.in_force.number == 1
    assert r.pending == make(3, 1, True, "stop", 24000, rows(3))
    assert waiting(r) == [1, 2, 3]


def test_its_own_proposal_reported_as_in_force_is_in_force():
    """Rule 12: it was, before this leader's storage fell back."""
    r = revisions()
    propose(r, limit_ma=24000)
    assert r.ready_ms() is None
    r.is_in_force = True
    assert r.ready_ms() == 0
    propose(r, limit_ma=30000)
    assert r.ready_ms() is None


def test_nobody_charges_unless_enabled_in_both_revisions():
    """Rules 1 and 12."""
    r = revisions()
    propose(r, enabled=False)
    assert serial_of(1) not in r.chargers
    put_in_force(r, 1, 2, 3)
    assert [row.fallback_ma for row in r.in_force.members] == [0, 0, 0]
    propose(r, enabled=True)
    assert serial_of(1) not in r.chargers


def test_a_record_brings_back_all_of_a_change():
    r = revisions()
    r.known += (a_revision(4, 60000, number=7),)
    r.returns = [row(8)]
    pin(r, serial_of(2))
    propose(r, above=7, limit_ma=30000, pinned=[row(2)._replace(fallback_ma=16000)])
    word_no_power(r, serial_of(4), NOW)
    assert revisions_to_record(reloaded(r)) == revisions_to_record(r)
    assert frames.NO_DIGEST != reloaded(r).digest == r.digest
