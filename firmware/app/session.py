# SPDX-License-Identifier: MIT
"""What the serial line's calls know of each other, from one call to the next.

The calls themselves (console.py) are loaded when one is made: a unit that runs needs its memory
for other things, and has only those of look.py.
"""

CALLS = ("help_me", "status", "role", "breaker", "limit", "enable", "wifi", "setting", "settings",
         "label", "clear_fault", "factory_reset", "bench_vehicle", "watch", "amppool_health")


class Session:
    """device: what runs or ran, or None; vehicle: of a bench board, (state, amps) or None."""

    def __init__(self):
        self.device = None
        self.vehicle = None

    def attach(self, device):
        """A device starts. The vehicle of a bench board stays connected meanwhile."""
        self.device = device
        if self.vehicle and device.hardware.bench is not None:
            device.hardware.bench.vehicle(*self.vehicle)

    def call(self, name: str):
        """The function of a call."""
        from app.console import Console
        return getattr(Console(self), name)
