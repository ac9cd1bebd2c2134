# SPDX-License-Identifier: MIT
"""What follows from chosen values: ratings, wiring, fallbacks, and the bounds of a group."""

import pytest
from core.connector.on_demand import wiring
from core.group.on_demand import amounts, limits
from core.group.on_demand.limits import GroupUnit
from core.on_demand.refusal_words import sentence
from hypothesis import given
from hypothesis import strategies as st


def group(count, nameplate_ma=48000, rating_ma=48000):
    roles = ["leader"] + ["follower"] * (count - 1)
    return [GroupUnit(index + 1, role, nameplate_ma, rating_ma, 6000)
            for index, role in enumerate(roles)]


@pytest.mark.parametrize("region, breaker_a, expected_ma", [
    ("us", 60, 48000), ("us", 50, 40000), ("us", 40, 32000), ("us", 30, 24000),
    ("us", 20, 16000), ("us", 15, 12000), ("iec", 10, 10000), ("iec", 13, 13000),
    ("iec", 32, 32000), ("iec", 63, 63000), ("us", 25, 0), ("iec", 60, 0), ("moon", 40, 0),
])
def test_the_greatest_output_follows_the_region(region, breaker_a, expected_ma):
    assert wiring.rating_ma(breaker_a, region, 80000) == expected_ma
    assert wiring.rating_ma(breaker_a, region, 11000) == min(expected_ma, 11000)


def test_the_limit_of_a_group_is_bounded_on_both_sides():
    six = group(6)
    assert limits.check_group(36000, six, "equal") is None
    assert limits.check_group(287000, six, "equal") is None
    low = sentence(limits.check_group(35900, six, "equal"))
    assert low == "limit is 35.9 A: must be at least 36 A, 6 A for each of 6 units"
    high = sentence(limits.check_group(287100, six, "equal"))
    assert high.startswith("limit is 287.1 A: must be at most 287 A, the sum of the nameplates")
    assert "multiple of 100" in sentence(limits.check_group(40050, six, "equal"))


def test_a_limit_must_have_room_for_each_units_smallest_current():
    """Design 4: 6 A, or more where a unit's min_a says so."""
    three = group(3)
    three[1] = three[1]._replace(min_ma=10000)
    assert limits.check_group(22000, three, "equal") is None
    assert sentence(limits.check_group(21900, three, "equal")) == (
        "limit is 21.9 A: must be at least 22 A, the smallest current for each of 3 units")


def test_a_group_has_one_leader_and_no_number_twice():
    two = [GroupUnit(1, "leader", 48000, 48000, 6000), GroupUnit(4, "leader", 48000, 48000, 6000)]
    assert sentence(limits.check_group(40000, two, "equal")) == (
        "units 1, 4 are all leaders: a group must have exactly one")
    none = [member._replace(role="follower") for member in two]
    assert sentence(limits.check_group(40000, none, "equal")).startswith("no unit is the leader")
    same = [two[0], GroupUnit(1, "follower", 48000, 48000, 6000)]
    assert sentence(limits.check_group(40000, same, "equal")) == (
        "unit_id 1 is there twice: each in a group must be different")
    assert sentence(limits.check_group(40000, [two[0]._replace(unit=251)], "equal")) == (
        "unit_id is 251: must be 1 to 250")


def test_a_group_has_1_to_16_units_and_a_known_fallback():
    assert limits.check_group(300000, group(16), "equal") is None
    assert "must be 1 to 16" in sentence(limits.check_group(300000, group(17), "equal"))
    assert "must be 1 to 16" in sentence(limits.check_group(60000, [], "equal"))
    assert "equal, minimum, stop" in sentence(limits.check_group(60000, group(2), "all"))


def test_the_fallbacks_are_what_the_owner_chose():
    assert limits.fallback_ma("equal", 50000, [48000] * 6) == [8300] * 6
    assert limits.fallback_ma("equal", 60000, [48000, 16000]) == [30000, 16000]
    assert limits.fallback_ma("minimum", 60000, [48000, 12000]) == [6000, 6000]
    assert limits.fallback_ma("stop", 60000, [48000, 12000]) == [0, 0]


@given(st.sampled_from(["equal", "minimum", "stop"]),
       st.lists(st.integers(60, 800).map(lambda tenths: tenths * 100), min_size=1, max_size=16),
       st.integers(0, 10000))
def test_the_fallbacks_fit_into_every_limit_and_are_never_below_6_a(mode, ratings_ma, above):
    limit_ma = 6000 * len(ratings_ma) + above * 100
    shares_ma = limits.fallback_ma(mode, limit_ma, ratings_ma)
    assert sum(shares_ma) <= limit_ma
    for share_ma, rating in zip(shares_ma, ratings_ma):
        assert share_ma <= rating and share_ma % 100 == 0
        assert share_ma == 0 if mode == "stop" else share_ma >= 6000


@pytest.mark.parametrize("phases, indexes, mask", [
    ("L1", (0,), 1), ("L2", (1,), 2), ("L3", (2,), 4),
    ("L1L2L3", (0, 1, 2), 7), ("L2L3L1", (1, 2, 0), 7), ("L3L1L2", (2, 0, 1), 7),
])
def test_the_wiring_says_which_phase_of_the_circuit_is_on_each_terminal(phases, indexes, mask):
    assert wiring.wiring(phases) == indexes
    assert wiring.wired_mask(phases) == mask


def test_amounts_are_shown_without_a_needless_fraction():
    assert [amounts.amperes(ma) for ma in (6000, 13500, 8300, 50)] == ["6", "13.5", "8.3", "0.05"]
