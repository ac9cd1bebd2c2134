# SPDX-License-Identifier: MIT
"""Boards that were never set up: no settings, no group. What their owner makes of them at their
pages is what they are."""

import json

from host_tools.simulate.firmware import Firmware
from host_tools.simulate.hal import facts_of

_SETTINGS = "settings"  # the block of the store for what is a file of its own on a board


class BlankFirmware(Firmware):
    """Makes the programs of units that begin without anything."""

    def set_up(self, board):
        """Nothing was ever stored."""

    def factory(self, spec):
        """A function that makes the unit's program from its hal, at each boot."""
        return lambda hal: self.make(json.loads(hal.store.read(_SETTINGS) or b"{}"),
                                     facts_of(spec), hal)

    def leads(self, program):
        """Epoch of the leadership of a group; a unit alone leads none."""
        if getattr(program.member, "codec", None) is None:
            return None
        return super().leads(program)
