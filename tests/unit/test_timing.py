# SPDX-License-Identifier: MIT
"""Times and the inequalities that make them safe (design 3)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.timing import Timing


def test_the_products_times_are_those_of_the_design():
    t = Timing()
    assert (t.lease_ms, t.reaction_ms, t.grow_ms, t.silent_ms, t.period_ms) == (
        10000, 5000, 21000, 4000, 1000)
    assert t.lease_x_ms == 10000 * 102 // 100 + 2 * 200
    assert t.react_x_ms == 5000 * 102 // 100 + 200
    assert t.reaction_own_ms == 5050


def test_a_unit_must_not_rise_before_the_others_have_made_room():
    with pytest.raises(ValueError, match="grow_ms is 6000: too short.* must exceed 15900"):
        Timing(grow_ms=6000)


def test_the_shortest_grow_is_refused_by_a_millisecond():
    """0.98 (lease + grow) > LEASE_X + REACT_X, rounded against us."""
    shortest = next(g for g in range(6000, 7000) if _accepts(grow_ms=g))
    assert 98 * (10000 + shortest) > 100 * 15900 >= 98 * (10000 + shortest - 2)


def _accepts(**times):
    try:
        Timing(**times)
    except ValueError:
        return False
    return True


def test_a_hang_may_not_outlive_the_reserve():
    """Hole 12: a hung unit keeps its pins, so it counts like a vehicle's reaction."""
    with pytest.raises(ValueError, match="hang_ms is 5001, must be at most reaction_ms 5000"):
        Timing(hang_ms=5001)
    assert Timing(hang_ms=5000).hang_ms == 5000


@pytest.mark.parametrize("name", ["lease_ms", "reaction_ms", "grow_ms", "period_ms"])
def test_no_time_may_be_nothing(name):
    with pytest.raises(ValueError, match=name + " is 0, must be at least 1"):
        Timing(**{name: 0, "hang_ms": 0})


@pytest.mark.parametrize("drift", [-1, 100])
def test_drift_has_bounds(drift):
    with pytest.raises(ValueError, match="drift_permille is %d, must be 0 to 99" % drift):
        Timing(drift_permille=drift)


@given(st.integers(0, 60000), st.integers(-10, 10), st.integers(-10, 10))
def test_a_span_on_another_clock_lies_between_shrink_and_stretch(span_ms, here, there):
    """Two clocks, each up to 1 % off: what one counts as a span, the other sees within 2 %.

    Compared with exact fractions; the second-order part (0.02 %) is what `loop` is for.
    """
    t = Timing()
    seen = span_ms * (1000 + here) // (1000 + there)
    slack = span_ms * 21 // 100000 + 1
    assert t.shrink(span_ms) - slack <= seen <= t.stretch(span_ms) + slack
    assert slack < t.loop_ms


@given(st.integers(0, 1 << 20))
def test_rounding_is_against_us(span_ms):
    t = Timing()
    assert t.stretch(span_ms) * 1000 >= span_ms * 1020
    assert t.shrink(span_ms) * 1000 <= span_ms * 980


def test_a_small_world_with_scaled_times_is_possible():
    t = Timing(lease_ms=3, reaction_ms=1, hang_ms=1, grow_ms=5, loop_ms=0, period_ms=1, gap_ms=0,
               greet_ms=1, silent_ms=2, drift_permille=0)
    assert (t.lease_x_ms, t.react_x_ms) == (3, 1)
