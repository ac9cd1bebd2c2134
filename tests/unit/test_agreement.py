# SPDX-License-Identifier: MIT
"""No single reading of anything opens the contactor or changes the offer, nor two in a row."""

import pytest

from core import reasons
from tests.unit.connector_bench import Bench, grant


@pytest.mark.parametrize("name, bad, good", [
    ("rcm", True, False), ("cable_ma", 0, 63000), ("cable_ma", 13000, 63000),
    ("diode", False, True), ("no_sample", True, False), ("no_low", True, False),
    ("stuck_open", True, False), ("letter", "B", "C"), ("letter", "A", "C"), ("letter", "E", "C"),
    ("temperature_dc", 2500, 250), ("temperature_dc", 1200, 250), ("temperature_dc", -9999, 250),
    ("temperature_dc", None, 250), ("draw_ma", (40000, 0, 0), (16000, 0, 0))])
def test_no_single_reading_opens_or_changes_the_offer(name, bad, good):
    """Nor two in a row, again and again."""
    bench = Bench().charge()
    before = len(bench.trace)
    for gap in (200, 20, 60, 400) * 5:
        setattr(bench, name, bad)
        bench.run(40)
        setattr(bench, name, good)
        bench.run(gap)
    assert bench.trace[before:] == []


@pytest.mark.parametrize("name, bad", [("rcm", True), ("cable_ma", 0)])
def test_nothing_closes_on_a_single_reading_that_forbids_it(name, bad):
    bench = Bench()
    bench.allowed = grant(16000)
    bench.plug("B")
    bench.letter = "C"
    bench.run(19 * 20)
    setattr(bench, name, bad)
    bench.step()
    assert not bench.closed
    setattr(bench, name, {"rcm": False, "cable_ma": 63000}[name])
    bench.step()
    assert bench.closed


def test_another_cable_counts_when_three_readings_agree():
    bench = Bench().charge(32000)
    bench.cable_ma = 20000
    assert bench.run(1000, lambda: bench.offered_ma == 20000) == 40
    assert (bench.connector.reason, bench.snapshot().cap_ma) == (reasons.CABLE, 20000)
