# SPDX-License-Identifier: MIT
"""Whole scenarios: what went into member and connector of every unit on CPython goes into them
again on MicroPython, and the same comes out, byte for byte."""

import app.unit
import pytest

from host_tools import ROOT
from host_tools.simulate.firmware import Firmware
from host_tools.simulate.scenario import load
from host_tools.simulate.simulation import Simulation
from tests.micropython import compare
from tests.micropython.recorder import Recording

# Short ones that between them have a lost link, a restarting leader, a change of the limit, a
# power cut and three phases.
SCENARIOS = ("lost-decrease", "mixed-breakers", "wake")


class RecordedFirmware(Firmware):
    """The firmware with a recording of each unit, over all its boots."""

    def __init__(self, scenario):
        super().__init__(scenario)
        self.recordings = {unit.id: Recording() for unit in scenario.units}

    def factory(self, spec):
        """As the real one; the objects of the core are wrapped as they are made."""
        make = super().factory(spec)
        recording = self.recordings[spec.id]

        def recorded(hal):
            with pytest.MonkeyPatch.context() as patch:
                for name in ("Member", "Connector"):
                    patch.setattr(app.unit, name, recording.wrap(getattr(app.unit, name)))
                return make(hal)

        return recorded


def play(name) -> RecordedFirmware:
    """Plays a scenario and returns its recordings."""
    scenario = load(str(ROOT / "tests/scenarios" / (name + ".json")))
    firmware = RecordedFirmware(scenario)
    Simulation(scenario, firmware, trace=False).advance(scenario.duration_ms)
    return firmware


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_unit_of_a_scenario_does_the_same_on_micropython(name, tmp_path):
    recordings = play(name).recordings
    for unit, recording in recordings.items():
        lines = compare.recording(recording.content(), tmp_path)
        assert lines > 10000, "unit %d was hardly recorded" % unit
