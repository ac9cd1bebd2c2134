# SPDX-License-Identifier: MIT
"""Settling is measured from the event to the start of the 10 s in which the total stays ideal."""

from host_tools.simulate.figures import RevisionWait, Waits
from host_tools.simulate.settle import Settling
from tests.simulation.outside import ByHand


def _settling(hand, limit_a=32):
    return hand.watch(Settling, limit_a * 1000)


def test_it_settles_when_the_drawn_total_has_stayed_for_10_s():
    hand = ByHand(phases="L1")
    settling = _settling(hand)
    hand.charge(1, 10)
    settling.happened("plug", 1, 0, 0)
    hand.run(20)
    hand.offer(1, 31.2)  # 0.8 A below the ideal of 32
    hand.run(50)
    hand.offer(1, 32)
    hand.run(70)
    settling.finish()
    assert settling.entries == [
        {"at_s": 0.0, "kind": "plug", "unit": 1, "ms_1a": 20100, "ms": 50100}]


def test_a_visit_of_less_than_10_s_is_no_settling():
    hand = ByHand(phases="L1")
    settling = _settling(hand)
    hand.charge(1, 10)
    settling.happened("air", None, 1000, 1000)
    hand.run(20)
    hand.offer(1, 32)
    hand.run(29)
    hand.offer(1, 10)
    hand.run(60)
    settling.finish()
    assert settling.entries[0]["ms_1a"] is None and settling.entries[0]["ms"] is None


def test_an_event_while_settled_took_no_time_and_one_at_the_end_has_not_settled():
    hand = ByHand(phases="L1")
    settling = _settling(hand)
    hand.charge(1, 32)
    hand.run(20)
    settling.happened("air", None, 20000, 20000)
    hand.run(40)
    settling.happened("air", None, 40000, 40000)
    hand.run(45)
    settling.finish()
    assert [entry["ms"] for entry in settling.entries] == [0, None]


def test_the_ideal_moves_with_the_vehicles_the_limit_and_the_power():
    hand = ByHand(phases="L1")
    settling = _settling(hand)
    hand.charge(1, 16)
    hand.run(20)
    settling.happened("limit", None, 20000, 20000)
    settling.set_limit(16000)  # and so what is drawn is ideal
    hand.run(40)
    settling.happened("power", 1, 40000, 40000)
    hand.boards[1].set_power(False)
    hand.watchers.program_changed(hand.boards[1])
    hand.run(60)
    settling.finish()
    assert [entry["ms"] for entry in settling.entries] == [0, 0]


def test_a_wait_lasts_while_a_vehicle_wants_current_and_is_offered_none():
    hand = ByHand()
    waits = hand.watch(Waits)
    hand.plug(1)
    hand.run(7)
    hand.offer(1, 6)
    hand.run(100)
    hand.offer(1, 0)
    hand.run(112)
    assert waits.longest_ms == 7000
    hand.boards[1].unplug()
    hand.run(200)
    waits.finish()
    assert waits.longest_ms == 12000


def test_one_that_waits_at_the_end_counts_and_one_that_wants_nothing_does_not():
    hand = ByHand()
    waits = hand.watch(Waits)
    hand.plug(1, profile=[[30, 0]])
    hand.run(80)
    waits.finish()
    assert waits.longest_ms == 30000


def test_the_longest_wait_for_a_revision_counts_from_the_wish():
    hand = ByHand()
    wait = RevisionWait(hand.clock)
    wait.asked(lambda limit_ma, _: limit_ma == 20000)
    hand.run(3)
    wait.in_force(32000, True)
    wait.asked(lambda limit_ma, _: limit_ma == 24000)
    hand.run(10)
    wait.in_force(24000, True)  # the later wish ends the earlier one's wait
    assert wait.longest_ms == 10000
    wait.asked(lambda _, enabled: not enabled)
    hand.run(31)
    wait.finish()
    assert wait.longest_ms == 21000
