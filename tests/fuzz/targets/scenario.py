# SPDX-License-Identifier: MIT
"""The scenario reader: ScenarioError with words, or a scenario that can be played."""

import copy
import json
from contextlib import contextmanager
from pathlib import Path

from host_tools.simulate import scenario
from host_tools.simulate.fields import ScenarioError
from host_tools.simulate.simulation import Simulation

_UNITS = [{"id": 1, "role": "leader", "breaker_a": 60, "region": "us", "nameplate_a": 48,
           "phases": "L1", "priority": 2, "clock_ppm": 50, "meter_error_permille": -20},
          {"id": 2, "role": "follower", "breaker_a": 32, "region": "iec", "nameplate_a": 32,
           "phases": "L2L3L1"}]
_VEHICLES = [{"unit": 1, "plug_s": 0, "unplug_s": 50, "max_a": 32, "phases": 1,
              "needs_wh": 20000, "start_delay_s": 3, "ramp_a_per_s": 8, "reaction_s": 3,
              "under_a": 0.4, "step_a": 1, "obeys": True, "profile": [[10, 16], [20, 0]]},
             {"unit": 2, "plug_s": 1, "max_a": 16, "phases": 3, "wake_s": 20}]
_EVENTS = [{"at_s": 3, "do": "air", "from": [1], "to": [2], "loss": 1.0, "delay_ms": [1, 3]},
           {"at_s": 4, "do": "reboot", "unit": 1, "down_s": 2, "hang_s": 1},
           {"at_s": 5, "do": "power", "unit": 2, "on": False},
           {"at_s": 6, "do": "limit", "limit_a": 40},
           {"at_s": 7, "do": "fault", "unit": 2, "fault": "rcm"},
           {"at_s": 8, "do": "fault", "unit": 2, "clear": True},
           {"at_s": 9, "do": "enable", "on": False}]
_SHORT = {"name": "short", "duration_s": 60, "limit_a": 40, "units": _UNITS}
_LONG = dict(_SHORT, name="long", seed=3, fallback="minimum", transport="udp", volts=230,
             vehicles=_VEHICLES, events=_EVENTS,
             air={"loss": 0.1, "duplicate": 0.01, "delay_ms": [1, 40]})
_PLAY_MS = 1500


def _load(what):
    try:
        return scenario.load(what)
    except ScenarioError as error:
        assert str(error) and len(str(error)) < 1000 and str(error.path) and error.allowed
        return None


def _edited(source):
    content = copy.deepcopy(source.among((_LONG, _SHORT)))
    for _ in source.times(4):
        content = source.edit(content)
    return content


def _from_dict(source, _path):
    content = _edited(source)
    if not isinstance(content, dict):
        return
    play = source.below(16) == 1
    found = _load(content)
    if found is not None:
        assert found == scenario.load(content), "reading changes what was read"
        if play:
            Simulation(found, trace=False, figures=False).advance(_PLAY_MS)


def _from_text(source, path):
    text = bytearray(json.dumps(_edited(source)).encode())
    for _ in source.times(4):
        place = source.below(len(text) + 1)
        text[place:place + source.below(3)] = source.content(source.below(6))
    path.write_bytes(text)
    _load(path)


def _from_bytes(source, path):
    path.write_bytes(source.rest())
    _load(str(path))


_WAYS = (_from_dict, _from_dict, _from_text, _from_bytes)


@contextmanager
def world(folder):
    """Gives the function that takes the bytes."""
    path = Path(folder) / "scenario.json"

    def one(source):
        source.among(_WAYS)(source, path)
    yield one


def seeds() -> list:
    """Bytes to begin with."""
    return [bytes([3]) + json.dumps(_LONG).encode(), bytes([3]) + b"[" * 3000,
            bytes([3]) + b'{"seed": ' + b"9" * 5000 + b"}"] + [
        bytes([way, number, 1, 1, key]) for way in (0, 2) for number in (0, 1)
        for key in range(0, 12, 2)]
