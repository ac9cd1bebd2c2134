# SPDX-License-Identifier: MIT
"""Which channel a unit is on that does not hear its leader, or that has no group."""

import random

import pytest

from core.sharing.on_demand.search import (
    CHANNELS, HEARD_MS, LISTEN_MS, LOOK_MS, OPEN_MS, TURN_MS, Listening, Search)

NOW = 2 ** 30 - 4824  # a whole second, before 2 ** 30
STEP_MS = 10


class Lost:
    """A unit that searches from NOW on. `hears(now_ms, channel)`: is a frame of the leader there?
    visits: [(ms since NOW, channel)] of where it was told to go."""

    def __init__(self, channel=1, hears=lambda now_ms, channel: False, lease_end_ms=NOW,
                 pinned=lambda now_ms: False):
        self.search = Search(channel, NOW - 4000)
        self.now_ms, self.channel, self.heard_ms = NOW, channel, NOW - 4000
        self.hears, self.lease_end_ms, self.pinned = hears, lease_end_ms, pinned
        self.visits = []

    def run(self, ms):
        """Play on; itself."""
        end_ms = self.now_ms + ms
        while self.now_ms < end_ms:
            if self.hears(self.now_ms, self.channel):
                self.heard_ms = self.now_ms
            pinned = self.pinned(self.now_ms)
            channel = self.search.step(self.now_ms, self.heard_ms, self.lease_end_ms, pinned)
            if channel is not None:
                assert not pinned
                self.channel = channel
                self.visits.append((self.now_ms - NOW, channel))
            self.now_ms += STEP_MS
        return self


def sends_on(channel, every_ms=200, from_ms=0):
    """A leader on a channel."""
    return lambda now_ms, here: (here == channel and now_ms % every_ms == 0
                                 and now_ms >= NOW + from_ms)


def test_it_looks_at_1_6_and_11_first_and_then_at_all_others():
    seen = [channel for _, channel in Lost(6).run(3 * TURN_MS).visits if channel != 6]
    assert seen == [1, 11, 2, 3, 4, 5, 7, 8, 9, 10, 12, 13]


def test_it_looks_at_no_more_than_every_second_second_and_rests_where_it_was():
    lost = Lost(3)
    on_home = 0
    for ms in range(0, 60000, STEP_MS):
        lost.run(STEP_MS)
        on_home += lost.channel == 3
        assert lost.channel == 3 or ms % TURN_MS < 1000
    assert on_home * STEP_MS > 30000


def test_it_begins_when_its_lease_ends_and_not_before():
    lost = Lost(1, lease_end_ms=NOW + 5370)
    assert lost.run(5370).visits == []
    assert lost.run(STEP_MS).visits == [(5370, 6)]


def test_it_never_searches_while_somebody_is_logged_in_at_its_access_point():
    held = lambda now_ms: now_ms < NOW + 30000  # noqa: E731
    lost = Lost(1, pinned=held)
    assert lost.run(30000).visits == []
    assert lost.run(HEARD_MS).visits[0][1] == 6


def test_whoever_logs_in_during_a_look_keeps_it_there_and_then_it_goes_home_first():
    lost = Lost(1)
    lost.run(300)
    assert lost.channel == 11
    lost.pinned = lambda now_ms: now_ms < NOW + 20000
    lost.run(19700)
    assert lost.channel == 11
    lost.run(1100)
    assert lost.visits[2][1] == 1


def test_it_stays_where_it_hears_its_leader():
    lost = Lost(1, sends_on(9)).run(60000)
    found = len(lost.visits)
    assert lost.channel == lost.search.home == 9
    assert len(lost.run(60000).visits) == found
    assert lost.search.is_over()


def test_one_frame_may_have_been_on_its_way_so_it_looks_at_the_channel_before_it_first():
    """Heard only once, at the very beginning of a look."""
    lost = Lost(1)
    lost.run(2 * LOOK_MS)
    assert lost.visits[-1] == (LOOK_MS, 11)
    lost.run(STEP_MS)
    assert lost.channel == 2
    lost.hears = lambda now_ms, channel: now_ms == lost.visits[-1][0] + NOW + STEP_MS
    lost.run(HEARD_MS)
    assert lost.channel == 2 and not lost.search.is_over()
    lost.run(2 * LOOK_MS)
    assert [channel for _, channel in lost.visits[3:]][:1] == [11]


@pytest.mark.parametrize("phase_ms", range(0, 1000, 50))
@pytest.mark.parametrize("channel", (6, 8, 13))
def test_a_leader_that_sends_only_once_a_second_is_found_too(channel, phase_ms):
    lost = Lost(1, lambda now_ms, here: here == channel and now_ms % 1000 == phase_ms)
    lost.run(6 * 3 * TURN_MS)
    assert lost.channel == channel


def test_it_is_found_when_its_leader_is_heard_again_where_it_was():
    lost = Lost(4, sends_on(4, 1000, 7000)).run(30000)
    assert lost.channel == 4 and lost.search.is_over()


@pytest.mark.parametrize("home", (1, 6, 7, 13))
@pytest.mark.parametrize("channel", range(1, CHANNELS + 1))
def test_a_leader_that_sends_five_times_a_second_is_heard_within_five_seconds(home, channel):
    for offset_ms in range(0, 200, 20):
        lost = Lost(home, lambda now_ms, here, offset_ms=offset_ms: here == channel
                    and now_ms % 200 == offset_ms)
        while lost.heard_ms < NOW:
            lost.run(STEP_MS)
        assert lost.heard_ms - NOW < 5050


@pytest.mark.parametrize("seed", range(40))
def test_whatever_the_channel_it_finds_a_leader_that_stays_there(seed):
    """Frames are lost, clients come and go, the leader has moved before: it is never stuck."""
    draw = random.Random(seed)
    home, stops = draw.randint(1, 13), [draw.randint(1, 13) for _ in range(4)]
    clients = sorted(draw.randrange(0, 150000) for _ in range(6))
    lost = Lost(home)
    lost.pinned = lambda now_ms: sum(now_ms - NOW >= at for at in clients) % 2 == 1

    def hears(now_ms, here):
        stop = stops[min((now_ms - NOW) // 60000, 3)]
        return here == stop and now_ms % 200 == 0 and draw.random() > 0.3
    lost.hears = hears
    lost.run(240000)
    assert lost.channel == stops[3] and lost.now_ms - lost.heard_ms < 4000
    assert lost.search.is_over()


def test_without_a_group_it_looks_at_each_channel_in_turn_all_the_time():
    listening = Listening(6, NOW)
    seen = {6: NOW}
    for now_ms in range(NOW, NOW + 13 * LISTEN_MS, STEP_MS):
        channel = listening.step(now_ms, False)
        if channel is not None:
            seen[channel] = now_ms
    assert sorted(seen) == list(range(1, 14))
    order = sorted(seen, key=seen.get)
    assert order[:3] == [6, 1, 11]
    assert [seen[b] - seen[a] for a, b in zip(order, order[1:])] == [LISTEN_MS] * 12
    assert listening.step(NOW + 13 * LISTEN_MS, False) == 6


def test_it_stays_where_an_opened_pairing_was_heard_and_while_a_client_is_there():
    listening = Listening(6, NOW)
    listening.heard_open(NOW + 100)
    assert all(listening.step(now_ms, False) is None
               for now_ms in range(NOW, NOW + 100 + OPEN_MS, STEP_MS))
    assert listening.step(NOW + 100 + OPEN_MS, True) is None
    assert listening.step(NOW + 100 + OPEN_MS + LISTEN_MS, False) == 1
