# SPDX-License-Identifier: MIT
"""A group as one line, and what a unit makes of it (rule 5)."""

import pytest

from core.sharing.follower import UnitConfig
from core.group.on_demand.joining import made
from core.group.on_demand.record_check import record_error
from core.group.on_demand.member_line import parse
from core.on_demand.serial import serial_from, serial_text, tag_of
from host_tools.records import serial_of

KEY = "ab" * 32
A, B, C = [serial_text(serial_of(n)) for n in (1, 2, 3)]
LINE = "1:%s:48:48:L1 2:%s:32:48:L1 3:%s:40:48:L1:8" % (A, B, C)
VALUES = {"limit_a": 60, "fallback": "equal", "enabled": True}


def config(unit=1, rating_ma=48000, wired=1):
    return UnitConfig(serial_of(unit), rating_ma, wired, False, 0, 48000, 6000)


def refusal(asked, unit=None, **values):
    """Why it cannot be."""
    record, error = made(asked, unit or config(), dict(VALUES, **values))
    assert record is None
    return error


# --- the line


def test_a_line_gives_the_leader_and_all_rows():
    leader, rows, error = parse("3:%s:16:16:L2L3L1:10 1:%s:32:32:L1" % (C, A.lower()))
    assert (leader, error) == (3, None)
    assert [(r.unit, r.serial, r.rating_ma, r.wired, r.min_ma) for r in rows] == [
        (1, serial_of(1), 32000, 1, 6000), (3, serial_of(3), 16000, 7, 10000)]


@pytest.mark.parametrize("line, said", (
    ("", "0 units"),
    ("1:%s:48:48" % A, "must be number:serial"),
    ("1:48:48:L1", "must be number:serial"),
    ("1:%s:48:48:L9" % A, "phases L9"),
    ("0:%s:48:48:L1" % A, "unit 0: must be 1 to 250"),
    ("251:%s:48:48:L1" % A, "unit 251: must be 1 to 250"),
    ("1:%s:5:48:L1" % A, "5 A of 48 A"),
    ("1:%s:63:48:L1" % A, "63 A of 48 A"),
    ("1:%s:48:81:L1" % A, "at most 80"),
    ("1:%s:48:48:L1:5" % A, "smallest current of 5 A: must be 6 to 16 A"),
    ("1:%s:48:48:L1:17" % A, "smallest current of 17 A"),
    ("1:%s:8:48:L1:10" % A, "at most its output"),
    ("1:A0B1C2:48:48:L1", "serial A0B1C2: must be 12 hexadecimal digits"),
    ("1:%s:48:48:L1" % ("g" * 12), "must be 12 hexadecimal digits"),
    ("1:%s:48:48:L1 1:%s:48:48:L1" % (A, B), "unit 1 twice"),
    ("1:%s:48:48:L1 2:%s:48:48:L1" % (A, A), "one serial twice: %s" % A),
    ("1:%s:-6:48:L1" % A, "must be number:serial"),
    (" ".join("%d:%012d:48:48:L1" % (i, i) for i in range(1, 18)), "17 units")))
def test_a_bad_line_is_refused_by_name(line, said):
    assert said in parse(line)[2]


@pytest.mark.parametrize("number", ("\u00b2", "\u0663", "9" * 5000, "", "-1", "1_0"))
def test_only_plain_digits_are_numbers(number):
    assert "must be number:serial" in parse("%s:%s:48:48:L1" % (number, A))[2]


@pytest.mark.parametrize("text", (None, 7, "", "A0B1", "A0B1C200000", "A0B1C20000012", "x" * 12))
def test_what_is_no_serial_is_refused(text):
    with pytest.raises(ValueError):
        serial_from(text)


# --- a new group


def test_the_leader_of_a_new_group_makes_its_first_revision():
    """Rule 5: in force from the start, for nobody else has heard of the key."""
    record, error = made({"key": KEY, "members": LINE}, config(), VALUES)
    assert error is None and record_error(record) is None
    revision = record["group"]["revision"]
    assert record["group"]["confirmed"] == revision == record["lead"]["in_force"]
    assert [row[1:3] for row in revision[5]] == [[A, 20000], [B, 20000], [C, 20000]]
    assert record["group"]["fallback_ma"] == 20000 and record["key"] == KEY


@pytest.mark.parametrize("unit, said", (
    (config(2), "must name this unit first"), (config(9), "must name this unit first"),
    (config(1, rating_ma=40000), "another output"),
    (config(1, wired=2), "another output, nameplate or phases")))
def test_a_unit_that_does_not_fit_its_group_does_not_lead_it_and_says_why(unit, said):
    assert said in refusal({"key": KEY, "members": LINE}, unit)


@pytest.mark.parametrize("limit_a, said", ((19, "at least 20 A"), (144, "at most 143 A")))
def test_a_new_groups_limit_is_bounded_by_its_members(limit_a, said):
    assert said in refusal({"key": KEY, "members": LINE}, limit_a=limit_a)


# --- a unit that is given the key


def test_any_other_unit_begins_with_the_key_and_what_the_leader_has_reached():
    """Rules 3 and 5: so that nothing from before it was paired counts."""
    tag = tag_of(serial_of(1))
    record, error = made({"key": KEY, "leader": 1, "leader_tag": tag.hex(), "epoch": 7,
                          "sequence": 900, "floor": 4}, config(2), VALUES)
    assert error is None and record_error(record) is None and record["lead"] is None
    group = record["group"]
    assert (group["revision"], group["fallback_ma"], group["leader_tag"]) == (None, 0, tag.hex())
    assert (record["epoch"], group["epoch"], group["sequence"], group["floor"]) == (7, 7, 900, 4)
    record, error = made({"key": KEY, "leader": 1}, config(2), VALUES)
    assert error is None and record_error(record) is None


@pytest.mark.parametrize("asked, said", (
    (None, "its parts"), ([], "its parts"), ({"key": KEY, "leader": 1, "colour": 1}, "its parts"),
    ({"leader": 1}, "key must be 64"), ({"key": "ab" * 31, "leader": 1}, "key must be 64"),
    ({"key": "xy" * 32, "leader": 1}, "key must be 64"), ({"key": 7, "leader": 1}, "key must be"),
    ({"key": "00" * 32, "leader": 1}, "all zeros"),
    ({"key": KEY}, "leader must be 1 to 250"), ({"key": KEY, "leader": 0}, "leader must be"),
    ({"key": KEY, "leader": True}, "leader must be"),
    ({"key": KEY, "leader": 1, "leader_tag": "ab"}, "leader_tag must be"),
    ({"key": KEY, "leader": 1, "leader_tag": 7}, "leader_tag must be"),
    ({"key": KEY, "leader": 1, "epoch": -1}, "epoch, sequence and floor"),
    ({"key": KEY, "leader": 1, "floor": 1 << 31}, "epoch, sequence and floor"),
    ({"key": KEY, "leader": 1, "sequence": "1"}, "epoch, sequence and floor"),
    ({"key": KEY, "members": 7}, "one line of text")))
def test_what_cannot_be_joined_is_refused_by_name(asked, said):
    error = refusal(asked)
    assert said in error and KEY not in error
