# SPDX-License-Identifier: MIT
"""A vehicle that follows cuts late is given less; one that never follows is locked out."""

import pytest

from core import reasons
from tests.unit.connector_bench import Bench, grant

MINUTE_MS = 60000
HOUR_MS = 60 * MINUTE_MS


def cut(bench, amount_ma, follows_ms):
    """Lower the grant; the vehicle follows so late."""
    bench.allowed = grant(amount_ma)
    bench.run(follows_ms)
    bench.draw_ma = (6000, 0, 0)
    bench.run(MINUTE_MS + 9000 - follows_ms)


@pytest.mark.parametrize("follows_ms", [8000, 10000, 15000])
def test_a_vehicle_that_follows_cuts_late_is_given_less_and_not_locked(follows_ms):
    bench = Bench().charge(32000)
    for low_ma, high_ma in ((16000, 32000), (14000, 32000), (10000, 30000), (9000, 32000),
                            (8000, 32000), (7000, 32000), (6000, 32000), (6000, 32000)):
        cut(bench, low_ma, follows_ms)
        assert bench.closed and bench.connector.reason != reasons.LOCKED
        bench.allowed = grant(high_ma)
        bench.run(7000)
        bench.draw_ma = (bench.offered_ma, 0, 0)
        bench.run(1000)
    assert (bench.offered_ma, bench.connector.reason) == (6000, reasons.SLOW_VEHICLE)
    assert bench.snapshot().cap_ma == 6000
    openings = [b for a, b in zip(bench.trace, bench.trace[1:]) if a[1][1] and not b[1][1]]
    assert 2 <= len(openings) <= 7


def test_one_late_vehicle_keeps_its_ceiling_and_the_next_one_has_none():
    bench = Bench().charge(32000)
    for _ in range(2):
        cut(bench, 16000, 9000)
        bench.allowed = grant(32000)
        bench.run(7000)
        bench.draw_ma = (bench.offered_ma, 0, 0)
    bench.run(8 * HOUR_MS)
    assert (bench.offered_ma, bench.connector.reason) == (16000, reasons.SLOW_VEHICLE)
    bench.plug("A")
    bench.letter = "C"
    bench.run(9000)
    assert (bench.offered_ma, bench.connector.reason) == (32000, reasons.LEASE)


def test_a_single_excess_costs_no_current_for_long():
    bench = Bench().charge(32000)
    cut(bench, 16000, 9000)
    bench.allowed = grant(32000)
    bench.run(7000)
    assert bench.offered_ma == 32000


def test_a_vehicle_that_never_obeys_is_locked_whatever_it_is_offered():
    bench = Bench().charge(16000)
    bench.draw_ma = (32000, 0, 0)
    bench.run(HOUR_MS - MINUTE_MS)
    assert bench.connector.reason in (reasons.LOCKED, reasons.OVERCURRENT)
    openings = [row for row in bench.trace if row[1][1]]
    assert len({row[0] for row in openings}) <= 8
