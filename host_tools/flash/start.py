# SPDX-License-Identifier: MIT
"""How a unit would start with what is on its board, asked of the firmware itself, on the host.

Nothing that a unit refuses at its start is to be found out there.
"""

from app.on_demand.setup import Setup
from app.unit import JOIN, RECORD


class _Memory:
    """What hal.store.Store is on a board."""

    def __init__(self, group, asked):
        self.values = {RECORD: group, JOIN: asked}

    def read(self, key):
        """Stored bytes, or None."""
        return self.values[key]

    def write(self, key, data):
        """Always stored."""
        self.values[key] = data
        return True

    def remove(self, key):
        """Always gone."""
        self.values[key] = None
        return True


class Start:
    """settings: table, unchecked; facts: configure.board_facts; group, asked: bytes of the stored
    record and of what makes one, or None.

    unfit: sentences about the settings; errors: those and all else that forbids charging;
    no_group: is it only that no group was made yet? unit: core.sharing.follower.UnitConfig, None
    if unfit.
    """

    def __init__(self, settings: dict, facts: dict, serial: bytes, group=None, asked=None):
        setup = Setup(settings, facts, serial)
        self.unfit = setup.errors
        self.unit = None if self.unfit else setup.unit
        if not self.unfit:
            setup.record(_Memory(group, asked))
        self.errors = setup.errors
        self.no_group = setup.no_group
