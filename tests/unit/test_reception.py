# SPDX-License-Identifier: MIT
"""How well a unit and its leader hear each other, and two boards under one serial."""

import pytest

from core.sharing import frames
from core.sharing.frames import NO_SIGNAL
from core.sharing.on_demand.account import count_boot
from core.sharing.on_demand.reception import (
    boots, grade, is_double, lost_reports, minute, signals, weak, weaker)
from host_tools.records import serial_of
from tests.drills.scenes import settled
from tests.rules import Rounds, Voice, a_follower, a_header, a_report, an_account, NOW, step


def says(rounds, number, signal=55, there=60, nonce=2001, now_ms=NOW + 1000):
    """Unit 2's report with this number comes in."""
    leader = rounds.leader
    header = a_header(number, epoch=leader.epoch, nonce=nonce)
    return leader.on_report(header, a_report(echo_sequence=leader.sequence, signal=there), now_ms,
                            signal)


@pytest.fixture
def rounds():
    return Rounds(3, 48000, NOW).greeted(NOW)


def account(rounds):
    return rounds.leader.ledger.accounts[1]


def test_both_directions_are_known_and_unknown_ones_are_none(rounds):
    assert signals(account(rounds)) == (None, None, None)
    assert weaker(account(rounds)) == NO_SIGNAL and weak(account(rounds)) is None
    assert says(rounds, 10, 55, 75)
    assert signals(account(rounds)) == (55, 75, None) and weaker(account(rounds)) == 75
    assert says(rounds, 11, 81, NO_SIGNAL | frames.NAMED_BIT)
    assert signals(account(rounds)) == (81, None, None) and weaker(account(rounds)) == 81


def test_reports_that_were_lost_are_counted_for_a_minute(rounds):
    minute_ms = (NOW // 60000 + 1) * 60000
    before = account(rounds).number
    says(rounds, before + 1)
    says(rounds, before + 5)
    says(rounds, before + 5)  # a replay is not believed, and counts nothing
    says(rounds, before + 12)
    assert lost_reports(account(rounds), minute_ms - 1) == 9
    minute(rounds.leader)
    assert [lost_reports(account(rounds), minute_ms + ms) for ms in (0, 20000, 59999)] == [9, 6, 0]
    says(rounds, before + 14)
    assert lost_reports(account(rounds), minute_ms + 20000) == 7
    minute(rounds.leader)
    minute(rounds.leader)
    assert lost_reports(account(rounds), minute_ms) == 0


def test_a_new_boot_begins_to_count_its_reports_anew(rounds):
    leader = rounds.leader
    assert not says(rounds, 500, nonce=2002)  # it is seen, and must hear a frame
    rounds.leader.header(frames.GRANT, NOW + 1100)
    assert says(rounds, 501, nonce=2002)
    assert lost_reports(leader.ledger.accounts[1], NOW) == 0


@pytest.mark.parametrize("signal, word", [
    (None, ""), (30, "good"), (69, "good"), (70, "weak"), (82, "weak"), (83, "too_weak"),
    (126, "too_weak")])
def test_a_signal_has_a_grade(signal, word):
    assert grade(signal) == word


def test_a_weak_signal_is_said_with_what_it_was_before(rounds):
    says(rounds, 10, 55, 60)
    minute(rounds.leader)
    says(rounds, 11, 71, 60)
    assert weak(account(rounds)) is None  # one frame that is a little weaker
    says(rounds, 12, 76, 60)
    assert weak(account(rounds)) == ("weak", 76, 60)
    says(rounds, 13, 90, 60)
    assert weak(account(rounds)) == ("too_weak", 90, 60)
    for _ in range(20):
        minute(rounds.leader)
    assert weak(account(rounds))[2] >= 88  # it is so for long


def test_what_was_before_stays_when_nothing_is_known(rounds):
    says(rounds, 10, 55, 60)
    minute(rounds.leader)
    says(rounds, 11, NO_SIGNAL, NO_SIGNAL)
    minute(rounds.leader)
    assert signals(account(rounds)) == (None, None, 60)


def test_many_boots_in_a_minute_or_two_are_two_boards():
    it = an_account(a_report())
    for _ in range(2):
        count_boot(it)
    assert not is_double(it)
    count_boot(it)
    assert is_double(it) and boots(it) == 3
    for _ in range(40):
        count_boot(it)
    assert boots(it) == 15 and it.past & 127 == NO_SIGNAL  # and nothing beside it has changed


def test_the_small_numbers_stay_small(rounds):
    says(rounds, 10 ** 6, 126, 126)
    for _ in range(40):
        count_boot(account(rounds))
    minute(rounds.leader)
    for _ in range(40):
        count_boot(account(rounds))
    assert account(rounds).past < 1 << 30 and lost_reports(account(rounds), NOW // 60000 * 60000) \
        == 255


def test_a_unit_says_how_it_hears_its_leader_and_whether_it_has_a_name():
    member = a_follower()
    member.signal = 63
    member.on_frame(1, Voice(1, 5).grant(1), NOW + 1000)
    member.signal = 20
    member.on_frame(3, Voice(3, 5).report(1), NOW + 1100)  # of another one
    [(_, _, report)] = step(member, NOW + 1400)
    assert report.signal == 63
    member.group.name = "garage"
    [(_, _, report)] = step(member, NOW + 2500)
    assert report.signal == 63 | frames.NAMED_BIT


def test_two_boards_with_one_serial_are_seen():
    """Owner 2: each looks like a new boot of the other. What both use together no leader can
    bound, for its ledger has one row: here the second one's vehicle wants nothing."""
    world = settled(3, 42000, wants=(14000, 14000, 14000))
    double = world.NODE(world, 3, world.node(3).record)
    double.unit = 4  # its place in the world; its serial and its record are those of unit 3
    double.config = world.node(3).config
    world.nodes.append(double)
    double.boot()
    found = []
    for _ in range(60):
        world.run(1)
        found.append(is_double(world.leader().ledger.accounts[2]))
    assert any(found) and serial_of(3) == double.config.serial
