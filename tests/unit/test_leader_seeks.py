# SPDX-License-Identifier: MIT
"""A leader that misses a unit sends five rounds a second, so that one look of it is enough."""

import pytest

from core.sharing.frames import GrantFrame
from core.sharing.on_demand.proposing import propose
from tests.rules import T, Rounds

NOW = 2 ** 30 - 60000
MINUTE_MS = 60000


class Group:
    """Units 1 to 3; those in `there` report each second. rounds: ms since NOW at which a frame
    with amounts went out; told: the same of revisions."""

    def __init__(self, there=(1, 2, 3)):
        self.of = Rounds(3, 48000, NOW).greeted(NOW + 200)
        self.there, self.now_ms = list(there), NOW + 200
        self.rounds, self.told = [], []

    def run(self, until_ms):
        while self.now_ms < NOW + until_ms:
            self.now_ms += 20
            if self.now_ms % 1000 < 20:
                for unit in self.there:
                    self.of.hear(unit, self.now_ms)
            self.of.round(self.now_ms)
            for body in self.of.bodies:
                is_grant = isinstance(body, GrantFrame)
                (self.rounds if is_grant else self.told).append(self.now_ms - NOW)
        return self

    def count(self, from_ms, to_ms):
        return sum(from_ms < at <= to_ms for at in self.rounds)


def test_a_group_that_is_complete_is_told_once_a_second():
    group = Group().run(MINUTE_MS)
    assert 58 <= group.count(0, MINUTE_MS) <= 62


def test_from_four_seconds_on_a_missing_unit_is_sought_five_times_a_second():
    group = Group(there=(1, 2)).run(MINUTE_MS)
    assert group.count(1000, 4000) == 3
    gaps = [b - a for a, b in zip(group.rounds, group.rounds[1:]) if a > 5500]
    assert set(gaps) == {T.gap_ms}


def test_when_it_is_back_it_is_answered_at_once_and_the_pace_is_as_before():
    group = Group(there=(1, 2)).run(15010)
    group.of.hear(3, group.now_ms)
    begin_ms = group.now_ms
    while group.of.round(group.now_ms) is None:
        group.now_ms += 10
    assert group.now_ms - begin_ms <= T.gap_ms
    assert 3 in {entry.unit for entry in group.of.last.entries}
    group.there.append(3)
    group.run(MINUTE_MS)
    assert 40 <= group.count(17000, MINUTE_MS) <= 46


def test_a_unit_that_is_off_for_long_is_sought_only_in_a_third_of_each_minute():
    group = Group(there=(1, 2)).run(20 * MINUTE_MS)
    assert group.count(MINUTE_MS, 10 * MINUTE_MS) == 9 * 300
    later = group.count(11 * MINUTE_MS, 20 * MINUTE_MS)
    assert later == pytest.approx(9 * (100 + 40), rel=0.03)
    for minute in range(11, 19):
        assert max(group.count(at, at + 10000) for at in range(
            minute * MINUTE_MS, (minute + 1) * MINUTE_MS, 10000)) == 50


def test_in_between_one_report_is_enough_to_be_answered_at_once():
    group = Group(there=(1, 2)).run(11 * MINUTE_MS)
    while group.now_ms % MINUTE_MS < 40000:
        group.run(group.now_ms - NOW + 20)
    while group.now_ms - NOW - group.rounds[-1] < 300:
        group.run(group.now_ms - NOW + 20)
    group.of.hear(3, group.now_ms)
    assert group.of.leader.next_deadline_ms() <= group.now_ms
    assert 3 in group.of.round(group.now_ms)


def test_a_revision_that_a_missing_unit_lacks_goes_out_once_a_second():
    group = Group(there=(1, 2)).run(MINUTE_MS)
    assert propose(group.of.leader, group.now_ms, limit_ma=42000) is None
    group.run(2 * MINUTE_MS)
    told = [at for at in group.told if at > MINUTE_MS + 12000]
    assert 45 <= len(told) <= 49 and group.count(MINUTE_MS + 12000, 2 * MINUTE_MS) > 220


def test_a_leader_that_grants_nothing_does_not_ask_all_units_five_times_a_second():
    """To a frame without amounts everybody answers at once."""
    group = Group(there=(1, 2)).run(MINUTE_MS)
    group.of.leader.handing_over = (2, group.now_ms)
    group.run(2 * MINUTE_MS)
    assert 58 <= group.count(MINUTE_MS, 2 * MINUTE_MS) <= 62
    assert group.of.last.entries == []
