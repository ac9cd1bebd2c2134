# SPDX-License-Identifier: MIT
"""Modules of the firmware that want a chip, on the small one of tests/fakes, for a while."""

import sys
from contextlib import contextmanager
from unittest.mock import patch

from tests.fakes.chip import Machine, Network, Time

# Made anew inside, so that they hold this chip, and gone afterwards.
_ON_THE_CHIP = ("hal.board", "app.on_demand.console", "device.on_demand.identity", "device.supervisor")


@contextmanager
def chip():
    """Gives the machine."""
    machine = Machine(Time())
    with patch.dict(sys.modules, {"machine": machine, "network": Network}):
        for name in _ON_THE_CHIP:
            sys.modules.pop(name, None)
        yield machine
        for name in _ON_THE_CHIP:
            sys.modules.pop(name, None)
