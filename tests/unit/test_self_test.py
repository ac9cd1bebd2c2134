# SPDX-License-Identifier: MIT
"""The self-test of a group: all are heard, go to rest without the leader, and come back."""

import pytest

from app.on_demand.live_calls import call
from core.sharing import frames
from tests import owner_calls as owner
from tests.drills.scenes import heard, live, settled
from tests.unit.owner_bench import place_of, run, said


@pytest.fixture
def world():
    return settled(3, 60000, "minimum", wants=(20000, 20000, 20000))


def test_a_group_that_is_well_passes_within_a_minute_and_goes_on_as_before(capsys, world):
    place = place_of(world.node(1))
    sent = heard(world, 1, lambda header, body: header.kind == frames.GRANT)
    assert owner.tested(place) is None and owner.self_test(place) is None
    assert owner.tested(place) == (None, 56)
    silent = 0
    lowest = []
    for _ in range(60):
        count = len(sent)
        run(world, 1, place)
        silent += len(sent) == count
        lowest.append(min(world.offers()))
    assert 16 <= silent <= 18 and min(lowest) == 6000  # all were at rest
    ago, findings = owner.tested(place)
    assert findings == [] and ago < 20
    assert live(world, 1, 2, 3)
    world.run(40)
    assert world.offers() == [20000, 20000, 20000]
    call(place, "tested", ())
    assert capsys.readouterr().out.startswith("Self-test ")
    assert ("tested", (0, 0)) in [(code, args) for _, code, args in owner.events(place)]


def test_a_unit_that_is_not_heard_in_the_silence_or_does_not_come_back_is_named(capsys, world):
    place = place_of(world.node(1))
    assert owner.self_test(place) is None
    run(world, 28, place)
    world.cut(3)
    run(world, 40, place)
    findings = owner.tested(place)[1]
    assert findings == [("no_report", (3, 1)), ("no_lease", (3,))]
    call(place, "tested", ())
    out = capsys.readouterr().out
    assert "2 findings" in out and "Unit 3 was not heard while unit 1 was silent" in out


def test_a_unit_that_stays_above_its_rest_is_named(world):
    place = place_of(world.node(1))
    assert owner.self_test(place) is None
    test = place.device.unit.tested
    run(world, 30, place)
    account = world.leader().ledger.accounts[1]
    for _ in range(13):
        run(world, 1, place)
        account.report = account.report._replace(level_ma=9000)
        test.step(world.node(1).local())
    run(world, 30, place)
    assert ("no_rest", (2, 9000, 6000)) in owner.tested(place)[1]


def test_a_weak_signal_and_lost_frames_are_findings(world):
    place = place_of(world.node(1))
    assert owner.self_test(place) is None
    run(world, 24, place)
    world.node(1).member.signal = 90
    for account in world.leader().ledger.accounts[2:]:
        account.air = 30 << 7
    run(world, 2, place)
    run(world, 40, place)
    assert [(code, args[0]) for code, args in owner.tested(place)[1]] == [
        ("signal_too_weak", 2), ("signal_too_weak", 3), ("frames_lost", 3)]


def test_a_change_or_another_leader_interrupts_it_and_the_leader_speaks_again(world):
    place = place_of(world.node(1))
    assert owner.self_test(place) is None
    run(world, 30, place)
    assert owner.limit(place, 50) is None
    world.node(1).wake()
    run(world, 40, place)
    assert owner.tested(place)[1] == [("interrupted", ("the group is being changed",))]
    assert world.leader().revisions.in_force.limit_ma == 50000 and live(world, 1, 2, 3)


@pytest.mark.parametrize("does, sentence", [
    (lambda w, place: owner.self_test(place), "the self-test goes on for another 56 s"),
    (lambda w, place: (w.node(3).die(), w.run(10)),
     "unit 3 cannot be heard: go there first, troubles() says more"),
    (lambda w, place: (owner.enable(place, False), w.node(1).wake(), w.run(60)),
     "sharing is off: enable(True) first"),
    (lambda w, place: (w.cut(3), owner.fallback(place, "stop"), w.node(1).wake(), w.run(3)),
     "a change of the group comes first: it waits for unit 3; go there, or "
     "go_on_without(N)"),
    (lambda w, place: owner.limit(place, 50),
     "a change of the group comes first: it is in force within a minute")])
def test_it_is_not_begun_where_it_could_not_end(world, does, sentence):
    place = place_of(world.node(1))
    does(world, place)
    assert said(owner.self_test(place)) == sentence


def test_it_is_begun_on_the_leader_and_where_there_are_others():
    world = settled(2, 42000)
    assert said(owner.self_test(place_of(world.node(2)))) == (
        "that is done on the leader, unit 1 (serial A0B1C2000001)")
    place = place_of(world.node(1))
    place.device.unit.member.leader.ledger.accounts = [
        place.device.unit.member.leader.ledger.accounts[0]]
    assert said(owner.self_test(place)) == (
        "a unit alone has no group to test: pair() takes units in")
