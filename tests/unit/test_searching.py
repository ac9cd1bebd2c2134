# SPDX-License-Identifier: MIT
"""A unit on its way over the channels, with the app around it: what it sends, when it stops."""

import json

import pytest
from app.unit import RECORD, Unit

from core.load import let_go
from core.sharing.frames import Grant
from core.sharing.on_demand.search import LISTEN_MS, OPEN_MS
from host_tools.records import member_record, serial_of
from host_tools.simulate.bare_hal import Hal
from tests.fakes import loaded
from tests.rules import KEY, Voice, a_revision, read

SETTINGS = {"role": "follower", "region": "us", "breaker_a": 40, "phases": "L1"}
BOARD = {"nameplate_a": 48}


def follower(settings=SETTINGS):
    """(unit, hal) of unit 2 of a group, one second after its start."""
    record = member_record(KEY, serial_of(2), a_revision())
    hal = Hal(1000, serial_of(2), {RECORD: json.dumps(record).encode()})
    hal.radio.at = 1
    return Unit(settings, BOARD, hal), hal


def alone(**settings):
    hal = Hal(1000, serial_of(2))
    return Unit(dict(SETTINGS, **settings), BOARD, hal), hal


def run(unit, hal, ms):
    """[(ms, channel)] of where it was, and [ms] at which it sent."""
    visits, sent = [(hal.clock.ms, hal.radio.at)], []
    for _ in range(0, ms, 10):
        hal.clock.ms += 10
        for _ in range(5):
            before = len(hal.radio.sent)
            unit.tick_once(hal.clock.ms)
            sent += [hal.clock.ms] * (len(hal.radio.sent) - before)
            if hal.radio.at != visits[-1][1]:
                visits.append((hal.clock.ms, hal.radio.at))
            if unit.next_tick_ms() > hal.clock.ms:
                break
    return visits, sent


def test_a_unit_that_hears_nobody_for_four_seconds_goes_over_the_channels():
    unit, hal = follower()
    visits, _ = run(unit, hal, 3900)
    assert visits == [(1000, 1)]
    visits, _ = run(unit, hal, 8000)
    assert {channel for _, channel in visits} == set(range(1, 14))


def test_on_arriving_it_reports_at_once_and_never_more_than_five_times_a_second():
    unit, hal = follower()
    run(unit, hal, 3000)
    visits, sent = run(unit, hal, 60000)
    assert len(visits) > 100
    for at, _ in visits[2:]:
        before = max([ms for ms in sent if ms < at])
        assert max(at, before + 200) in sent
    assert min(b - a for a, b in zip(sent, sent[1:])) >= 200


def test_its_next_turn_is_due_when_a_look_ends():
    unit, hal = follower()
    run(unit, hal, 4500)
    assert unit.searching is not None
    for _ in range(1000):
        hal.clock.ms = unit.next_tick_ms()
        unit.tick_once(hal.clock.ms)
        assert hal.clock.ms <= unit.searching.at_ms


def heard(unit, hal, sequence, mine=True):
    """A round of the leader arrives, with a grant for the unit's last report if it is `mine`."""
    follower = unit.member.follower
    entries = [Grant(2, follower.nonce, read(hal.radio.sent[-1][1])[0].sequence, 8000, 1)]
    hal.radio.arrived.append((1, Voice().grant(sequence, *entries if mine else [
        Grant(1, 1000, 1, 8000, 1)])))


def test_where_it_gets_a_lease_it_stays_and_what_it_took_to_search_is_let_go():
    unit, hal = follower()
    run(unit, hal, 5000)
    for sequence in range(1, 20):
        heard(unit, hal, sequence)
        run(unit, hal, 100)
    assert unit.searching is None and unit.member.has_lease(hal.clock.ms)
    assert len(run(unit, hal, 3000)[0]) == 1


def test_it_goes_nowhere_while_its_lease_is_live():
    unit, hal = follower()
    run(unit, hal, 1500)
    heard(unit, hal, 1)
    run(unit, hal, 20)
    end_ms = unit.member.follower.lease.granted[2]
    assert len(run(unit, hal, end_ms - hal.clock.ms - 20)[0]) == 1 and unit.searching is not None
    visits, _ = run(unit, hal, 100)
    assert visits[1][0] - end_ms in range(0, 20)


def test_a_leader_that_grants_nothing_is_stayed_with_too_and_asked_at_once():
    unit, hal = follower()
    run(unit, hal, 5000)
    here = hal.radio.at
    for sequence in range(1, 60):
        heard(unit, hal, sequence, mine=False)
        _, sent = run(unit, hal, 100)
        assert sequence != 2 or sent  # at once, 200 ms after the one before
        assert hal.radio.at == here


def test_who_is_made_a_leader_or_another_member_searches_no_more():
    unit, hal = follower()
    run(unit, hal, 5000)
    unit.member = alone(role="alone")[0].member
    before = unit.searching
    run(unit, hal, 20)
    assert unit.searching is not before


@pytest.mark.parametrize("at", (0, 7))
def test_over_a_transport_without_channels_it_stays_where_it_is(at):
    unit, hal = follower()
    hal.radio.at, hal.radio.held = at, True
    visits, sent = run(unit, hal, 60000)
    assert len(visits) == 1 and 55 <= len(sent) <= 65


def test_what_cannot_be_loaded_for_it_ends_no_turn(monkeypatch):
    unit, hal = follower()
    with loaded.flash(monkeypatch) as broken:
        broken.broken = True
        visits, _ = run(unit, hal, 500)
        assert len(visits) == 1 and unit.unloaded > 0
    assert len(run(unit, hal, 9000)[0]) > 5
    let_go()


@pytest.mark.parametrize("settings", ({"role": "alone"}, {}, {"breaker_a": 41}))
def test_a_unit_without_a_group_listens_on_each_channel_in_turn(settings):
    unit, hal = alone(**settings)
    visits, sent = run(unit, hal, 13 * LISTEN_MS + 1000)
    assert {channel for _, channel in visits} == set(range(1, 14)) and sent == []
    spans = [b[0] - a[0] for a, b in zip(visits[1:], visits[2:])]
    assert set(spans) == {LISTEN_MS}


def test_where_an_opened_pairing_was_heard_it_stays_for_ten_seconds():
    unit, hal = alone(role="alone")
    run(unit, hal, 3000)
    unit.searching.heard_open(hal.clock.ms)
    assert len(run(unit, hal, OPEN_MS - 20)[0]) == 1
    assert len(run(unit, hal, 2000)[0]) > 2
