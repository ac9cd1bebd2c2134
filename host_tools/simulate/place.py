# SPDX-License-Identifier: MIT
"""A simulated unit as the owner's functions see one (firmware/app/on_demand/owner.py): the face of
device.supervisor.Supervisor, for the simulated owner, and for pages and fleets that serve it.
"""


class Device:
    """What runs on a node's board, or ran: the face of device.device.Device."""

    def __init__(self, node):
        self._node = node
        self.watch = None

    @property
    def running(self) -> bool:
        """Can its program be asked something now?"""
        return self._node.running

    @property
    def unit(self):
        """The app.unit.Unit of this boot."""
        return self._node.program

    @property
    def hardware(self):
        """The hal of this boot."""
        return self._node.program.hal


class Place:
    """Where a unit is. device: None while its board has no power, or starts."""

    def __init__(self, node):
        self._node = node
        self._device = Device(node)
        self.vehicle = None
        self.errors = []

    @property
    def device(self) -> "Device | None":
        """What runs there."""
        return None if self._node.program is None else self._device
