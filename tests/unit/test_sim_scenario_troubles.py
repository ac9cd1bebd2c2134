# SPDX-License-Identifier: MIT
"""What a unit holds at its start and has to cope with is read from scenario files, or refused."""

import pytest

from host_tools.simulate.earlier import Earlier
from host_tools.simulate.fields import ScenarioError
from host_tools.simulate.scenario import load


def unit(number, **more):
    """One unit of a group."""
    return {"id": number, "role": "leader" if number == 1 else "follower", "breaker_a": 40,
            "region": "iec", "nameplate_a": 32, "phases": "L1", **more}


def group(*units, events=()):
    """A scenario of these units."""
    return load({"name": "x", "duration_s": 100, "limit_a": 32, "units": list(units),
                 "events": list(events)})


def test_a_unit_has_a_serial_of_its_own():
    scenario = group(unit(1), unit(2, serial="a0b1c2dd0002"), unit(250))
    assert [one.serial for one in scenario.units] == [
        "A0B1C2000001", "A0B1C2DD0002", "A0B1C20000FA"]


def test_a_unit_may_hold_nothing_or_the_record_of_an_earlier_group():
    record = {"limit_a": 90, "units": [2, 1, 3], "leader": 3}
    scenario = group(unit(1), unit(2, starts_with="nothing"), unit(3, starts_with=record), unit(
        4, starts_with={**record, "fallback": "stop", "enabled": False, "phases": "L3",
                        "number": 7, "same_group": True}))
    assert [one.starts_with for one in scenario.units] == [
        None, "nothing", Earlier(90000, (2, 1, 3), 3, "equal", True, None, 1, False),
        Earlier(90000, (2, 1, 3), 3, "stop", False, "L3", 7, True)]


@pytest.mark.parametrize("more, named, allowed", [
    ({"serial": "A0B1C200000"}, "units[1].serial", "12 hexadecimal digits"),
    ({"serial": "A0B1C200000G"}, "units[1].serial", "12 hexadecimal digits"),
    ({"serial": 1}, "units[1].serial", "12 hexadecimal digits"),
    ({"serial": "a0b1c2000001"}, "units[1].serial", "is that of unit 1 as well"),
    ({"starts_with": "all"}, "units[1].starts_with", '"nothing", or an object'),
    ({"starts_with": {"units": [1], "leader": 1}}, "units[1].starts_with.limit_a",
     "must be given"),
    ({"starts_with": {"limit_a": 12, "units": [1, 2, 3], "leader": 1}},
     "units[1].starts_with.limit_a", "at least 18 A, 6 A for each of 3 units"),
    ({"starts_with": {"limit_a": 12, "units": [1, 1], "leader": 1}},
     "units[1].starts_with.units", "different"),
    ({"starts_with": {"limit_a": 12, "units": [1], "leader": 2}},
     "units[1].starts_with.leader", "one of its units"),
    ({"starts_with": {"limit_a": 12, "units": [1], "leader": 1, "colour": 2}},
     "units[1].starts_with.colour", "not a known key")])
def test_a_start_that_cannot_be_is_refused(more, named, allowed):
    with pytest.raises(ScenarioError) as caught:
        group(unit(1), unit(2, **more))
    assert caught.value.path == named and allowed in caught.value.allowed


def options(**event):
    """What the only event of a scenario has beyond time and unit."""
    scenario = group(unit(1), events=[{"at_s": 9, "unit": 1, **event}])
    return scenario.events[0].options


@pytest.mark.parametrize("event, expected", [
    ({"do": "fault", "fault": "meter_nan"}, {}),
    ({"do": "fault", "fault": "rcm_outliers"}, {"per_min": 6}),
    ({"do": "fault", "fault": "pilot_outliers", "per_min": 600}, {"per_min": 600}),
    ({"do": "fault", "fault": "temperature_dead", "reads_c": -26}, {"reads_c": -260}),
    ({"do": "fault", "fault": "radio_dead", "raises": "MemoryError", "until": "power"},
     {"raises": "MemoryError", "until": "power"}),
    ({"do": "older_copy", "writes": 2}, {"key": "group", "writes": 2, "back_s": None}),
    ({"do": "older_copy", "key": "x", "back_s": 2}, {"key": "x", "writes": None, "back_s": 2000}),
    ({"do": "stall", "in": "send", "stall_s": 0.3},
     {"in": "send", "stall_s": 300, "pilot": True, "deaf": False})])
def test_what_a_trouble_has_of_its_own_is_read(event, expected):
    assert options(**event) == expected


@pytest.mark.parametrize("event, named, allowed", [
    ({"do": "fault", "fault": "rcm", "per_min": 3}, "per_min", "not a key of a rcm fault"),
    ({"do": "fault", "fault": "meter_zero", "until": "power"}, "until", "not a key of"),
    ({"do": "fault", "fault": "rcm_outliers", "per_min": 0}, "per_min", "1 to 600"),
    ({"do": "fault", "fault": "radio_dead", "raises": "KeyError"}, "raises", "OSError"),
    ({"do": "fault", "fault": "radio_dead", "until": "noon"}, "until", "reboot, power"),
    ({"do": "fault", "fault": "meter_zero", "clear": True}, "clear", "follow a fault"),
    ({"do": "older_copy"}, "", "either writes or back_s"),
    ({"do": "older_copy", "writes": 1, "back_s": 3}, "", "either writes or back_s"),
    ({"do": "older_copy", "writes": 0}, "writes", "1 to 100"),
    ({"do": "stall", "in": "wait", "stall_s": 1}, "in", "clock, receive, write, send"),
    ({"do": "stall", "in": "send", "stall_s": 5.1}, "stall_s", "at most 5"),
    ({"do": "stall", "in": "send"}, "stall_s", "must be given")])
def test_a_trouble_that_cannot_be_is_refused(event, named, allowed):
    with pytest.raises(ScenarioError) as caught:
        options(**event)
    assert caught.value.path == "events[0]" + ("." + named if named else "")
    assert allowed in caught.value.allowed


def test_a_trouble_that_is_cleared_takes_no_options():
    begun = {"at_s": 5, "unit": 1, "do": "fault", "fault": "rcm_outliers"}
    with pytest.raises(ScenarioError, match="per_min"):
        group(unit(1), events=[begun, {**begun, "at_s": 6, "clear": True, "per_min": 3}])
