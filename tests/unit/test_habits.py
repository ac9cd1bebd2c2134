# SPDX-License-Identifier: MIT
"""What a vehicle does again and again, or never: to toggle, to sleep, to show no draw."""

import pytest

from core import reasons
from core.connector import pilot_duty
from tests.unit.connector_bench import Bench, grant

MINUTE_MS = 60000
HOUR_MS = 60 * MINUTE_MS


class Cycles(Bench):
    """Counts how often the contactor closes, and what the pilot offers."""

    closings = changes = 0

    def step(self):
        before = self.closed, self.duty
        outputs = Bench.step(self)
        self.closings += outputs.contactor and not before[0]
        self.changes += self.duty != before[1]
        return outputs


def toggle(bench, on_ms, off_ms, ms, away="B"):
    for _ in range(0, ms, on_ms + off_ms):
        bench.letter = "C"
        bench.run(on_ms)
        bench.letter = away
        bench.run(off_ms)


# --- toggling


@pytest.mark.parametrize("on_ms, off_ms", [(2000, 2000), (10000, 10000), (30000, 5000),
                                           (5000, 30000), (60000, 1000)])
def test_a_vehicle_that_toggles_wears_out_no_contactor_and_is_never_given_up(on_ms, off_ms):
    bench = Cycles().charge(draw_ma=(6000, 0, 0))
    toggle(bench, on_ms, off_ms, 19 * MINUTE_MS)
    assert 6 <= bench.closings <= 10


def test_a_vehicle_that_toggles_for_hours_is_tried_every_16_minutes():
    bench = Cycles().charge(draw_ma=(6000, 0, 0))
    toggle(bench, 10000, 10000, HOUR_MS)
    before = bench.closings
    toggle(bench, 10000, 10000, HOUR_MS)
    assert 3 <= bench.closings - before <= 4


def test_while_a_vehicle_that_toggles_waits_it_is_offered_nothing_and_asks_for_nothing():
    bench = Bench().charge(draw_ma=(6000, 0, 0))
    toggle(bench, 2000, 2000, 12000)
    assert (bench.offered_ma, bench.connector.reason) == (0, reasons.TOGGLES)
    assert bench.snapshot().cap_ma == 0
    assert bench.run(2 * MINUTE_MS, lambda: bench.offered_ma) <= MINUTE_MS


def test_a_vehicle_that_has_charged_for_a_while_starts_afresh():
    bench = Bench().charge(draw_ma=(6000, 0, 0))
    for _ in range(4):
        toggle(bench, 5000, 5000, 20000)
        assert bench.connector.reason == reasons.LEASE
        toggle(bench, 130000, 5000, 135000)


def test_a_plug_that_is_loose_counts_as_toggling():
    bench = Cycles().charge(draw_ma=(6000, 0, 0))
    toggle(bench, 4000, 1000, 19 * MINUTE_MS, away="A")
    assert bench.closings <= 10


def test_the_next_vehicle_does_not_wait_for_the_one_that_toggled():
    bench = Bench().charge(draw_ma=(6000, 0, 0))
    toggle(bench, 2000, 2000, 12000)
    bench.plug("A")
    bench.run(11000)
    bench.letter = "C"
    assert bench.run(1000, lambda: bench.closed) is not None


def test_the_owner_can_end_the_wait():
    bench = Bench().charge(draw_ma=(6000, 0, 0))
    toggle(bench, 2000, 2000, 12000)
    bench.letter = "C"
    bench.run(5000)
    bench.connector.clear_fault()
    assert bench.run(1000, lambda: bench.closed) is not None


def test_what_we_end_ourselves_is_no_toggling():
    bench = Bench().charge(draw_ma=(6000, 0, 0))
    for _ in range(8):
        bench.allowed = grant(0, reason=reasons.PAUSED)
        bench.run(2000)
        bench.letter = "B"
        bench.run(8000)
        bench.allowed = grant(16000)
        bench.run(2000)
        bench.letter = "C"
        assert bench.run(9000, lambda: bench.closed) is not None
        bench.run(2000)


# --- sleeping


def wakes(bench, ms):
    """When X1 began and ended, in ms, while the offer was taken away to wake."""
    spans = []
    for _ in range(0, ms, 20):
        bench.step()
        off = bench.duty == pilot_duty.X1_U16
        if off and (not spans or spans[-1][1] is not None):
            spans.append([bench.now_ms, None])
        elif not off and spans and spans[-1][1] is None:
            spans[-1][1] = bench.now_ms
    return spans


def test_a_vehicle_that_does_not_take_its_offer_is_woken_twice_an_hour():
    bench = Bench()
    bench.allowed = grant(6000)
    bench.plug("B")
    spans = wakes(bench, 2 * HOUR_MS)
    assert 90000 <= spans[0][0] <= 110000
    assert all(5000 <= end - begin <= 6000 for begin, end in spans)
    assert all(b[0] - a[0] >= HOUR_MS // 2 for a, b in zip(spans, spans[1:]))
    assert len(spans) == 4


def test_while_it_is_woken_the_reason_says_so_and_its_share_is_kept():
    bench = Bench()
    bench.allowed = grant(16000)
    bench.plug("B")
    assert bench.run(160000, lambda: bench.connector.reason == reasons.WAKING) is not None
    assert (bench.offered_ma, bench.snapshot().cap_ma) == (0, 48000)
    bench.letter = "C"
    assert bench.run(9000, lambda: bench.closed) is not None
    assert bench.offered_ma == 16000


@pytest.mark.parametrize("awake", [True, False])
def test_a_vehicle_that_is_full_is_disturbed_no_more_often(awake):
    bench = Bench().charge(draw_ma=(6000, 0, 0)) if awake else Bench()
    bench.allowed = grant(16000)
    bench.run(10 * MINUTE_MS)
    bench.letter = "B"
    bench.run(1000)
    assert len(wakes(bench, HOUR_MS)) == 2


def test_a_slow_starter_a_vehicle_without_an_offer_and_one_that_charges_are_left_in_peace():
    bench = Bench()
    bench.allowed = grant(16000)
    bench.plug("B")
    assert wakes(bench, 91000) == []
    bench.letter = "C"
    assert wakes(bench, HOUR_MS) == []
    bench = Bench()
    bench.plug("B")
    bench.run(HOUR_MS)
    assert {row[3] for row in bench.trace} == {0}
    assert reasons.WAKING not in {row[4] for row in bench.trace}


def test_waking_can_be_switched_off():
    bench = Bench(wake=False)
    bench.allowed = grant(16000)
    bench.plug("B")
    assert wakes(bench, HOUR_MS) == []


# --- a meter that shows nothing


def test_a_meter_that_shows_nothing_for_a_minute_is_not_believed_and_that_is_said():
    bench = Bench().charge(draw_ma=(0, 0, 0))
    bench.run(58000)
    assert (bench.snapshot().draw_ma, bench.connector.reason) == ((0, 0, 0), reasons.LEASE)
    bench.run(2000)
    assert (bench.snapshot().draw_ma, bench.connector.reason) == ((16000, 0, 0), reasons.METER)
    assert bench.snapshot().possible_ma == (16000, 0, 0)
    bench.run(HOUR_MS)
    assert bench.snapshot().draw_ma == (16000, 0, 0) and bench.closed
    bench.allowed = grant(32000)
    bench.run(200)
    assert bench.snapshot().draw_ma == (32000, 0, 0)


def test_only_the_phases_that_are_offered_are_taken_to_be_drawn_on():
    bench = Bench(wired=7).charge(16000, 3, draw_ma=(0, 0, 0))
    bench.run(2 * MINUTE_MS)
    assert bench.snapshot().draw_ma == (16000, 16000, 0)


def test_a_full_vehicle_that_stays_in_c_is_believed_and_costs_nobody_its_share():
    bench = Bench().charge(draw_ma=(15700, 0, 0))
    bench.run(HOUR_MS)
    bench.draw_ma = (0, 0, 0)
    bench.run(HOUR_MS)
    assert (bench.snapshot().draw_ma, bench.connector.reason) == ((0, 0, 0), reasons.LEASE)


def test_where_the_meter_has_worked_another_vehicle_without_a_draw_is_doubted_for_15_minutes():
    bench = Bench().charge(draw_ma=(15700, 0, 0))
    bench.plug("A")
    bench.charge(draw_ma=(0, 0, 0))
    bench.run(2 * MINUTE_MS)
    assert bench.snapshot().draw_ma == (16000, 0, 0)
    bench.run(15 * MINUTE_MS)
    assert bench.snapshot().draw_ma == (0, 0, 0)
    bench.run(HOUR_MS)
    assert bench.snapshot().draw_ma == (0, 0, 0)


def test_a_meter_that_shows_a_draw_again_is_believed_at_once():
    bench = Bench().charge(draw_ma=(0, 0, 0))
    bench.run(2 * MINUTE_MS)
    bench.draw_ma = (7000, 0, 0)
    bench.run(40)
    assert (bench.snapshot().draw_ma, bench.connector.reason) == ((7000, 0, 0), reasons.LEASE)


def test_a_meter_that_froze_is_not_believed_once_the_contactor_is_open():
    bench = Bench().charge(32000)
    bench.frozen = (32000, 0, 0)
    bench.allowed = grant(10000)
    bench.run(8000)
    assert bench.connector.fault == reasons.OVERCURRENT
    bench.run(6000)
    assert bench.snapshot().draw_ma == bench.snapshot().possible_ma == (0, 0, 0)
    assert bench.run(2 * MINUTE_MS, lambda: bench.closed) is not None
    bench.run(HOUR_MS)
    assert bench.closed and bench.connector.fault == 0
    assert bench.connector.reason == reasons.METER
    assert bench.snapshot().draw_ma == (10000, 0, 0)
    bench.frozen = None
    bench.letter = "B"
    bench.run(1000)
    bench.letter, bench.draw_ma = "C", (8000, 0, 0)
    bench.run(9000)
    assert (bench.snapshot().draw_ma, bench.connector.reason) == ((8000, 0, 0), reasons.LEASE)


def test_that_a_meter_is_doubted_is_said_whatever_limits_the_offer():
    bench = Bench().charge(draw_ma=(0, 0, 0))
    bench.allowed, bench.cable_ma = grant(63000), 16000
    bench.run(2 * MINUTE_MS)
    assert (bench.offered_ma, bench.connector.reason) == (16000, reasons.METER)


def test_without_an_offer_or_with_an_open_contactor_nothing_is_believed_but_the_meter():
    bench = Bench().charge(draw_ma=(0, 0, 0))
    bench.run(2 * MINUTE_MS)
    bench.letter = "B"
    bench.run(100)
    assert bench.snapshot().draw_ma == (0, 0, 0)
    assert bench.run(MINUTE_MS, lambda: bench.connector.fault) is None
