# SPDX-License-Identifier: MIT
"""Rules 1 to 4 in the unit: what a lease allows, when it ends, what comes after it."""

import pytest

from core.sharing.lease import FALLBACK, LIVE, NONE, REST
from core.sharing.on_demand.lease import forget_lease, lowered, new_lease
from tests.rules import T, rise_ms

FALLBACK_MA = 10000
BOOT_MS = 2 ** 30 - 60000


def a_lease(amount_ma=None, at_ms=BOOT_MS + 40000, phases=1):
    """Lease of a unit that booted long ago; with an amount: for a report sent at `at_ms`."""
    lease = new_lease(T, BOOT_MS)
    if amount_ma is not None:
        lease.report_sent(1, at_ms)
        assert lease.grant(1, amount_ma, phases, at_ms)
        lease.stalled(at_ms, FALLBACK_MA)  # the pilot path has applied it
    return lease, at_ms


def level(lease, now_ms, fallback_ma=FALLBACK_MA, wired=1):
    return lease.level(now_ms, fallback_ma, wired)


# --- rule 2: a grant answers one report


def test_a_lease_runs_from_the_moment_the_report_was_sent():
    """Rule 2. Counted from the arrival of the grant, a late one would be worth as much."""
    lease = new_lease(T, BOOT_MS)
    sent_ms = BOOT_MS + 40000
    lease.report_sent(7, sent_ms)
    assert lease.grant(7, 16000, 1, sent_ms + 6000)
    assert lease.live(sent_ms + 9999) and not lease.live(sent_ms + 10000)
    assert lease.granted[2] == sent_ms + 10000


def test_a_grant_for_a_report_as_old_as_a_lease_is_worth_nothing():
    """Rule 3."""
    lease = new_lease(T, BOOT_MS)
    lease.report_sent(7, BOOT_MS)
    assert not lease.grant(7, 16000, 1, BOOT_MS + 10000)
    assert not lease.live(BOOT_MS + 10000)
    assert lease.grant(7, 16000, 1, BOOT_MS + 9999)


def test_a_grant_for_a_report_never_sent_is_worth_nothing():
    """Rule 2: the number is the unit's own."""
    lease, at_ms = a_lease()
    lease.report_sent(1, at_ms)
    assert not lease.grant(2, 16000, 1, at_ms)
    assert level(lease, at_ms)[2] != LIVE


def test_an_older_report_answered_later_shortens_the_lease():
    """Rule 2: the newest frame says what is granted, and for how long."""
    lease = new_lease(T, BOOT_MS)
    for number in range(5):
        lease.report_sent(number, BOOT_MS + 1000 * number)
    lease.grant(4, 16000, 1, BOOT_MS + 5000)
    assert lease.grant(1, 20000, 1, BOOT_MS + 5100)
    assert lease.granted[2] == BOOT_MS + 11000


def test_five_reports_a_second_are_all_remembered_for_a_lease():
    lease = new_lease(T, BOOT_MS)
    for number in range(120):
        lease.report_sent(number, BOOT_MS + 200 * number)
    now_ms = BOOT_MS + 200 * 119
    answered = [n for n in range(120) if lease.grant(n, 6000, 1, now_ms)]
    assert answered == list(range(70, 120))


# --- rule 4: after the lease


def test_at_the_end_of_a_lease_the_unit_drops_to_the_lower_of_grant_and_fallback():
    """Rule 4, hole 3."""
    for amount_ma, rest_ma in ((16000, 10000), (8000, 8000), (0, 0)):
        lease, at_ms = a_lease(amount_ma)
        assert level(lease, at_ms + 9999) == (amount_ma, 1, LIVE)
        assert level(lease, at_ms + 10000) == (rest_ma, 1, REST if rest_ma else NONE)
        assert level(lease, at_ms + 30999)[0] == rest_ma


def test_it_rises_to_its_fallback_only_when_grow_has_passed():
    """Rule 4: until then the others are making room."""
    lease, at_ms = a_lease(6000)
    assert level(lease, at_ms + 30999) == (6000, 1, REST)
    assert level(lease, at_ms + 31000) == (FALLBACK_MA, 1, FALLBACK)
    assert rise_ms(lease, at_ms + 12000) == 19000
    assert rise_ms(lease, at_ms + 50000) == 0


def test_a_fallback_of_stop_is_none():
    """Rule 5."""
    lease, at_ms = a_lease(16000)
    assert level(lease, at_ms + 10000, 0) == (0, 1, NONE)
    assert level(lease, at_ms + 40000, 0) == (0, 1, NONE)


def test_at_rest_the_phases_stay_and_the_fallback_is_for_all():
    """Rule 14: a phase left out stays left out until the unit rises to its fallback."""
    lease, at_ms = a_lease(16000, phases=0b010)
    assert level(lease, at_ms + 10000, wired=0b111) == (10000, 0b010, REST)
    assert level(lease, at_ms + 31000, wired=0b111) == (10000, 0b111, FALLBACK)


def test_after_a_boot_there_is_nothing_until_a_lease_and_grow_have_passed():
    """Rule 4: others may still hold what the fallback needs."""
    lease = new_lease(T, BOOT_MS)
    for after_ms in (0, 9999, 10000, 30999):
        assert level(lease, BOOT_MS + after_ms) == (0, 1, NONE)
    assert level(lease, BOOT_MS + 31000) == (FALLBACK_MA, 1, FALLBACK)
    assert rise_ms(lease, BOOT_MS) == 31000


def test_after_a_boot_nothing_is_offered_for_a_reaction_even_with_a_lease():
    """Rule 4, hole 13: the vehicle may still follow the offer from before. 1 % for the clock."""
    lease = new_lease(T, BOOT_MS)
    assert lease.quiet_ms == BOOT_MS + 5050
    assert lease.next_change_ms(BOOT_MS) == BOOT_MS + 5050


def test_every_change_by_time_alone_is_announced():
    """The pilot path may sleep until then: it must not miss the end of a lease."""
    lease, at_ms = a_lease(16000)
    assert lease.next_change_ms(at_ms) == at_ms + 10000
    assert lease.next_change_ms(at_ms + 10000) == at_ms + 31000
    assert lease.next_change_ms(at_ms + 31000) == 1 << 62


# --- rule 2: stalls


def test_a_drop_done_in_time_is_no_stall():
    """Rule 2."""
    lease, at_ms = a_lease(16000)
    assert not lease.stalled(at_ms + 10000 + T.loop_ms, FALLBACK_MA)


def test_the_end_of_a_lease_found_too_late_opens_the_contactor_for_a_reaction():
    """Rule 2, hole 18: the leader has counted the vehicle's 5 s from the end of the lease."""
    lease, at_ms = a_lease(16000)
    found_ms = at_ms + 10000 + T.loop_ms + 1
    assert lease.stalled(found_ms, FALLBACK_MA)
    assert lease.stalled(found_ms + 5049, FALLBACK_MA)
    assert not lease.stalled(found_ms + 5050, FALLBACK_MA)
    assert lease.next_change_ms(found_ms + 1) == found_ms + 5050


def test_the_end_of_a_lease_below_the_fallback_is_no_drop():
    """Rule 2 speaks of drops."""
    lease, at_ms = a_lease(8000)
    assert not lease.stalled(at_ms + 15000, FALLBACK_MA)


def test_a_smaller_grant_applied_too_late_is_a_stall():
    """Rule 2."""
    lease, at_ms = a_lease(16000)
    lease.report_sent(2, at_ms + 1000)
    lease.grant(2, 6000, 1, at_ms + 1000)
    assert lease.stalled(at_ms + 1201, FALLBACK_MA)


def test_a_grant_that_comes_first_does_not_hide_a_stall():
    """Rule 2: after a stall the sharing task may run before the pilot path."""
    lease, at_ms = a_lease(16000)
    lease.report_sent(2, at_ms + 9000)
    lease.grant(2, 20000, 1, at_ms + 12800)
    assert lease.stalled(at_ms + 12810, FALLBACK_MA)


def test_a_larger_grant_applied_late_is_no_stall():
    lease, at_ms = a_lease(16000)
    lease.report_sent(2, at_ms + 1000)
    lease.grant(2, 20000, 1, at_ms + 1000)
    assert not lease.stalled(at_ms + 4000, FALLBACK_MA)


def test_a_phase_taken_away_too_late_is_a_stall():
    """Rule 14: a phase left out is a drop there."""
    lease, at_ms = a_lease(16000, phases=0b111)
    lease.report_sent(2, at_ms + 1000)
    lease.grant(2, 16000, 0b001, at_ms + 1000)
    assert lease.stalled(at_ms + 1201, FALLBACK_MA)


def test_a_grant_below_the_fallback_that_is_in_use_is_a_drop():
    """Rule 2: after grow the unit offers its fallback, whatever its last grant was."""
    lease, at_ms = a_lease(6000)
    lease.stalled(at_ms + 10000, FALLBACK_MA)
    lease.stalled(at_ms + 31000, FALLBACK_MA)
    lease.report_sent(2, at_ms + 40000)
    lease.grant(2, 6000, 1, at_ms + 40000)
    assert lease.stalled(at_ms + 42800, FALLBACK_MA)


def test_a_lowered_fallback_applied_too_late_is_a_stall():
    """Rules 2 and 12: what was acknowledged must be true within `loop`."""
    lease, at_ms = a_lease(16000)
    lease.stalled(at_ms + 10000, FALLBACK_MA)
    lowered(lease, at_ms + 15000)
    assert lease.stalled(at_ms + 15201, 6000)
    lease, at_ms = a_lease(16000)
    lowered(lease, at_ms + 5000)
    assert not lease.stalled(at_ms + 5200, 6000)


def test_the_first_of_several_drops_is_the_one_that_must_be_in_time():
    """Rule 2: frames go on arriving while the pilot path stalls."""
    lease, at_ms = a_lease(16000)
    for number, after_ms in ((2, 1000), (3, 1150)):
        lease.report_sent(number, at_ms + after_ms)
        lease.grant(number, 16000 - 2000 * number, 1, at_ms + after_ms)
    assert lease.stalled(at_ms + 1210, FALLBACK_MA)
    lease, at_ms = a_lease(16000)
    lowered(lease, at_ms + 1000)
    lowered(lease, at_ms + 1150)
    assert lease.stalled(at_ms + 1210, FALLBACK_MA)


def test_a_lease_that_is_forgotten_too_late_is_a_stall():
    """Rules 1 and 2."""
    lease, at_ms = a_lease(16000)
    forget_lease(lease, at_ms + 1000)
    assert not lease.stalled(at_ms + 1200, FALLBACK_MA)
    forget_lease(lease, at_ms + 2000)
    assert lease.stalled(at_ms + 2201, FALLBACK_MA)


def test_the_end_of_a_lease_at_the_fallback_is_no_drop():
    """Rule 2."""
    lease, at_ms = a_lease(FALLBACK_MA)
    assert not lease.stalled(at_ms + 15000, FALLBACK_MA)


@pytest.mark.parametrize("age_ms", [0, 5000, 12000])
def test_a_forgotten_lease_is_worth_nothing_now_or_later(age_ms):
    """Rule 1: sharing was disabled, or the unit removed."""
    lease, at_ms = a_lease(16000)
    forget_lease(lease, at_ms + age_ms)
    assert level(lease, at_ms + age_ms)[0] == 0
    assert level(lease, at_ms + 20000)[0] == 0


def test_no_grant_for_an_earlier_report_brings_a_forgotten_lease_back():
    """Rule 3: the unit has said since that it has none."""
    lease, at_ms = a_lease(16000)
    lease.report_sent(2, at_ms + 500)
    forget_lease(lease, at_ms + 1000)
    assert not lease.grant(1, 16000, 1, at_ms + 1100)
    assert not lease.grant(2, 16000, 1, at_ms + 1100)
    lease.report_sent(3, at_ms + 1200)
    assert lease.grant(3, 12000, 1, at_ms + 1300)
    assert level(lease, at_ms + 1300)[0] == 12000


@pytest.mark.parametrize("age_ms", [0, 5000, 12000])
def test_a_unit_that_forgets_its_lease_rises_no_earlier_than_it_has_told(age_ms):
    """Rule 3 and 6: the leader counts with the rise that reports have named."""
    lease, at_ms = a_lease(16000)
    rises_ms = at_ms + age_ms + rise_ms(lease, at_ms + age_ms)
    forget_lease(lease, at_ms + age_ms)
    assert level(lease, rises_ms - 1)[0] == 0
    assert level(lease, rises_ms)[0] == FALLBACK_MA


def test_what_is_forgotten_just_after_a_boot_was_not_offered_and_is_no_stall():
    """Rules 2 and 4: a leader forgets its lease as long as its epoch is not stored."""
    lease = new_lease(T, BOOT_MS)
    forget_lease(lease, BOOT_MS)
    assert not lease.stalled(BOOT_MS + 1500, FALLBACK_MA)
