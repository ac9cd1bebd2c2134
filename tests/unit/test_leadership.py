# SPDX-License-Identifier: MIT
"""Rules 9, 12 and 13 in a member: promotion, unsure leaders, two under one name, removal."""

import pytest

from core import reasons
from core.connector.pilot_state import B
from core.group.on_demand.first_record import joining_record
from core.on_demand.refusal_words import sentence
from core.sharing import frames
from core.sharing.frames import Grant
from core.sharing.member import LEFT
from core.sharing.on_demand.digest import digest
from core.sharing.on_demand.revising import revise
from host_tools.records import serial_of
from tests.owner_words import hand_over, lead_again, promote
from tests.rules import (KEY, NOW, T, a_follower, a_leader, a_member, a_revision, a_snapshot,
                         led_by, level, started, step, stored, tag, Voice)


# --- rule 13: promotion and handover, what they refuse


def test_a_promotion_needs_a_leader_silent_for_lease_and_grow_and_the_owners_word():
    """Rule 13, hole 15."""
    member = a_follower()
    member.on_frame(1, Voice(1, 5).grant(1), NOW + 1000)
    assert "was heard 30 s ago" in sentence(promote(member, NOW + 31999, True))
    assert "is your word that the old leader" in sentence(promote(member, NOW + 32000, False))
    assert member.leader is None
    assert promote(member, NOW + 32000, True) is None
    assert "is the leader already" in sentence(promote(member, NOW + 70000, True))


def test_a_promoted_leader_takes_the_highest_epoch_heard_and_a_thousand():
    """Rule 13: no number of restarts of the old leader may overtake it."""
    member = a_follower()
    member.on_frame(1, Voice(1, 5).grant(1), NOW + 300)
    member.on_frame(3, Voice(3, 7, 3001).report(1), NOW + 300)  # overheard: counts too
    promote(member, NOW + 60000, True)
    assert member.leader.epoch == 1005
    record = stored(member, NOW + 60000)
    assert record["epoch"] == 1005 and record["lead"]["pending"][1] == 2
    assert a_member(2, record=record, now_ms=NOW).leader.epoch == 1006


def test_a_unit_in_no_group_cannot_be_promoted_and_a_follower_changes_nothing():
    member = a_member(2, record=joining_record(KEY, serial_of(2), 1), now_ms=NOW)
    assert sentence(promote(member, NOW + 60000, True)) == (
        "this unit is in no group: pair it on a leader first")
    member = a_follower()
    assert sentence(revise(member, NOW, limit_ma=30000)) == (
        "that is done on the leader, unit 1 (serial A0B1C2000001)")
    assert sentence(hand_over(member, 3, NOW)) == (
        "that is done on the leader, unit 1 (serial A0B1C2000001)")


# --- rule 12: a leader whose storage fell back


def told_of(member, revision, in_force=True):
    """Unit 2 reports to the leader that it holds another revision. `say` sends it more."""
    step(member, NOW + 3000)
    held = digest(revision)
    hear = Voice(2, 1, 2001)

    def say(number, now_ms):
        step(member, now_ms - 500)
        member.on_frame(2, hear.report(
            number, echo_nonce=1001, echo_sequence=member.leader.sequence, ask_ma=16000,
            revision=revision.number, digest=held, flags=frames.IN_FORCE * in_force,
            stored_ma=revision.members[1].fallback_ma), now_ms)
    for number in (1, 2, 3):
        say(number, NOW + 3500 + 1000 * number)
    return hear


def granted(sent):
    """Amounts in the frames of a step; None if there was no frame of a round."""
    bodies = [body for _, _, body in sent if isinstance(body, frames.GrantFrame)]
    return [entry for body in bodies for entry in body.entries] if bodies else None


def test_a_leader_that_hears_of_a_newer_revision_grants_nothing_and_asks_for_it():
    """Rule 12: its storage fell back."""
    member = started()
    told_of(member, a_revision(3, 60000, number=8))
    assert member.leader.unsure()
    [frame] = [body for _, _, body in step(member, NOW + 7000)]
    assert frame.ask and frame.entries == []
    assert "unit 2 may hold newer settings" in sentence(revise(member, NOW + 7000,
                                                                       limit_ma=48000))


def test_another_revision_of_its_own_number_makes_a_leader_unsure_too():
    """Rule 12: known by number and digest."""
    member = started()
    told_of(member, a_revision(3, 42000))
    assert member.leader.unsure()


def test_what_it_is_told_again_and_again_is_known_once():
    """Rule 12: else the record would grow until it cannot be read (campaign, seed 5173)."""
    member = started()
    other = a_revision(3, 42000)
    hear = told_of(member, other)
    for number in range(30):
        member.on_frame(2, hear.held(10 + number, other, True), NOW + 8000 + 1000 * number)
    assert len(member.leader.revisions.known) == 1


def test_an_unsure_leader_proposes_what_it_was_told_anew_and_above_it():
    """Rule 12: by itself. Only when that is in force does it grant again."""
    member = started()
    newer = a_revision(3, 42000, number=8)
    hear = told_of(member, newer)
    member.on_frame(2, hear.held(9, newer, True), NOW + 7000)
    pending = member.leader.revisions.pending
    assert (pending.number, pending.limit_ma, pending.members) == (9, 42000, newer.members)
    assert granted(step(member, NOW + 8000)) == [] and member.leader.unsure()
    record = stored(member, NOW + 9000) or member.record_to_store(NOW + 9000)
    again = a_leader(record or led(member), 1002, NOW + 9000)
    assert again.leader.unsure() and again.leader.revisions.pending == pending


def led(member):
    from core.sharing.on_demand.recording import record_of
    return record_of(member)


def test_an_unsure_leaders_own_connector_takes_the_smallest_fallback_of_all():
    """Rule 12: and 0 while it has only heard that there is another revision."""
    member = started()
    newer = a_revision(3, 24000, number=8)
    hear = told_of(member, newer)
    assert member.offer(NOW + 60000).amount_ma == 0
    assert member.offer(NOW + 60000).reason == reasons.UNSURE
    member.on_frame(2, hear.held(9, newer, True), NOW + 7000)
    assert member.group.fallback(NOW + 60000) == 8000


def test_a_leader_that_the_newest_revision_does_not_name_leads_no_longer():
    """Rule 12: it was replaced while it was away, and offers nothing."""
    member = started()
    newer = a_revision(4, 48000, number=8, leader=2)
    newer = newer._replace(members=newer.members[1:])
    hear = told_of(member, newer)
    member.on_frame(2, hear.held(9, newer, True), NOW + 7000)
    assert member.leader is None and member.group.leader == 2
    assert member.offer(NOW + 60000).amount_ma == 0


def test_its_own_proposal_that_units_have_in_force_is_in_force():
    """Rule 12: it was stored and said, and then an older copy of storage was used."""
    member = started()
    assert revise(member, NOW + 100, limit_ma=30000) is None
    step(member, NOW + 100)
    told_of(member, member.leader.revisions.pending)
    step(member, NOW + 8000)
    assert member.leader.revisions.in_force.limit_ma == 30000 and not member.leader.unsure()


# --- rule 13: two under one name


@pytest.mark.parametrize("epoch, stops", [(0, False), (1, True), (9, True)])
def test_a_leader_that_hears_another_board_under_its_number_stops(epoch, stops):
    """Rule 13: unless that one's epoch is below its own."""
    member = started()
    member.on_frame(9, Voice(1, epoch, 9001, serial=9).grant(3), NOW + 500)
    assert (member.leader is None) == stops
    if not stops:
        return
    record = stored(member, NOW + 500)
    again = a_member(1, record=record, now_ms=NOW + 9000)
    for unit in (member, again):
        assert unit.leader is None and sentence(revise(unit, NOW + 9000, limit_ma=30000)) == (
            "this unit has stopped leading, because another one led too: lead_again() here, or on "
            "that one")
        assert unit.offer(NOW + 45000).amount_ma == 16000  # as a follower without a leader
        assert [kind for kind in kinds(step(unit, NOW + 9500)) if kind != frames.REPORT] == []
    assert lead_again(again, NOW + 10000) is None
    assert again.leader.epoch > max(epoch, 1) and lead_again(again, NOW + 10000)


def kinds(sent):
    return [header.kind for _, header, _ in sent]


def test_a_leader_moves_above_its_own_name_three_times_and_then_stops():
    """Rule 13: what comes back for ever is another one that does the same."""
    member = started()
    for _ in range(3):
        epoch = member.leader.epoch
        member.on_frame(1, Voice(1, epoch, 555).grant(3), NOW + 500)
        assert member.leader.epoch == epoch + 1
        step(member, NOW + 600)
    member.on_frame(1, Voice(1, member.leader.epoch, 556).grant(3), NOW + 700)
    assert member.leader is None
    assert stored(member, NOW + 700 + 3600000)["lead"]["stopped"] == 1


# --- rules 3 and 13: whose revisions are older


def test_a_leader_whose_revision_in_force_is_older_is_not_followed():
    """Rule 3: however many epochs its boots have taken. It is told what is newer."""
    revision = a_revision(3, 48000, number=7)
    member = a_follower(revision=revision)
    member.on_frame(3, Voice(3, 1001).grant(1), NOW + 300)
    assert member.group.leader == 1 and member.counts["old"] == 1
    sent = step(member, NOW + 500)
    assert frames.HELD in kinds(sent)
    assert [body for _, header, body in sent if header.kind == frames.HELD] == [(revision, True)]
    member.on_frame(3, Voice(3, 1001, holds=revision).grant(2), NOW + 600)
    assert member.group.leader == 3


def test_another_board_under_the_leaders_number_is_another_leader():
    """Rules 3 and 13: only at a higher epoch."""
    member = a_follower(record=led_by(3, leader=1, epoch=5, unit=2))
    member.on_frame(1, Voice(1, 5, serial=9).grant(99, Grant(2, 2001, 1, 30000, 1)), NOW + 300)
    assert level(member, NOW + 300) == 0 and member.counts["old"] == 1
    member.on_frame(1, Voice(1, 6, serial=9).grant(1), NOW + 400)
    assert member.group.leader_tag == tag(9)


# --- rule 12: a unit that was removed


def test_a_unit_that_is_told_that_it_was_removed_forgets_the_group():
    """Rule 12: its key too. A newcomer goes on waiting."""
    member = a_follower()
    member.on_frame(1, Voice(1, 5).removed(9, 3), NOW + 300)
    assert member.role != LEFT
    member.on_frame(1, Voice(1, 5).removed(10, 2), NOW + 400)
    assert member.role == LEFT and member.offer(NOW + 60000)[::2] == (0, reasons.REMOVED)
    assert stored(member, NOW + 500) == {}
    assert step(member, NOW + 60000) == []
    new = a_member(3, record=joining_record(KEY, serial_of(3), 1), now_ms=NOW)
    new.on_frame(1, Voice(1, 5).removed(9, 3), NOW + 300)
    assert new.role != LEFT


# --- rule 9: its own connector


def test_the_leaders_own_connector_gets_its_lease_by_report_and_grant():
    """Rule 9: the same code in memory; it counts in the ledger like any other."""
    member = a_member(1, a_revision(1, 20000), NOW)
    for ms in range(0, 8000, 100):
        member.offer(NOW + ms)
        member.on_connector(a_snapshot(NOW + ms, pilot_state=B), NOW + ms)
        step(member, NOW + ms)
    assert member.offer(NOW + 8000)[::2] == (20000, 1)
    account = member.leader.ledger.account(tag(1))
    assert account.hold(NOW + 8000)[0] >= 20000
    assert member.follower.lease.granted[2] <= NOW + 8000 + T.lease_ms
