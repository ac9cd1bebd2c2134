# SPDX-License-Identifier: MIT
"""Scenarios that break a rule are made small, and still break the same one."""

import time

from host_tools.verify.campaign.shrink import Shrinker, until, without_unit
from host_tools.simulate.scenario import load

_UNITS = [{"id": n, "role": "leader" if n == 2 else "follower", "breaker_a": 40, "region": "iec",
           "nameplate_a": 32, "phases": "L1", "clock_ppm": 100 * n} for n in (1, 2, 3, 4)]
_CONTENT = {
    "name": "large", "duration_s": 200, "limit_a": 40, "units": _UNITS,
    "vehicles": [{"unit": n, "plug_s": 5 * n, "max_a": 16, "step_a": 1} for n in (1, 2, 3, 4)],
    "air": {"loss": 0.3},
    "events": [{"at_s": 10 * n, "do": "air", "from": [1, n % 4 + 1], "to": [2, 4], "loss": 0.5}
               for n in range(1, 12)] + [{"at_s": 70, "do": "reboot", "unit": 3},
                                         {"at_s": 150, "do": "reboot", "unit": 4}]}


def reboot_with_vehicle(content):
    """A rule that is broken by a reboot of unit 3 with a vehicle there; and another one."""
    load(content)
    reboots = [event for event in content["events"]
               if event["do"] == "reboot" and event["unit"] == 3]
    plugged = any(vehicle["unit"] == 3 for vehicle in content["vehicles"])
    found = [("other", 1000, "always")]
    return found + [("rule", 75500, "broken")] if reboots and plugged else found


def test_all_that_is_not_needed_goes():
    small = Shrinker(reboot_with_vehicle).shrink(_CONTENT, "rule")
    assert small["events"] == [{"at_s": 70, "do": "reboot", "unit": 3}]
    assert small["vehicles"] == [{"unit": 3, "plug_s": 15, "max_a": 16, "unplug_s": 76}]
    assert [unit["id"] for unit in small["units"]] == [2, 3]
    assert small["duration_s"] == 76 and "air" not in small
    assert not any("clock_ppm" in unit for unit in small["units"])
    assert ("rule", 75500, "broken") in reboot_with_vehicle(small)
    assert len(_CONTENT["events"]) == 13  # the large one is as it was


def test_what_only_breaks_another_rule_is_not_taken():
    assert Shrinker(reboot_with_vehicle).shrink(_CONTENT, "absent") == _CONTENT


def test_it_ends_after_its_tries_and_its_time():
    calls = []

    def find(content):
        calls.append(1)
        return reboot_with_vehicle(content)
    Shrinker(find, tries=7).shrink(_CONTENT, "rule")
    assert len(calls) == 8  # and one to learn when the rule was broken
    begun_s = time.monotonic()
    assert Shrinker(reboot_with_vehicle, seconds=0).shrink(_CONTENT, "rule") == _CONTENT
    assert time.monotonic() - begun_s < 1


def test_an_earlier_end_and_a_missing_unit_leave_a_sound_scenario():
    short = until(_CONTENT, 12)
    assert load(short).duration_ms == 12000
    assert [vehicle["unit"] for vehicle in short["vehicles"]] == [1, 2]
    assert [event["at_s"] for event in short["events"]] == [10]
    assert until(_CONTENT, 500) == _CONTENT
    fewer = without_unit(_CONTENT, 4)
    assert len(load(fewer).units) == 3 and len(fewer["vehicles"]) == 3
    assert all(4 not in event.get("from", []) + event.get("to", []) for event in fewer["events"])
    assert {"at_s": 150, "do": "reboot", "unit": 4} not in fewer["events"]
