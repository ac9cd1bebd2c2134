# SPDX-License-Identifier: MIT
"""A group as one line of settings."""

import pytest
from core import settings
from core.roster import parse

from app.setup import Setup

LINE = "1:48:48:L1 2:32:48:L1 3:40:48:L1"
BOARD = {"nameplate_a": 48}
GIVEN = {"unit_id": 2, "role": "follower", "region": "us", "breaker_a": 40, "phases": "L1",
         "limit_a": 60, "enabled": True, "group_id": 7, "group_key": "ab" * 32, "members": LINE}


def test_a_line_gives_the_leader_and_all_rows():
    leader, rows, error = parse("3:16:16:L2L3L1 1:32:32:L1")
    assert (leader, error) == (3, None)
    assert [(r.unit, r.rating_ma, r.wired) for r in rows] == [(1, 32000, 1), (3, 16000, 7)]


@pytest.mark.parametrize("line, said", (
    ("", "0 units"),
    ("1:48:48", "must be unit_id"),
    ("1:48:48:L9", "phases L9"),
    ("0:48:48:L1", "unit 0: must be 1 to 250"),
    ("1:5:48:L1", "5 A of 48 A"),
    ("1:63:48:L1", "63 A of 48 A"),
    ("1:48:81:L1", "at most 80"),
    ("1:48:48:L1 1:48:48:L1", "unit 1 twice"),
    ("1:-6:48:L1", "must be unit_id"),
    (" ".join("%d:48:48:L1" % i for i in range(1, 18)), "17 units")))
def test_a_bad_line_is_refused_by_name(line, said):
    assert said in parse(line)[2]


@pytest.mark.parametrize("change, said", (
    ({"unit_id": 4}, "does not name this unit, 4"),
    ({"breaker_a": 50}, "another output"),
    ({"phases": "L2"}, "another output, nameplate or phases"),
    ({"role": "leader"}, "unit 1 as the leader"),
    ({"limit_a": 17}, "at least 18 A"),
    ({"limit_a": 144}, "at most 143 A")))
def test_a_unit_that_does_not_fit_its_group_does_not_charge_and_says_why(change, said):
    errors = settings.validate(dict(GIVEN, **change), BOARD)[1]
    assert len(errors) == 1 and said in errors[0]


def test_all_units_of_a_group_start_from_the_same_revision():
    records = []
    for unit, breaker in ((1, 60), (2, 40), (3, 50)):
        given = dict(GIVEN, unit_id=unit, breaker_a=breaker,
                     role="leader" if unit == 1 else "follower")
        setup = Setup(given, BOARD)
        assert setup.errors == []
        records.append(setup.first_record())
    assert records[0]["group"]["revision"] == records[1]["group"]["revision"]
    assert records[0]["lead"] is not None and records[1]["lead"] is None
    assert [r["group"]["fallback_ma"] for r in records] == [20000, 20000, 20000]


@pytest.mark.parametrize("change, said", (
    ({"transport": "udp"}, "wifi_ssid is missing"),
    ({"wifi_password": "short"}, "wifi_password is 5 characters"),
    ({"wifi_ssid": "n" * 33}, "empty or 1 to 32 characters")))
def test_the_home_network_is_checked_and_its_password_never_shown(change, said):
    errors = settings.validate(dict(GIVEN, **change), BOARD)[1]
    assert said in errors[0] and "short" not in errors[0]


@pytest.mark.parametrize("number", ("\u00b2", "\u0663", "9" * 5000, "", "-1", "1_0"))
def test_only_plain_digits_are_numbers(number):
    assert "must be unit_id" in parse("%s:48:48:L1" % number)[2]
    errors = settings.validate(dict(GIVEN, members="1:%s:48:L1" % number), BOARD)[1]
    assert len(errors) == 1 and errors[0].startswith("members is ")
