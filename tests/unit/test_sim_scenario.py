# SPDX-License-Identifier: MIT
"""The scenario reader takes what design 9 says, and names key, value and what is allowed."""

import copy
import json

import pytest

from host_tools.simulate.fields import ScenarioError
from host_tools.simulate.scenario import load

# The example of the design's section 9, with a second, third and fourth unit.
EXAMPLE = {
    "name": "arrivals", "seed": 1, "duration_s": 1800,
    "limit_a": 60, "fallback": "equal", "transport": "espnow", "volts": 240,
    "units": [{"id": 1, "role": "leader", "breaker_a": 60, "region": "us", "nameplate_a": 48,
               "phases": "L1", "priority": 0, "clock_ppm": 50, "meter_error_permille": 0}]
    + [{"id": n, "role": "follower", "breaker_a": 60, "region": "us", "nameplate_a": 48,
        "phases": "L1"} for n in (2, 3, 4)],
    "vehicles": [{"unit": 1, "plug_s": 0, "unplug_s": 1700, "max_a": 32, "phases": 1,
                  "wake_s": 0, "needs_wh": 20000, "start_delay_s": 3, "ramp_a_per_s": 8,
                  "reaction_s": 3, "under_a": 0, "step_a": 0, "obeys": True,
                  "profile": [[600, 16], [900, 32]]}],
    "air": {"loss": 0.05, "duplicate": 0.01, "delay_ms": [1, 40]},
    "events": [{"at_s": 300, "do": "air", "from": [1], "to": [3], "loss": 1.0},
               {"at_s": 330, "do": "air", "loss": 0.05},
               {"at_s": 400, "do": "reboot", "unit": 1, "down_s": 2, "hang_s": 0},
               {"at_s": 500, "do": "power", "unit": 4, "on": False},
               {"at_s": 600, "do": "limit", "limit_a": 40},
               {"at_s": 700, "do": "fault", "unit": 2, "fault": "rcm"},
               {"at_s": 760, "do": "fault", "unit": 2, "clear": True},
               {"at_s": 800, "do": "enable", "on": False}]}


def _changed(path, value):
    """The example with one value changed; path: keys and indexes. A missing key: `del`."""
    content = copy.deepcopy(EXAMPLE)
    where = content
    for key in path[:-1]:
        where = where[key]
    if value is del_:
        del where[path[-1]]
    else:
        where[path[-1]] = value
    return content


del_ = object()


def test_the_example_of_the_design_is_read():
    scenario = load(EXAMPLE)
    assert scenario.limit_ma == 60000 and scenario.volts == 240
    assert [unit.id for unit in scenario.units] == [1, 2, 3, 4]
    vehicle = scenario.vehicles[0]
    assert vehicle.unplug_ms == 1700000 and vehicle.profile == ((600000, 16000), (900000, 32000))
    assert scenario.events[0].sources == (1,) and scenario.events[0].air == {"loss": 1.0}
    assert scenario.events[1].sources is None
    assert [event.on for event in scenario.events if event.do == "fault"] == [True, False]


def test_what_is_left_out_has_the_defaults_of_the_design():
    units = [{"id": 7, "role": "leader", "breaker_a": 32, "region": "iec", "nameplate_a": 32,
              "phases": "L2L3L1"}]
    scenario = load({"name": "small", "duration_s": 10, "limit_a": 32, "units": units,
                     "vehicles": [{"unit": 7, "max_a": 16}]})
    assert (scenario.seed, scenario.fallback, scenario.transport) == (1, "equal", "espnow")
    assert scenario.volts == 230 and scenario.events == ()
    assert scenario.air == {"loss": 0.0, "duplicate": 0.0, "delay_ms": (1, 10),
                            "signal_dbm": -55}
    assert not scenario.router
    vehicle = scenario.vehicles[0]
    assert (vehicle.plug_ms, vehicle.unplug_ms) == (0, 10000)
    assert (vehicle.start_delay_ms, vehicle.ramp_ma_per_s, vehicle.reaction_ms) == (3000, 8000,
                                                                                     3000)
    assert vehicle.needs_wh is None and vehicle.obeys and vehicle.phases == 1
    assert scenario.units[0].wiring == (1, 2, 0) and scenario.units[0].rating_ma == 32000


@pytest.mark.parametrize("path, value, named, allowed", [
    (("colour",), 1, "colour", "not a known key"),
    (("units", 1, "color"), 1, "units[1].color", "not a known key"),
    (("units", 1, "breaker_a"), 55, "units[1].breaker_a", "must be one of 10, 13, 15"),
    (("units", 1, "breaker_a"), 25, "units[1].breaker_a", "15, 20, 30, 40, 50, 60 in region us"),
    (("units", 1, "breaker_a"), 60.5, "units[1].breaker_a", "must be one of"),
    (("units", 1, "id"), 1, "units[1].id", "twice"),
    (("units", 1, "id"), 0, "units[1].id", "from 1 to 250"),
    (("units", 1, "id"), True, "units[1].id", "from 1 to 250"),
    (("units", 1, "role"), "leader", "units", "exactly one leader"),
    (("units", 0, "role"), "follower", "units", "exactly one leader"),
    (("units", 0, "phases"), "L1L3L2", "units[0].phases", "L1L2L3, L2L3L1, L3L1L2"),
    (("units", 0, "clock_ppm"), 10001, "units[0].clock_ppm", "from -10000 to 10000"),
    (("units", 0, "nameplate_a"), del_, "units[0].nameplate_a", "must be given"),
    (("units",), [], "units", "1 to 16"),
    (("limit_a",), 23.9, "limit_a", "at least 24 A, 6 A for each of 4 units"),
    (("limit_a",), 191.1, "limit_a", "at most 191 A, the sum of the nameplates minus 1 A"),
    (("limit_a",), 60.05, "limit_a", "multiple of 0.1 A"),
    (("limit_a",), "60", "limit_a", "must be a number"),
    (("limit_a",), float("nan"), "limit_a", "must be a number"),
    (("duration_s",), 0, "duration_s", "above 0"),
    (("seed",), -1, "seed", "from 0"),
    (("name",), "../x/y", "name", "letters"),
    (("fallback",), "half", "fallback", "equal, minimum, stop"),
    (("vehicles", 0, "unit"), 9, "vehicles[0].unit", "one of the units 1, 2, 3, 4"),
    (("vehicles", 0, "unplug_s"), 0, "vehicles[0].unplug_s", "after plug_s 0"),
    (("vehicles", 0, "unplug_s"), 1801, "vehicles[0].unplug_s", "at most 1800"),
    (("vehicles", 0, "plug_s"), 1800, "vehicles[0].plug_s", "before the end"),
    (("vehicles", 0, "reaction_s"), 5.1, "vehicles[0].reaction_s", "0 to 5"),
    (("vehicles", 0, "ramp_a_per_s"), 0, "vehicles[0].ramp_a_per_s", "above 0"),
    (("vehicles", 0, "wake_s"), 10, "vehicles[0].wake_s", "one phase"),
    (("vehicles", 0, "profile"), [[900, 1], [900, 2]], "vehicles[0].profile[1][0]", "later"),
    (("vehicles", 0, "profile"), [[900]], "vehicles[0].profile[0]", "two values"),
    (("vehicles", 0, "obeys"), 1, "vehicles[0].obeys", "True, False"),
    (("air", "loss"), 1.01, "air.loss", "0 to 1"),
    (("air", "delay_ms"), [40, 1], "air.delay_ms", "least first"),
    (("air", "wind"), 1, "air.wind", "not a known key"),
    (("events", 0, "do"), "dance", "events[0].do", "air, reboot, power"),
    (("events", 0, "at_s"), 1800, "events[0].at_s", "before the end"),
    (("events", 0, "to"), [5], "events[0].to[0]", "one of the units"),
    (("events", 0, "to"), [], "events[0].to", "1 to"),
    (("events", 1, "loss"), del_, "events[1]", "at least one of loss"),
    (("events", 2, "hang_s"), 5.5, "events[2].hang_s", "0 to 5"),
    (("events", 2, "unit"), 6, "events[2].unit", "one of the units"),
    (("events", 4, "limit_a"), 20, "events[4].limit_a", "at least 24 A"),
    (("events", 5, "fault"), "fire", "events[5].fault", "rcm, welded"),
    (("events", 6, "fault"), "diode", "events[6].clear", "must follow a fault diode"),
    (("events", 6, "unit"), 3, "events[6].clear", "must follow a fault"),
    (("events", 5, "fault"), del_, "events[5].fault", "must be one of rcm"),
    (("events", 7, "on"), "no", "events[7].on", "True, False"),
])
def test_what_cannot_be_is_refused_by_name(path, value, named, allowed):
    with pytest.raises(ScenarioError) as caught:
        load(_changed(path, value))
    assert caught.value.path == named
    assert allowed in str(caught.value)
    assert str(caught.value).startswith(named + " is ")


def test_two_vehicles_at_one_unit_must_not_overlap():
    content = copy.deepcopy(EXAMPLE)
    content["vehicles"].append({"unit": 1, "plug_s": 1699, "max_a": 16})
    with pytest.raises(ScenarioError, match=r"vehicles\[1\].plug_s is 1699.0: .* 1700 s"):
        load(content)
    content["vehicles"][1]["plug_s"] = 1700
    assert len(load(content).vehicles) == 2


def test_a_unit_without_power_cannot_be_rebooted():
    content = copy.deepcopy(EXAMPLE)
    content["events"].append({"at_s": 510, "do": "reboot", "unit": 4})
    with pytest.raises(ScenarioError, match=r"events\[8\].do .* has power"):
        load(content)


def test_a_unit_alone_is_bound_by_its_rating():
    content = _changed(("units",), EXAMPLE["units"][:1])
    content.update(events=[], limit_a=48.1)
    with pytest.raises(ScenarioError, match="at most 48 A, the greatest output of the only unit"):
        load(content)


@pytest.mark.parametrize("text, words", [
    ("{", "JSON"), ('{"name": "a", "name": "b"}', "twice"), ("[]", "object"),
    ('{"name": "a", "limit_a": NaN}', "NaN"), ("\xff\xfe", "JSON"), ("[" * 100000, "JSON"),
])
def test_files_that_are_no_json_are_refused(tmp_path, text, words):
    path = tmp_path / "scenario.json"
    path.write_bytes(text.encode("latin-1"))
    with pytest.raises(ScenarioError, match=words):
        load(path)


def test_a_file_and_a_dict_give_the_same(tmp_path):
    path = tmp_path / "scenario.json"
    path.write_text(json.dumps(EXAMPLE))
    assert load(path) == load(EXAMPLE)
    with pytest.raises(ScenarioError, match="readable file"):
        load(tmp_path / "absent.json")
    with pytest.raises(ScenarioError, match="readable file"):
        load(tmp_path)


@pytest.mark.parametrize("value", [10 ** 400, -10 ** 400, float("nan"), 10 ** 5000],
                         ids=["large", "small", "nan", "too many digits"])
def test_numbers_beyond_all_numbers_are_refused(value):
    for path in (("limit_a",), ("units", 0, "clock_ppm"), ("vehicles", 0, "profile", 0, 1)):
        with pytest.raises(ScenarioError, match="must be a"):
            load(_changed(path, value))


@pytest.mark.parametrize("text", [
    '{"seed": %s}' % ("9" * 5000), '{"": 0}', '{"%s": 0}' % ("a" * 5000),
    '{"%s": 0, "%s": 1}' % ("a" * 5000, "a" * 5000),
    *('{"seed": %s%s}' % ("[" * deep, "]" * deep) for deep in range(850, 1000, 10))])
def test_a_file_whose_values_cannot_even_be_shown_is_refused(tmp_path, text):
    path = tmp_path / "scenario.json"
    path.write_text(text)
    with pytest.raises(ScenarioError) as refused:
        load(path)
    assert refused.value.path and len(str(refused.value)) < 500
