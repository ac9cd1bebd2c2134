# SPDX-License-Identifier: MIT
"""The scenarios: every unit does on MicroPython what it did on CPython while they were played.

What goes into a unit's program is taped and put into the same program, as it ships, once more. All
that comes out is compared: levels, frames, records, deadlines, and at every moment of the trace
what the unit says there. The trace is made of nothing else of the units, so it is the same too.
"""

import pytest

from host_tools.simulate.scenario import load
from tests.micropython import compare, tape
from tests.scenarios.golden import FOLDER, changes_only, names, path_of

# Short ones that between them have a lost link and three phases. Another limit, a leader that
# starts anew, members that come and go and a leadership that moves are below.
_DAILY = ("lost-decrease", "wake")
_STRETCH_MS = 40000


def same_there(name, folder, end_ms=None):
    """Plays a scenario, to `end_ms` or its end, and its tapes. Returns what was the same."""
    scenario = load(FOLDER / f"{name}.json")
    tapes, trace = tape.record(scenario, end_ms)
    found, golden = changes_only(trace), path_of(name).read_text(encoding="utf-8")
    same = found == golden if end_ms is None else golden.startswith(found)
    assert same, "what was taped is not the golden trace: see tests/scenarios"
    same = compare.tapes(tapes, folder)
    seconds = (end_ms or scenario.duration_ms) // 1000
    print("%s: %d units, %d s, %d turns, %d bytes" % (name, len(tapes), seconds, *same))
    # A unit that has nothing to do has a turn every half second, and a look every second.
    assert same.turns > 3 * seconds * len(tapes) and same.bytes > 10 * same.turns
    return same


@pytest.mark.parametrize("name", [
    name if name in _DAILY else pytest.param(name, marks=pytest.mark.long) for name in names()])
def test_every_unit_of_a_scenario_does_the_same_on_micropython(name, tmp_path):
    same_there(name, tmp_path)


@pytest.mark.parametrize("name", [name for name in names() if name not in _DAILY])
def test_every_unit_does_the_same_at_the_beginning_of_a_long_scenario(name, tmp_path):
    same_there(name, tmp_path, _STRETCH_MS)


def tapes_of_an_owner():
    """Of three units of which one is removed, and whose leadership moves. The owner's wishes
    are on the tape, too."""
    units = [{"id": unit, "role": "leader" if unit == 1 else "follower", "breaker_a": 60,
              "region": "us", "nameplate_a": 48, "phases": "L1"} for unit in (1, 2, 3)]
    wishes = [(10, "limit", {"limit_a": 36}), (45, "reboot", {"unit": 1, "down_s": 1}),
              (20, "member", {"unit": 3, "on": False}), (60, "enable", {"on": True}),
              (100, "hand_over", {"unit": 2}), (125, "fallback", {"fallback": "minimum"})]
    tapes, _ = tape.record(load({
        "name": "owner", "duration_s": 150, "limit_a": 40, "units": units,
        "vehicles": [{"unit": unit, "max_a": 32} for unit in (1, 2, 3)],
        "events": [{"at_s": at_s, "do": do, **what} for at_s, do, what in wishes]}))
    calls = {"limit", "remove", "enable", "hand_over", "fallback"}
    asked = {call for call in calls
             for each in tapes.values() if b'["%s",' % call.encode() in each.content}
    assert asked == calls
    return tapes


@pytest.mark.parametrize("built", (None, compare.PLAIN), ids=("built", "plain"))
def test_members_that_come_and_go_and_a_leadership_that_moves_do_the_same(built, tmp_path):
    compare.tapes(tapes_of_an_owner(), tmp_path, built)


def test_the_source_as_it_stands_does_what_is_built_from_it(tmp_path):
    """Each file compiled by itself. What is built does as CPython did, above; so does this."""
    tapes, _ = tape.record(load(FOLDER / "lost-decrease.json"), _STRETCH_MS)
    compare.tapes(tapes, tmp_path, compare.PLAIN)
