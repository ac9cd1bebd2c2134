# SPDX-License-Identifier: MIT
"""A unit's part: what it may offer and why, when it reports, and what it says."""

import pytest

from core import reasons
from core.connector.pilot_state import A, B, C
from core.group.on_demand.first_record import joining_record
from core.group.on_demand.group import forget_all
from core.group.on_demand.new_group import new_group
from core.sharing import frames
from core.sharing.frames import Grant, GrantFrame, Header
from core.sharing.on_demand.digest import digest
from core.sharing.on_demand.follower import new_follower
from core.sharing.on_demand.following import hear_revision
from core.sharing.on_demand.keeping import note_stored
from core.sharing.on_demand.presence import lease_state
from host_tools.records import member_record, serial_of
from tests.rules import KEY, LX, RX, T, a_config, a_header, a_revision, a_snapshot, tag

BOOT = 2 ** 30 - 60000
LATER = BOOT + 60000


def a_follower(revision=None, wired=1, unit=2, boot_ms=BOOT, metered=True):
    config = a_config(unit, wired)._replace(metered=metered, priority=4)
    record = member_record(KEY, serial_of(unit), revision or a_revision(wired=[wired, wired]))
    return new_follower(config, new_group(config, T, record["group"], boot_ms), T, 2001, boot_ms)


def a_frame(follower, *entries):
    """Grant frame of a leader that holds what this unit holds."""
    group = follower.group
    return GrantFrame(group.number(), group.digest, group.confirmed_number, list(entries), False)


def granted(follower, amount_ma, now_ms=LATER, phases=1):
    """Give it a lease by a report and its grant."""
    header, _ = follower.report(now_ms)
    follower.on_grants(
        a_frame(follower, Grant(2, 2001, header.sequence, amount_ma, phases)), now_ms)
    return follower


def offer(follower, now_ms):
    return tuple(follower.offer(now_ms))


# --- rule 1: what may be offered


def test_a_lease_is_offered_with_its_phases_and_reason():
    follower = granted(a_follower(wired=7), 16000, phases=5)
    assert offer(follower, LATER) == (16000, 5, reasons.LEASE, False)


def test_after_the_lease_it_rests_and_then_falls_back():
    """Rule 4."""
    follower = granted(a_follower(), 30000)
    follower.offer(LATER)
    assert offer(follower, LATER + 10000) == (20000, 1, reasons.REST, False)
    assert offer(follower, LATER + 31000) == (20000, 1, reasons.FALLBACK, False)


def test_an_offer_below_6_a_is_nothing():
    """Rule 1."""
    follower = granted(a_follower(), 5900)
    assert offer(follower, LATER) == (0, 1, reasons.PAUSED, False)
    assert offer(follower, LATER + 10000)[::2] == (0, reasons.NO_LEASE)


def test_nothing_is_offered_while_sharing_is_not_enabled():
    """Rule 1."""
    follower = granted(a_follower(a_revision(enabled=False)), 16000)
    assert offer(follower, LATER) == (0, 1, reasons.NOT_ENABLED, False)
    assert offer(follower, LATER + 60000)[0] == 0


def test_disabling_ends_a_running_lease_at_once():
    """Rules 1 and 12."""
    follower = granted(a_follower(), 16000)
    assert hear_revision(follower, a_revision(number=2, enabled=False), False, LATER)
    assert offer(follower, LATER)[::2] == (0, reasons.NOT_ENABLED)
    assert follower.report(LATER)[1].level_ma == 0


def test_a_removed_unit_says_so():
    follower = granted(a_follower(a_revision(3, 48000)), 16000)
    removal = a_revision(1, 48000, number=2)
    hear_revision(follower, removal, False, LATER)
    assert offer(follower, LATER)[::2] == (0, reasons.REMOVED)
    hear_revision(follower, removal, True, LATER)
    assert offer(follower, LATER)[::2] == (0, reasons.REMOVED)
    forget_all(follower.group)
    assert offer(follower, LATER)[::2] == (0, reasons.REMOVED)


@pytest.mark.parametrize("wired, reason", [(1, reasons.NO_LEASE), (2, reasons.REWIRED)])
def test_a_unit_with_another_wiring_than_its_row_offers_nothing_and_says_so(wired, reason):
    """Rule 5."""
    follower = a_follower()
    follower.group = new_group(a_config(2, wired), T, member_record(
        KEY, serial_of(2), a_revision())["group"], BOOT)
    assert offer(follower, BOOT + 6000)[::2] == (0, reason)


def test_a_unit_that_no_revision_names_says_that_the_leader_does_not_know_it():
    follower = a_follower(a_revision(2), unit=3)
    assert offer(follower, LATER)[::2] == (0, reasons.STRANGER)
    assert not follower.report(LATER)[1].level_ma


def test_a_unit_with_the_key_alone_waits_and_then_hears_that_it_is_not_known():
    config = a_config(3)
    group = new_group(config, T, joining_record(KEY, serial_of(3), 1)["group"], BOOT)
    follower = new_follower(config, group, T, 3001, BOOT)
    assert offer(follower, LATER)[::2] == (0, reasons.WAITS_FOR_LEADER)
    follower.hears(a_header(1, sender=1, nonce=1000, kind=frames.GRANT), LATER, False)
    assert offer(follower, LATER)[::2] == (0, reasons.STRANGER)


def test_amounts_are_not_taken_under_a_revision_that_is_not_enabled():
    """Rule 3: nor kept for when it is."""
    follower = granted(a_follower(a_revision(enabled=False)), 16000)
    assert not follower.lease.live(LATER)
    hear_revision(follower, a_revision(number=2), True, LATER + 100)
    assert not follower.lease.live(LATER + 100)
    assert granted(follower, 16000, LATER + 200).lease.live(LATER + 200)


def test_a_proposal_that_enables_takes_no_amounts_before_it_is_in_force():
    """Rule 3: the newest in force and any newer one that it holds, both."""
    follower = a_follower(a_revision(enabled=False))
    hear_revision(follower, a_revision(number=2), False, LATER)
    assert not granted(follower, 16000).lease.live(LATER)


def test_a_pending_change_of_an_enabled_group_stops_nobody():
    """Rule 3: else a missing unit would stop all others until it is back."""
    follower = granted(a_follower(), 16000)
    hear_revision(follower, a_revision(number=2, limit_ma=30000), False, LATER)
    assert offer(follower, LATER)[::2] == (16000, reasons.LEASE)
    assert granted(follower, 12000, LATER + 500).offer(LATER + 500).amount_ma == 12000


def test_a_frame_of_an_older_revision_in_force_gives_nothing():
    """Rule 3: its leader's storage has fallen back behind what this unit knows."""
    follower = a_follower()
    hear_revision(follower, a_revision(number=2), True, LATER)
    header, _ = follower.report(LATER)
    follower.on_grants(GrantFrame(1, digest(a_revision()), 1, [
        Grant(2, 2001, header.sequence, 16000, 1)], False), LATER)
    assert not follower.lease.live(LATER) and follower.behind


def test_a_leader_that_asks_or_names_another_digest_is_told_what_the_unit_holds():
    """Rule 12."""
    follower = a_follower()
    held = digest(a_revision())
    for ask, named, behind in ((False, held, False), (True, held, False),
                               (False, bytes(4), True), (True, bytes(4), True)):
        follower.on_grants(GrantFrame(1, named, 1, [], ask), LATER)
        assert follower.behind == behind


def test_after_a_boot_a_lease_is_not_used_before_the_vehicle_has_let_go():
    """Rule 4: the level is live, the offer is nothing."""
    follower = granted(a_follower(), 16000, BOOT + 100)
    assert offer(follower, BOOT + 5049) == (0, 1, reasons.BOOT_QUIET, False)
    assert offer(follower, BOOT + 5050)[0] == 16000


def test_a_stall_over_the_end_of_a_lease_opens_the_contactor():
    """Rule 2, hole 18."""
    follower = granted(a_follower(), 30000)
    follower.offer(LATER)
    assert offer(follower, LATER + 12800) == (0, 1, reasons.STALLED, True)
    assert offer(follower, LATER + 12800 + 5050)[0] == 20000


def test_a_lowered_fallback_in_use_must_be_applied_at_once():
    """Rules 2 and 12: it was in use, and is acknowledged as lowered."""
    follower = a_follower()
    follower.offer(LATER)
    hear_revision(follower, a_revision(number=2, limit_ma=24000), False, LATER)
    assert offer(follower, LATER + 100)[0] == 12000
    hear_revision(follower, a_revision(number=3, limit_ma=12000), False, LATER + 200)
    assert offer(follower, LATER + 500)[2:] == (reasons.STALLED, True)


def test_every_change_by_time_alone_is_announced():
    follower = granted(a_follower(), 10000)
    hear_revision(follower, a_revision(limit_ma=60000, number=2), True, LATER + 1000)
    assert follower.offer_until_ms(LATER) == LATER + 10000
    assert follower.offer_until_ms(LATER + 10000) == LATER + 1000 + LX + RX
    assert follower.offer_until_ms(LATER + 20000) == LATER + 31000


@pytest.mark.parametrize("at_ms, state", [
    (0, "live"), (9999, "live"), (10000, "fallback"), (31000, "fallback")])
def test_the_state_of_the_lease_for_people(at_ms, state):
    assert lease_state(granted(a_follower(), 16000), LATER + at_ms) == state


def test_a_unit_without_a_lease_and_fallback_has_none():
    assert lease_state(a_follower(a_revision(fallback="stop")), LATER) == "none"


# --- rules 2 and 3: which grants


def test_a_grant_for_another_unit_or_another_boot_is_not_taken():
    """Rule 2: the unit's own nonce."""
    for entry in (Grant(3, 2001, 1, 16000, 1), Grant(2, 2002, 1, 16000, 1)):
        follower = a_follower()
        follower.report(LATER)
        follower.on_grants(a_frame(follower, entry), LATER)
        assert lease_state(follower, LATER) == "fallback"


@pytest.mark.parametrize("wired, metered, wanted", [(7, True, 2), (7, False, 7), (2, True, 2)])
def test_only_where_each_phase_has_its_meter_some_may_be_left_out(wired, metered, wanted):
    """Rule 14; of one phase none is."""
    revision = a_revision(wired=[wired, wired])
    follower = granted(a_follower(revision, wired=wired, metered=metered), 16000,
                       phases=wired)
    for ms in range(0, 25000, 500):
        follower.snapshot = a_snapshot(pilot_state=C, offered_ma=16000, offered_phases=wired,
                                       closed=True, draw_ma=(0, 16000, 0), charge=1)
        follower.tick(LATER + ms)
    assert follower.report(LATER + 25000)[1].phases == wanted


def test_a_grant_for_phases_that_are_not_wired_is_not_taken():
    follower = granted(a_follower(), 16000, phases=6)
    assert not follower.lease.live(LATER)


# --- rule 6: what a report says


def test_a_report_says_what_rule_6_lists():
    follower = granted(a_follower(), 30000)
    follower.hears(Header(frames.GRANT, 1, 9, 1000, 55, tag(1)), LATER, False)
    follower.snapshot = a_snapshot(LATER, 32000, possible_ma=(40000, 0, 0), tail_ms=3100,
                                   draw_ma=(31000, 0, 0))
    header, report = follower.report(LATER + 4000)
    assert header == Header(frames.REPORT, 2, 9, 2001, 2, tag(2))
    assert (report.echo_leader, report.echo_nonce, report.echo_sequence) == (1, 1000, 55)
    assert (report.level_ma, report.remaining_ms, report.rise_ms) == (30000, 6000, 27000)
    assert (report.offered_ma, report.possible_ma, report.tail_ms) == (32000, (40000, 0, 0), 3100)
    assert (report.revision, report.flags, report.priority) == (
        1, frames.IN_FORCE | frames.CLOSED, 4)


def test_without_a_lease_a_report_says_the_rest_level():
    """Rule 6, hole 17: no vehicle, the offer reads 0, but the unit may offer this at any time."""
    follower = granted(a_follower(), 8000)
    follower.snapshot = a_snapshot(pilot_state=A)
    report = follower.report(LATER + 12000)[1]
    assert (report.level_ma, report.remaining_ms, report.offered_ma) == (8000, 0, 0)
    report = follower.report(LATER + 31000)[1]
    assert (report.level_ma, report.rise_ms) == (20000, 0)


def test_the_first_report_after_a_boot_claims_nothing():
    follower = a_follower()
    report = follower.report(BOOT + 200)[1]
    assert (report.level_ma, report.offered_ma, report.ask_ma) == (0, 0, 0)
    assert report.rise_ms == 30800


def test_a_report_asks_for_no_more_than_the_connector_can_give():
    follower = a_follower()
    follower.snapshot = a_snapshot(LATER, cap_ma=13000, pilot_state=B)
    follower.tick(LATER)
    report = follower.report(LATER)[1]
    assert (report.ask_ma, report.cap_ma) == (13000, 13000)


# --- when it reports


def test_it_reports_every_second():
    follower = a_follower()
    follower.report(LATER)
    assert follower.report_at_ms == LATER + 1000


@pytest.mark.parametrize("change", [
    {"offered_ma": 10000}, {"offered_phases": 3}, {"closed": True}, {"cap_ma": 16000},
    {"phases_all": True}, {"pilot_state": A}, {"possible_ma": (5000, 0, 0)}])
def test_news_are_reported_at_once_but_not_more_than_five_times_a_second(change):
    follower = a_follower()
    follower.snapshot = a_snapshot(LATER)
    follower.tick(LATER)
    follower.report(LATER)
    follower.tick(LATER + 50)
    assert follower.report_at_ms == LATER + 1000
    follower.snapshot = a_snapshot(LATER, **change)
    follower.tick(LATER + 100)
    assert follower.report_at_ms == LATER + 200
    follower.report(LATER + 200)
    follower.tick(LATER + 210)
    assert follower.report_at_ms == LATER + 1200


def test_an_acknowledgement_is_news():
    """Rule 12: once storage holds it."""
    follower = a_follower()
    follower.snapshot = a_snapshot(LATER)
    follower.tick(LATER)
    follower.report(LATER)
    hear_revision(follower, a_revision(number=2), False, LATER + 300)
    follower.tick(LATER + 300)
    assert follower.report_at_ms == LATER + 1000
    note_stored(follower.group)
    follower.tick(LATER + 320)
    assert follower.report_at_ms == LATER + 320


def test_a_grant_that_changes_something_is_answered_when_the_pilot_has_followed():
    follower = a_follower()
    follower.report(LATER)
    granted(follower, 16000, LATER + 500)
    assert follower.report_at_ms == LATER + 700
    follower.report(LATER + 700)
    granted(follower, 16000, LATER + 1000)
    assert follower.report_at_ms == LATER + 2000


def test_a_greeting_is_answered_at_once():
    """Rule 8."""
    follower = a_follower()
    follower.report(LATER)
    follower.hears(Header(frames.GRANT, 1, 9, 1000, 55, tag(1)), LATER + 300, True)
    assert follower.report_at_ms == LATER + 300
