# SPDX-License-Identifier: MIT
"""Whose frames a unit follows, and what it stores before it speaks (rules 3, 9, 12 and 13)."""

import pytest

from core.sharing import frames
from core.sharing.frames import Grant
from host_tools.records import member_record, serial_of
from tests.rules import (KEY, NOW, a_follower, a_leader, a_member, a_revision, a_snapshot,
                         led_by, level, started, step, stored, Voice)


# --- rule 3: a follower listens to newer frames of its leader


def test_a_newer_frame_of_the_leader_is_followed():
    """Rules 2 and 3."""
    member = a_follower()
    member.on_frame(1, Voice(1, 5).grant(9, Grant(2, 2001, 1, 16000, 1)), NOW + 300)
    assert level(member, NOW + 300) == 16000
    assert member.follower.heard == (5, 9, 1000, 1)


@pytest.mark.parametrize("epoch, sequence", [(5, 8), (5, 9), (4, 99)])
def test_a_frame_that_is_not_newer_is_dropped_and_counted(epoch, sequence):
    """Rule 3, hole 6: a late frame of an old epoch."""
    member = a_follower()
    member.on_frame(1, Voice(1, 5).grant(9, Grant(2, 2001, 1, 6000, 1)), NOW + 300)
    member.on_frame(1, Voice(1, epoch).grant(sequence, Grant(2, 2001, 1, 30000, 1)), NOW + 400)
    assert level(member, NOW + 400) == 6000 and member.counts["old"] == 1


def test_any_newer_frame_moves_the_unit_also_without_an_amount():
    """Rule 3: the echo covers what came before it, so that may not be used any more."""
    member = a_follower()
    member.on_frame(1, Voice(1, 5).grant(9), NOW + 300)
    member.on_frame(1, Voice(1, 5).grant(8, Grant(2, 2001, 1, 30000, 1)), NOW + 400)
    assert level(member, NOW + 400) == 0
    member.on_frame(1, Voice(1, 6).grant(1), NOW + 500)
    member.on_frame(1, Voice(1, 5).grant(10, Grant(2, 2001, 1, 30000, 1)), NOW + 600)
    assert level(member, NOW + 600) == 0 and member.counts["old"] == 2


def test_only_what_the_leader_says_anew_may_change_what_is_offered():
    """The pilot path looks again after such a frame, and need not after others."""
    member = a_follower()
    grant = Voice(1, 5).grant(9, Grant(2, 2001, 1, 16000, 1))
    assert member.on_frame(1, grant, NOW + 300) is True
    for unheard in (grant, grant[:-1], b"", Voice(3).report(1), Voice(2, 5).grant(10)):
        assert member.on_frame(1, unheard, NOW + 400) is False
    assert member.on_frame(1, Voice(1, 5).revision(10, a_revision()), NOW + 500) is True


def test_a_revision_moves_the_unit_too():
    """Rule 3."""
    member = a_follower()
    member.on_frame(1, Voice(1, 5).revision(9, a_revision()), NOW + 300)
    member.on_frame(1, Voice(1, 5).grant(8, Grant(2, 2001, 1, 30000, 1)), NOW + 400)
    assert level(member, NOW + 400) == 0


def test_a_greeting_is_answered_with_the_echo_at_once():
    """Rule 8."""
    member = a_follower()
    member.on_frame(1, Voice(1, 5, 77).grant(1), NOW + 500)
    [(to, header, report)] = step(member, NOW + 500)
    assert (to, header.epoch, report.echo_nonce, report.echo_sequence) == (1, 5, 77, 1)


def test_reports_are_for_leaders_only():
    """Others take them for nothing, and spend no HMAC on them."""
    member = a_follower()
    assert member.on_frame(3, Voice(3, 9).report(1)[:-1] + b"?", NOW + 300) is False
    assert member.on_frame(3, Voice(3, 9).report(1), NOW + 300) is False
    assert not any(member.counts.values()) and member.epoch_max == 0
    leader = started()
    leader.on_frame(3, Voice(3).report(1)[:-1] + b"?", NOW + 300)
    leader.on_frame(1, Voice(1).report(1), NOW + 300)  # an echo, or a replay, of its own
    assert (leader.counts["forged"], leader.counts["stranger"]) == (1, 1)


# --- rule 12: nothing is acknowledged that storage does not hold


def test_a_revision_is_acknowledged_when_it_is_stored():
    """Rule 12."""
    member = a_follower()
    member.on_connector(a_snapshot(NOW), NOW)
    member.on_frame(1, Voice(1, 5).revision(9, a_revision(number=2, limit_ma=24000)), NOW + 400)
    assert member.group.fallback(NOW + 400) == 12000  # taken at once, acknowledged later
    [(_, _, report)] = step(member, NOW + 400, ok=False)
    assert report.revision == 1
    assert step(member, NOW + 1380, ok=False) == [] and stored(member, NOW + 1399) is None
    [(_, _, report)] = step(member, NOW + 1400)
    assert report.revision == 1
    [(_, _, report)] = step(member, NOW + 1600)
    assert report.revision == 2


def test_a_boot_before_a_revision_was_stored_forgets_it():
    """Rule 12: it was not acknowledged, so the old fallback is still reserved."""
    member = a_follower()
    before = stored(member, NOW) or member_record(KEY, serial_of(2), a_revision())
    member.on_frame(1, Voice(1, 5).revision(9, a_revision(number=2, limit_ma=24000)), NOW + 400)
    again = a_member(2, record=before, now_ms=NOW + 1000, nonce=2002)
    assert again.offer(NOW + 32000).amount_ma == 20000 and again.group.stored_number == 1


# --- rule 13: another leader


@pytest.mark.parametrize("unit, epoch, follows", [
    (3, 6, True), (3, 5, True), (1, 9, True), (3, 4, False)])
def test_a_follower_goes_to_a_higher_epoch_and_at_equal_ones_to_the_higher_id(
        unit, epoch, follows):
    """Rule 13."""
    member = a_follower(record=led_by(2, leader=2, epoch=5, unit=2))
    member.on_frame(unit, Voice(unit, epoch).grant(1), NOW + 300)
    assert (member.group.leader == unit) == follows
    assert member.counts["old"] == (0 if follows else 1)


def test_at_equal_epochs_a_lower_id_is_not_followed():
    """Rule 13."""
    member = a_follower(record=led_by(2, leader=3, epoch=5, unit=2))
    member.on_frame(1, Voice(1, 5).grant(1, Grant(2, 2001, 1, 30000, 1)), NOW + 300)
    assert member.group.leader == 3 and level(member, NOW + 300) == 0


def test_a_new_leader_is_stored_before_it_is_answered():
    """Rule 13, hole 15: a boot must not bring the unit back to the old one."""
    member = a_follower()
    member.on_frame(3, Voice(3, 1001).grant(1), NOW + 300)
    assert step(member, NOW + 500, ok=False) == []
    assert step(member, NOW + 1480, ok=False) == []
    record = stored(member, NOW + 1500)
    assert (record["group"]["leader"], record["group"]["epoch"]) == (3, 1001)
    [(to, header, _)] = step(member, NOW + 1520)
    assert (to, header.epoch) == (3, 1001)


def test_after_a_boot_a_stored_leader_is_still_the_one_and_no_other_at_a_lower_epoch():
    """Rule 13, hole 14."""
    member = a_follower(record=led_by(3, leader=3, epoch=1001, unit=2))
    for epoch in (5, 1000, 1001):
        member.on_frame(1, Voice(1, epoch).grant(999, Grant(2, 2001, 1, 30000, 1)), NOW + 300)
    assert (member.group.leader, level(member, NOW + 300)) == (3, 0)
    member.on_frame(3, Voice(3, 1000).grant(1), NOW + 400)
    assert member.follower.heard == (1001, 0, 0, 3)  # what was stored
    member.on_frame(3, Voice(3, 1002).grant(1), NOW + 500)
    assert member.follower.heard == (1002, 1, 1000, 3)


def test_epochs_far_above_the_stored_one_are_stored():
    """Rule 13: a promotion must get above them, also after a boot; and flash is spared."""
    member = a_follower(record=led_by(2, leader=1, epoch=0, unit=2))
    member.on_frame(1, Voice(1, 499).grant(1), NOW + 300)
    assert stored(member, NOW + 300) is None
    member.on_frame(1, Voice(1, 500).grant(1), NOW + 400)
    assert stored(member, NOW + 400)["group"]["epoch"] == 500
    member.on_frame(1, Voice(1, 999).grant(1), NOW + 500)
    assert stored(member, NOW + 500) is None


# --- rule 13: the leader's own epoch


def test_a_restarted_leader_stores_the_next_epoch_before_it_sends_anything():
    """Rule 13."""
    member = a_leader()
    member.tick(NOW)
    assert member.frames_to_send() == []
    record = stored(member, NOW)
    assert record["epoch"] == 1
    assert step(member, NOW + 20)[0][1].epoch == 1
    again = a_leader(record, 1002, NOW + 9000)
    assert stored(again, NOW + 9000)["epoch"] == 2


def test_a_leader_that_cannot_store_its_epoch_sends_nothing_and_gets_nothing():
    """Rule 13, hole 14."""
    member = a_leader()
    for ms in range(0, 30000, 200):
        member.on_connector(a_snapshot(NOW + ms), NOW + ms)
        assert step(member, NOW + ms, ok=False) == []
        assert member.lease_state(NOW + ms) == "none" and member.offer(NOW + ms).amount_ma == 0
    assert any(step(member, NOW + ms) for ms in range(30000, 40000, 200))


@pytest.mark.parametrize("epoch, nonce, above", [
    (1, 1001, None), (1, 555, 2), (7, 555, 8), (0, 555, None)])
def test_a_leader_moves_above_what_it_hears_under_its_own_name(epoch, nonce, above):
    """Rule 13, hole 14: an older copy of its storage was in use. Its own echo is no other."""
    for heard in ("frame", "report"):
        member = started()
        before = member.leader
        if heard == "frame":
            member.on_frame(2, Voice(1, epoch, nonce).grant(3), NOW + 500)
        else:
            voice = Voice(2, epoch, 2001)
            member.on_frame(2, voice.report(1, echo_leader=1, echo_nonce=nonce), NOW + 500)
        if above is None:
            assert member.leader is before
            continue
        assert member.leader is not before and member.leader.epoch == above
        member.tick(NOW + 500)
        assert member.frames_to_send() == []  # as after a reboot: stored first
        assert stored(member, NOW + 500)["epoch"] == above
        assert [body.entries for _, _, body in step(member, NOW + 700)] == [[]]


def test_a_leader_that_hears_a_higher_one_becomes_its_follower_and_stays_one():
    """Rule 13."""
    member = started()
    member.on_frame(3, Voice(3, 1001).grant(1), NOW + 500)
    assert member.leader is None
    record = stored(member, NOW + 500)
    assert record["lead"] is None and record["group"]["leader"] == 3
    again = a_member(1, record=record, now_ms=NOW + 9000)
    assert again.leader is None
    [(to, header, _)] = step(again, NOW + 9200)
    assert (to, header.kind) == (3, frames.REPORT)


def test_a_leader_does_not_give_way_to_a_lower_epoch():
    """Rule 13."""
    member = started()
    member.on_frame(3, Voice(3, 0).grant(50), NOW + 500)
    assert member.leader is not None and member.counts["old"] == 1


def test_a_leader_gives_way_to_another_leaders_own_frame_only():
    """Rule 13: a report may be a replay from before."""
    member = started()
    member.on_frame(2, Voice(2, 1001, 2001).report(1, echo_leader=3), NOW + 500)
    assert member.leader is not None and member.epoch_max == 1001
