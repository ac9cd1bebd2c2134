# SPDX-License-Identifier: MIT
"""Modules of the firmware that want a chip, on the small one of tests/fakes, for a while."""

import sys
from contextlib import contextmanager
from unittest.mock import patch

from core.load import let_go
from tests.fakes.chip import Machine, Network, Time

# Made anew inside, with all that is on demand, so that they hold this chip, and gone afterwards.
_ON_THE_CHIP = ("hal.board", "device.supervisor")


@contextmanager
def chip():
    """Gives the machine."""
    machine = Machine(Time())
    with patch.dict(sys.modules, {"machine": machine, "network": Network}):
        _forget()
        yield machine
        _forget()


def _forget():
    let_go()
    for name in _ON_THE_CHIP:
        sys.modules.pop(name, None)
