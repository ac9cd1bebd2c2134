# SPDX-License-Identifier: MIT
"""Each checker is silent when its rule is kept and speaks when it is broken."""

from types import SimpleNamespace

import pytest

from host_tools.simulate.checkers.circuit_rule import CircuitRule
from host_tools.simulate.checkers.contactor import ContactorStates
from host_tools.simulate.checkers.excess import Overcurrent
from host_tools.simulate.checkers.lease import Alone, NotEnabled, QuietAfterBoot
from host_tools.simulate.checkers.pilot import Duties, Increases, Rating
from host_tools.simulate.checkers.terms import Terms, fallbacks_ma
from tests.simulation.outside import X1, ByHand, duty_u16


class Program:
    """What the lease checkers ask of a node."""

    def __init__(self, board):
        self.board, self.id = board, board.id
        self.booted_ms, self.heard_ms = 0, {}


def _texts(checker):
    return [violation.text for violation in checker.violations]


def test_a_contactor_closes_only_in_c2():
    hand = ByHand(start_delay_s=5)
    checker = hand.watch(ContactorStates)
    board = hand.boards[1]
    hand.plug(1)
    hand.offer(1, 16)
    board.write_output(True)
    assert _texts(checker) == ["closes in B2"]
    board.write_output(False)
    hand.run(6)
    board.write_output(True)
    assert len(checker.violations) == 1
    board.write_output(False)
    hand.offer(1, 0)
    hand.run(8)
    board.write_output(True)
    assert _texts(checker)[1:] == ["closes in B1"]


@pytest.mark.parametrize("opens_ms, late", [(70, False), (90, True), (None, True)])
def test_it_is_open_100_ms_after_an_unplug(opens_ms, late):
    hand = ByHand()
    checker = hand.watch(ContactorStates)
    board = hand.charge(1, 16)
    hand.run(5)
    board.unplug()
    if opens_ms:
        hand.run(5 + opens_ms / 1000)  # 25 ms more until it has let go
        board.write_output(False)
    hand.run(10)
    assert bool(checker.violations) == late
    if late:
        assert _texts(checker) == ["still closed too long after A"]
        assert checker.violations[0].at_ms == 5100


@pytest.mark.parametrize("opens_s, late", [(6.1, False), (6.4, True)])
def test_it_is_open_6_s_after_the_oscillator_stops(opens_s, late):
    hand = ByHand(obeys=False)
    checker = hand.watch(ContactorStates)
    board = hand.charge(1, 16)
    hand.run(5)
    hand.offer(1, 0)
    hand.run(5 + opens_s)
    board.write_output(False)
    hand.run(20)
    assert bool(checker.violations) == late


def test_a_hang_excuses_it_but_only_while_it_lasts():
    hand = ByHand()
    checker = hand.watch(ContactorStates)
    board = hand.charge(1, 16)
    board.hung = True
    board.unplug()
    hand.run(5)
    assert not checker.violations
    board.hung = False
    hand.watchers.program_changed(board)
    hand.run(6)
    assert len(checker.violations) == 1


@pytest.mark.parametrize("fault, allowed_s", [("rcm", 0.1), ("pilot_short", 0.2), ("diode", 1),
                                              ("proximity", 1)])
def test_faults_open_it(fault, allowed_s):
    hand = ByHand(reaction_s=5)
    checker = hand.watch(ContactorStates)
    board = hand.charge(1, 16)
    hand.run(5)
    board.set_fault(fault, True)
    hand.run(5 + allowed_s - 0.001)
    before = len(checker.violations)
    hand.run(5 + allowed_s)
    texts = _texts(checker)[before:]
    assert f"still closed too long after {fault}" in texts


def test_a_diode_is_not_seen_while_the_pilot_stands_at_12_v():
    hand = ByHand(reaction_s=5)
    checker = hand.watch(ContactorStates)
    board = hand.charge(1, 16)
    hand.run(5)
    board.write_duty(X1)
    board.set_fault("diode", True)
    hand.run(8)
    assert board.contact and not checker.violations
    hand.run(12)
    assert _texts(checker) == ["still closed too long after B"]  # the vehicle has followed


def test_a_welded_contactor_is_nobodys_fault():
    hand = ByHand()
    checker = hand.watch(ContactorStates)
    board = hand.charge(1, 16)
    board.set_fault("welded", True)
    board.unplug()
    board.write_output(False)
    hand.run(20)
    assert board.contact and not checker.violations


@pytest.mark.parametrize("duty, forbidden", [
    (X1, False), (0, False), (duty_u16(6000), False), (6553, False), (6552, True), (3277, True),
    (duty_u16(50900), False), (62914, False), (63500, True), (65534, True)])
def test_forbidden_duties_are_found(duty, forbidden):
    hand = ByHand()
    checker = hand.watchers.add(Duties(hand.clock))
    hand.boards[1].write_duty(30000)
    hand.boards[1].write_duty(duty)
    assert bool(checker.violations) == forbidden


def test_nobody_offers_more_than_rated():
    hand = ByHand()
    checker = hand.watchers.add(Rating(hand.clock))
    hand.offer(1, 32)
    assert not checker.violations
    hand.offer(1, 32.1)
    assert len(checker.violations) == 1 and "rated 32000" in _texts(checker)[0]


def test_rises_come_5_s_after_another_change():
    hand = ByHand()
    checker = hand.watch(Increases)
    hand.offer(1, 10)
    hand.run(1)
    hand.plug(1)
    hand.offer(1, 16)  # the change before was for nobody
    hand.run(6)
    hand.offer(1, 20)
    hand.run(7)
    hand.offer(1, 8)  # less never waits
    assert not checker.violations
    hand.run(9)
    hand.offer(1, 10)
    assert _texts(checker) == ["rises to 10000 mA, 2000 ms after a change"]


def test_a_started_program_is_quiet_for_5_s():
    hand = ByHand()
    nodes = [Program(board) for board in hand.boards.values()]
    checker = hand.watchers.add(QuietAfterBoot(hand.clock, nodes))
    hand.run(5)
    hand.offer(1, 16)
    assert not checker.violations
    nodes[1].booted_ms = 2000
    hand.offer(2, 16)
    assert len(checker.violations) == 1 and checker.violations[0].unit == 2


def test_a_follower_alone_goes_to_its_fallback():
    hand = ByHand()
    nodes = [Program(board) for board in hand.boards.values()]
    terms = Terms(1, (1, 2), {1: 16000, 2: 16000})
    checker = hand.watchers.add(Alone(hand.clock, nodes, terms))
    nodes[1].heard_ms[1] = 1000
    hand.run(2)
    hand.offer(1, 32)  # the leader is never alone
    hand.offer(2, 20)
    hand.run(11)
    nodes[1].heard_ms[1] = 9000
    hand.run(19)
    assert not checker.violations
    hand.run(20)
    assert [v.at_ms for v in checker.violations] == [19350]
    hand.offer(2, 16)
    hand.offer(2, 17)
    assert len(checker.violations) == 2
    terms.allow({2: 18000})
    assert terms.least_ma == {1: 0, 2: 16000}
    hand.offer(2, 18)
    assert len(checker.violations) == 2


def test_nobody_offers_when_sharing_is_off():
    hand = ByHand()
    group = SimpleNamespace(members={1, 2})
    checker = hand.watch(NotEnabled, group)
    hand.offer(1, 16)
    checker.set_enabled(False)
    hand.run(15)
    hand.offer(1, 0)
    hand.run(17)
    assert not checker.violations
    hand.offer(1, 16)
    assert len(checker.violations) == 1
    checker.set_enabled(True)
    hand.offer(1, 17)
    checker.set_enabled(False)
    hand.run(50)
    assert len(checker.violations) == 2


def test_nobody_offers_who_is_no_member():
    hand = ByHand()
    group = SimpleNamespace(members={1})
    checker = hand.watch(NotEnabled, group)
    hand.offer(1, 16)
    hand.offer(2, 16)  # a newcomer that nobody has let in
    assert [v.unit for v in checker.violations] == [2]
    group.members = {2}
    checker.set_enabled(True)
    hand.offer(2, 10)
    hand.run(15.9)
    assert len(checker.violations) == 1
    hand.run(16)  # unit 1 has left long enough
    assert [v.unit for v in checker.violations] == [2, 1]


def test_a_vehicle_that_does_not_obey_loses_its_contactor():
    hand = ByHand(obeys=False)
    rule = hand.watch(CircuitRule, 32000)
    checker = hand.watch(Overcurrent, rule)
    hand.charge(1, 20)
    hand.charge(2, 20)
    hand.run(10)
    hand.offer(1, 16)
    hand.offer(2, 16)
    hand.run(17)  # 2 s after the end of the 5 s
    hand.boards[1].write_output(False)
    hand.run(18)
    assert [(v.unit, v.at_ms) for v in checker.violations] == [(2, 17300)]


def test_after_many_decreases_a_unit_may_take_a_little_longer():
    hand = ByHand(obeys=False)
    rule = hand.watch(CircuitRule, 32000)
    checker = hand.watch(Overcurrent, rule)
    hand.charge(1, 30)
    for step in range(10):
        hand.run(10 + step / 2)
        hand.offer(1, 29 - step)
    hand.run(15.5 + 2.3 + 0.9 - 0.01)
    assert not checker.violations
    hand.run(15.5 + 2.3 + 0.9 + 0.01)
    assert [v.unit for v in checker.violations] == [1]


def test_a_small_excess_is_left_to_the_meters_error():
    hand = ByHand(obeys=False)
    rule = hand.watch(CircuitRule, 32000)
    checker = hand.watch(Overcurrent, rule)
    hand.charge(1, 20)
    hand.run(10)
    hand.offer(1, 19.3)
    hand.run(30)
    rule.count_time()
    assert rule.excess_ms > 10000 and not checker.violations


def test_fallbacks_are_those_of_rule_5():
    units = ByHand(3).scenario.units
    assert fallbacks_ma("equal", 40000, units) == {1: 13300, 2: 13300, 3: 13300}
    assert fallbacks_ma("equal", 99000, units) == {1: 32000, 2: 32000, 3: 32000}
    assert fallbacks_ma("minimum", 40000, units) == {1: 6000, 2: 6000, 3: 6000}
    assert fallbacks_ma("stop", 40000, units) == {1: 0, 2: 0, 3: 0}
