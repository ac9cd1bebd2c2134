# SPDX-License-Identifier: MIT
"""Makes a PilotState."""

from core.connector.pilot_state import UNKNOWN, PilotState


def new_pilot_state():
    """A PilotState that has read nothing yet."""
    pilot = PilotState()
    pilot.state = UNKNOWN
    pilot.steady = False
    pilot.diode_ok = False
    pilot.diode_bad = False
    pilot.no_data = False
    pilot.pending = True
    pilot.read_ms = 0
    pilot._high_mv = pilot._low_mv = pilot._duty = None
    pilot._seen = UNKNOWN
    pilot._same = 0  # readings in a row of the same state
    pilot._away = 0  # readings in a row that are not the present state
    pilot._good = 0
    pilot._bad = 0
    pilot._counting_good = False
    pilot._missing = 0
    return pilot
