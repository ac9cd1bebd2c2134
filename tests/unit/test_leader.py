# SPDX-License-Identifier: MIT
"""The leader's rounds: greeting, adopting, raising, leaving out phases (rules 6, 8, 9, 14)."""

import pytest

from core.group.on_demand.acknowledged import waiting_for
from core.on_demand.refusal_words import sentence
from core.sharing.frames import Grant
from core.sharing.on_demand.change_waits import waiting_units
from core.sharing.on_demand.handing_over import begin_hand_over
from core.sharing.on_demand.presence import presence
from core.sharing.on_demand.proposing import propose
from core.sharing.on_demand.without import word_without_power
from tests.rules import LX, RX, T, Rounds, a_report, live, rows, tag

NOW = 2 ** 30 - 60000


def wants(amount_ma, **changes):
    """Report of a unit without a lease whose vehicle wants current."""
    return a_report(ask_ma=amount_ma, spare_ma=amount_ma, **changes)


def running(n=3, limit_ma=48000, now_ms=NOW, **reports):
    """A leader that all units have answered, some seconds later."""
    return Rounds(n, limit_ma, now_ms).greeted(now_ms + 200, **reports)


# --- rule 8: a restarted or new leader greets first


def test_a_starting_leader_greets_five_times_a_second_without_amounts():
    """Rule 8."""
    rounds = Rounds(3, now_ms=NOW)
    for ms in range(0, 3000, 20):
        assert rounds.round(NOW + ms) == ({} if ms % 200 == 0 else None)
    assert rounds.leader.next_deadline_ms() == NOW + 3000


def test_greeting_ends_when_every_unit_has_answered():
    """Rule 8."""
    rounds = running(u2=wants(16000))
    assert rounds.round(NOW + 400) == {1: 0, 2: 16000, 3: 0}


def test_greeting_ends_after_three_seconds_and_amounts_fit_beside_the_unheard():
    """Rule 8, hole 4: unit 3 is not heard and keeps its fallback of 16 A."""
    rounds = Rounds(3, 48000, NOW)
    for unit in (1, 2):
        rounds.hear(unit, NOW)
    rounds.round(NOW)
    rounds.hear(1, NOW + 100)
    rounds.hear(2, NOW + 100, live(48000))
    assert rounds.round(NOW + 2800) == {}
    assert rounds.round(NOW + 3000) == {1: 0, 2: 32000}


def test_a_unit_that_is_not_heard_is_told_the_revision_every_few_rounds():
    """It may hear the leader, and have missed what is in force."""
    rounds = Rounds(3, 48000, NOW)
    rounds.round(NOW)
    told = 0
    for second in range(13, 43):
        for unit in (1, 2):
            rounds.hear(unit, NOW + 1000 * second)
        rounds.round(NOW + 1000 * second)
        told += len(rounds.bodies) - 1
    assert told == 3
    rounds.hear(3, NOW + 43000)
    rounds.round(NOW + 43000)
    rounds.hear(3, NOW + 43500)  # only now is its boot known
    assert not any(rounds.round(NOW + 1000 * second) and len(rounds.bodies) > 1
                   for second in range(44, 64))


def test_sessions_go_on_after_the_leaders_restart():
    """Rule 8: their leases are adopted and renewed in the first frame."""
    rounds = running(u2=live(20000, 6000), u3=live(28000, 5000))
    assert rounds.round(NOW + 400) == {1: 0, 2: 20000, 3: 28000}


def test_a_unit_that_is_due_takes_part_up_to_its_floor():
    """Rule 8: it may rise to its fallback by itself, so that much is kept anyway."""
    rounds = running(u2=wants(48000, level_ma=16000, offered_ma=16000, rise_ms=3000))
    assert rounds.round(NOW + 400)[2] == 16000
    rounds.hear(2, NOW + 1300, live(16000, ask_ma=48000, spare_ma=48000))
    assert rounds.round(NOW + 1400)[2] == 48000


def test_nothing_is_raised_until_all_have_answered_or_all_leases_are_over():
    """Rule 8, hole 4: an unheard unit may have a lease above its fallback."""
    rounds = Rounds(3, 48000, NOW)
    for unit in (1, 2):
        rounds.hear(unit, NOW)
    rounds.round(NOW)
    for ms in range(100, 16100, 200):
        rounds.hear(1, NOW + ms)
        rounds.hear(2, NOW + ms, live(10000, ask_ma=48000, spare_ma=48000))
        given = rounds.round(NOW + ms + 100)
        if given:
            assert given[2] == (10000 if ms + 100 < LX + RX else 32000)


def test_room_is_raised_at_once_when_the_last_unit_has_answered():
    """Rule 8."""
    rounds = Rounds(3, 48000, NOW)
    for unit in (1, 2):
        rounds.hear(unit, NOW)
    rounds.round(NOW)
    rounds.hear(1, NOW + 100)
    rounds.hear(2, NOW + 100, live(10000, ask_ma=48000, spare_ma=48000))
    assert rounds.round(NOW + 3000)[2] == 10000
    rounds.hear(3, NOW + 3100)
    rounds.round(NOW + 4000)
    rounds.hear(3, NOW + 4100)
    rounds.hear(2, NOW + 4100, live(10000, ask_ma=48000, spare_ma=48000))
    assert rounds.round(NOW + 4200)[2] == 48000


# --- rule 6 in rounds


def test_a_grant_names_the_report_and_the_boot_that_it_answers():
    """Rule 2."""
    rounds = running(u2=wants(16000))
    rounds.round(NOW + 400)
    assert rounds.last.entries[1] == Grant(2, 2001, 2, 16000, 1)


def test_what_one_unit_gives_up_is_given_only_when_its_vehicle_has_followed():
    """Rule 6: the decrease first, acknowledged, then the reaction, then the increase."""
    rounds = running(u2=live(48000))
    rounds.round(NOW + 400)
    rounds.hear(3, NOW + 500, wants(24000))
    assert rounds.round(NOW + 600) == {1: 0, 2: 24000, 3: 0}
    rounds.hear(2, NOW + 700, live(24000, ask_ma=48000, spare_ma=48000,
                                   possible_ma=(48000, 0, 0), tail_ms=5000))
    free_ms = NOW + 700 + 5100 + T.loop_ms
    assert rounds.round(NOW + 800) is None or rounds.last.entries[2].amount_ma == 0
    assert rounds.leader.next_deadline_ms() <= free_ms
    rounds.hear(3, free_ms - 200, wants(24000))
    rounds.round(free_ms - 1)
    assert rounds.last.entries[2].amount_ma == 0
    rounds.hear(3, free_ms, wants(24000))
    rounds.round(free_ms + T.gap_ms)
    assert rounds.last.entries[2].amount_ma == 24000


def test_a_unit_that_has_gone_silent_gets_nothing_and_its_next_amount_is_a_raise():
    """Rules 2 and 6."""
    rounds = running(u2=live(20000))
    rounds.round(NOW + 400)
    account = rounds.leader.ledger.account(tag(2))
    rounds.round(NOW + 10200)
    assert 2 not in [e.unit for e in rounds.last.entries] and account.last_ma == 0


def test_what_a_silent_unit_had_goes_to_the_others_when_it_is_over():
    """Design 1, row 7: the others get all but its fallback, in the time that the rules need."""
    rounds = running(u2=live(28000, rise_ms=31000), u3=live(20000, ask_ma=40000, spare_ma=40000))
    got = []
    for ms in range(400, 20000, 200):
        rounds.hear(1, NOW + ms)
        rounds.hear(3, NOW + ms, live(20000, ask_ma=40000, spare_ma=40000))
        given = rounds.round(NOW + ms)
        if given:
            got.append((ms, given[3]))
    assert max(amount for _, amount in got) == 32000
    assert min(ms for ms, amount in got if amount == 32000) <= 200 + LX + RX + 400


def test_the_floors_not_fitting_the_limit_means_that_nothing_is_granted():
    """Cannot be by construction (rule 5), but a record is only as good as its storage."""
    rounds = running(u2=wants(16000))
    for account in rounds.leader.ledger.accounts:
        account.fallback_ma = 20000
        account.report = None
    rounds.round(NOW + 1400)
    assert rounds.last.entries == []


def test_disabled_units_are_granted_nothing():
    """Rule 1."""
    rounds = Rounds(2, 40000, NOW, enabled=False)
    rounds.greeted(NOW + 200, u2=wants(16000))
    assert rounds.round(NOW + 400) == {1: 0, 2: 0}


def test_frames_go_out_every_second_and_at_most_five_a_second():
    rounds = running(u2=wants(16000))
    sent = []
    for ms in range(400, 5000, 20):
        rounds.hear(2, NOW + ms, wants(16000 + ms // 20 * 100 % 9000))
        if rounds.round(NOW + ms) is not None:
            sent.append(ms)
    gaps = [b - a for a, b in zip(sent, sent[1:])]
    assert min(gaps) >= 200 and len(sent) > 20
    rounds.round(NOW + 6000)
    for unit in (1, 2, 3):  # who is missed is sought (test_leader_seeks.py)
        rounds.hear(unit, NOW + 6000, wants(16000))
    rounds.round(NOW + 6200)
    assert [ms for ms in range(6220, 9000, 20)
            if rounds.round(NOW + ms) is not None] == [7200, 8200]


# --- rule 14: phases left out


def three_phase(**reports):
    return Rounds(2, 40000, NOW, wired=[7, 7]).greeted(NOW + 200, **reports)


def test_the_phases_that_a_vehicle_does_not_use_go_to_others():
    """Rule 14: each phase is added up by itself."""
    rounds = three_phase(u1=live(10000, phases=6), u2=live(30000, phases=1))
    rounds.hear(1, NOW + 300, live(10000, phases=6, ask_ma=40000, spare_ma=40000), phases=6)
    rounds.hear(2, NOW + 300, live(30000, phases=1), phases=1)
    rounds.round(NOW + 400)
    assert [(e.unit, e.amount_ma, e.phases) for e in rounds.last.entries] == [
        (1, 40000, 6), (2, 30000, 1)]
    assert rounds.leader.ledger.account(tag(2)).hold(NOW + 400) == [30000, 0, 0]


def test_a_phase_left_out_counts_until_the_unit_has_acknowledged_and_its_vehicle_followed():
    """Rule 14."""
    rounds = three_phase(u2=live(30000, phases=7))
    rounds.hear(2, NOW + 300, live(30000, phases=7), phases=1)
    rounds.round(NOW + 400)
    account = rounds.leader.ledger.account(tag(2))
    assert account.hold(NOW + 400) == [30000] * 3
    rounds.hear(2, NOW + 500, live(30000, phases=1, possible_ma=(30000,) * 3, tail_ms=5000),
                phases=1)
    assert account.hold(NOW + 500 + 5100) == [30000] * 3
    assert account.hold(NOW + 500 + 5100 + T.loop_ms) == [30000, 0, 0]


def test_a_vehicle_that_has_woken_gets_all_its_phases_by_a_raise():
    """Rule 14: only into room that is free on the phases that were left out."""
    rounds = three_phase(u1=live(30000, phases=6), u2=live(20000, phases=1))
    rounds.hear(1, NOW + 300, live(30000, phases=6), phases=6)
    rounds.hear(2, NOW + 300, live(20000, phases=1), phases=7)
    rounds.round(NOW + 400)
    assert tuple(rounds.last.entries[1])[3:] == (20000, 1)  # unit 1 may still be at 30 A
    rounds.hear(1, NOW + 500, live(20000, phases=6, ask_ma=30000), phases=6)
    rounds.hear(2, NOW + 500, live(20000, phases=1), phases=7)
    rounds.round(NOW + 600)
    assert tuple(rounds.last.entries[1])[3:] == (20000, 7)


# --- what people see


def test_the_leader_shows_who_is_missing_and_since_when():
    """Design 1, row 7."""
    rounds = running(u2=live(20000))
    rounds.hear(1, NOW + 4000)
    rows = {row[0]: row[1] for row in presence(rounds.leader, T, NOW + 4300)}
    assert rows == {1: None, 2: 4100, 3: 4100}
    assert presence(Rounds(2, 40000, NOW).leader, T, NOW + 700)[1][1:3] == (700, None)


@pytest.mark.parametrize("unit, words", [
    (1, "hand over to unit 2 and unit 3"), (9, "unit 9 is not in the group")])
def test_the_leadership_goes_only_to_another_unit_of_the_group(unit, words):
    """Rule 13."""
    assert words in sentence(begin_hand_over(running().leader, unit, NOW))


def test_one_change_of_the_group_at_a_time():
    """Rules 12 and 13."""
    leader = running().leader
    assert propose(leader, NOW, limit_ma=30000) is None
    assert "it waits for unit 1, unit 2 and unit 3" in sentence(begin_hand_over(leader, 2, NOW))
    leader = running().leader
    assert begin_hand_over(leader, 2, NOW) is None
    assert "unit 2 is about to lead" in sentence(propose(leader, NOW, limit_ma=30000))


def test_a_replaced_unit_can_be_declared_without_power_before_its_successor_has_answered():
    """Rule 12: both have one number, and go by their serials."""
    leader = running().leader
    successor = rows(3)[2]._replace(serial=bytes(6))
    propose(leader, NOW, members=rows(2) + [successor])
    assert waiting_units(leader) == [3, 3]
    assert word_without_power(leader, 3, NOW) is None
    assert waiting_for(leader.revisions) == [successor.serial]
    assert "stays in the group" in sentence(word_without_power(leader, 3, NOW))


def test_only_a_unit_that_is_waited_for_can_be_declared_without_power():
    """Rule 12: and only when it leaves; of one that stays, what it may use is kept instead."""
    leader = running().leader
    assert sentence(word_without_power(leader, 2, NOW)) == (
        "unit 2 is not waited for: no change waits for a unit")
    propose(leader, NOW, members=rows(2))
    assert sentence(word_without_power(leader, 9, NOW)) == (
        "unit 9 is not waited for: the change waits for unit 3")
    assert word_without_power(leader, 3, NOW) is None
    assert waiting_for(leader.revisions) == []
    leader = running().leader
    propose(leader, NOW, limit_ma=30000)
    assert sentence(word_without_power(leader, 2, NOW)) == (
        (
        "unit 2 stays in the group: go_on_without(2), or remove(2) first"))
    assert waiting_units(leader) == [1, 2, 3]


# --- design 4: nobody waits without a reason


def test_a_high_meter_beside_a_full_circuit_keeps_nobody_waiting():
    """It reads 2 % more than is offered: the target leaves room for that too, and stays there."""
    rounds = running(2, 40000, fallback="minimum", u2=live(34000, priority=5, ask_ma=48000))
    offers_ma = [0, 34000]
    for ms in range(1000, 12000, 1000):
        # The vehicle follows within 5 s, and what was possible sinks only then.
        high_ma = 34560 if ms < 6000 else offers_ma[1] * 51 // 50 - 120
        rounds.hear(1, NOW + ms, wants(16000))
        rounds.hear(2, NOW + ms, live(offers_ma[1], possible_ma=(high_ma, 0, 0), tail_ms=3000,
                                      priority=5, ask_ma=48000))
        given = rounds.round(NOW + ms + 100)
        if given and ms > 1000:
            offers_ma = [given[1], given[2]]
            if offers_ma[0]:
                break
            assert 33300 <= offers_ma[1] <= 33500
    assert offers_ma[0] == 6000


def test_a_high_meter_pauses_nobody_where_the_minimums_just_fit():
    """Two minimums on 12 A: what the meter reads too much is no reason to pause one of them."""
    rounds = running(2, 12000, fallback="minimum", u2=live(12000, ask_ma=12000))
    rounds.hear(1, NOW + 1000, wants(6000))
    rounds.hear(2, NOW + 1000, live(12000, possible_ma=(12240, 0, 0), tail_ms=3000))
    assert rounds.round(NOW + 1100) == {1: 0, 2: 6000}


def test_a_pause_that_a_missing_unit_has_forced_is_over_when_the_unit_is_back():
    """Design 4: 3.5 min between two switches are for scarcity. Unit 2 is not heard while the limit
    is lowered, so that its old fallback of 21 A leaves nothing of 16 A."""
    rounds = running(2, 42000, u1=live(20000))
    assert rounds.round(NOW + 400)[1] == 20000
    now_ms = NOW + 400

    def pass_s(seconds, *heard):
        nonlocal now_ms
        given = None
        for _ in range(seconds):
            now_ms += 1000
            for unit in heard:
                rounds.hear(unit, now_ms, wants(20000) if unit == 1 else None,
                            revision=rounds.leader.revisions.newest().number)
            given = rounds.round(now_ms + 100) or given
        return given

    pass_s(16, 1)
    assert propose(rounds.leader, now_ms, limit_ma=16000) is None
    assert pass_s(5, 1)[1] == 0
    assert propose(rounds.leader, now_ms, limit_ma=42000) is None
    assert pass_s(3, 1, 2)[1] == 20000
