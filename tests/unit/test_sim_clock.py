# SPDX-License-Identifier: MIT
"""Virtual time runs in order, alarms move, and a unit's clock drifts as it is told."""

import random

from hypothesis import given
from hypothesis import strategies as st

from host_tools.simulate.clock import FRAME, SHARE, STEP, Alarm, Clock, UnitClock

_ppm = st.integers(-10000, 10000)
_start = st.sampled_from((0, 17, (1 << 30) - 60000))


def test_events_run_by_time_then_rank_then_order_of_asking():
    clock, seen = Clock(), []
    for name, at_ms, rank in (("e", 20, FRAME), ("c", 10, SHARE), ("a", 10, FRAME),
                              ("b", 10, STEP), ("d", 10, SHARE)):
        clock.at(at_ms, rank, seen.append, name)
    clock.run(15)
    assert seen == ["a", "b", "c", "d"] and clock.now_ms == 15
    clock.run(20)
    assert seen[-1] == "e"


def test_what_an_event_asks_for_at_the_same_ms_still_runs():
    clock, seen = Clock(), []
    clock.at(5, SHARE, lambda _: clock.at(5, FRAME, seen.append, clock.now_ms), None)
    clock.run(5)
    assert seen == [5]


def test_an_alarm_that_is_moved_rings_once_at_its_new_time():
    clock, rings = Clock(), []
    alarm = Alarm(clock, STEP, lambda: rings.append(clock.now_ms))
    alarm.set(10)
    alarm.set(30)
    alarm.set(10)
    alarm.set(20)
    alarm.sooner(25)
    clock.run(100)
    assert rings == [20] and alarm.due_ms is None
    alarm.set(110)
    alarm.set(None)
    clock.run(200)
    assert rings == [20]


@given(_start, st.integers(0, 10**7), _ppm, st.integers(0, 10**7))
def test_true_time_is_the_first_ms_that_shows_the_local_one(start_ms, boot_ms, ppm, span_ms):
    clock = UnitClock(start_ms, boot_ms, ppm)
    true_ms = clock.true(start_ms + span_ms)
    assert clock.local(true_ms) >= start_ms + span_ms
    assert true_ms == boot_ms or clock.local(true_ms - 1) < start_ms + span_ms


@given(st.integers(0, 10**6), _ppm, st.integers(0, 10**6))
def test_slots_come_every_20_ms_of_the_units_own_clock(boot_ms, ppm, span_ms):
    clock = UnitClock(0, boot_ms, ppm)
    at_ms = boot_ms + span_ms
    slot_ms = clock.slot(at_ms)
    assert at_ms <= slot_ms <= at_ms + 21
    assert clock.slot(slot_ms) == slot_ms
    after_ms = clock.slot_after(slot_ms)
    assert 19 <= after_ms - slot_ms <= 21
    assert clock.slot(slot_ms + 1) == after_ms
    assert clock.local(slot_ms) % 20 in (0, 1)


def test_a_clock_that_is_one_percent_fast_gains_a_second_in_100():
    assert UnitClock(0, 0, 10000).local(100_000) == 101_000
    assert UnitClock(0, 0, -10000).local(100_000) == 99_000


def test_a_thousand_random_alarms_ring_in_order():
    draw, clock, rings = random.Random(3), Clock(), []
    for _ in range(1000):
        clock.at(draw.randrange(500), draw.randrange(7), lambda _: rings.append(clock.now_ms),
                 None)
    clock.run(500)
    assert len(rings) == 1000 and rings == sorted(rings)
