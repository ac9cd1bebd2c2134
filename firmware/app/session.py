# SPDX-License-Identifier: MIT
"""From the serial line's side: a unit's start and end, and what its calls know of each other.

The calls themselves (console.py) are loaded when one is made: a unit that runs needs its memory
for other things, and has only those of look.py. This is not in main.py because that stays source:
the board would compile it, with line numbers and all its names.
"""

import gc
import sys
import time

import _thread
import machine
import network
from micropython import const

_COLLECT_BYTES = const(2048)
_PROMPT_WATCHDOG_MS = const(600000)  # at the prompt nobody feeds it: a forgotten unit starts again


class Session:
    """device: what runs or ran, or None; vehicle: of a bench board, (state, amps) or None."""

    def __init__(self):
        self.device = None
        self.vehicle = None

    def start(self):
        """The device, ready to run. Raises whatever a broken file or chip raises."""
        if self.device is not None:
            # There is no room for another unit beside what is left of the one that ran.
            print("The board starts again.")
            machine.reset()
        # Collected often, what stays lies close together, and what is left for the run in one
        # piece: garbage in between would leave holes everywhere.
        gc.threshold(_COLLECT_BYTES)
        # The radio first, then what Python needs: the other way round there is no room for it.
        network.WLAN(network.WLAN.IF_STA).active(True)
        from app.air import open_radio
        from hal.memory import Reserve
        radio = open_radio()
        with Reserve(_thread):
            from app.device import Device
            device = Device(self, radio)
            device.build()
        gc.threshold(-1)
        return device

    def ended(self, error):
        """It stopped or failed, or did not start; `safe()` was called."""
        if self.device is not None:
            self.device.stopped(error, _PROMPT_WATCHDOG_MS)
        if isinstance(error, KeyboardInterrupt):
            print("Stopped: the contactor is open, the pilot says not ready. Try help_me().")
            return
        sys.print_exception(error)
        print("Stopped by an error, the contactor is open. It starts again in a few seconds; "
              "Ctrl-C prevents that.")
        time.sleep(5)
        machine.reset()

    def attach(self, device):
        """A device starts. The vehicle of a bench board stays connected meanwhile."""
        self.device = device
        if self.vehicle and device.hardware.bench is not None:
            device.hardware.bench.vehicle(*self.vehicle)

    def call(self, name: str):
        """The function of a call."""
        from app.console import Console
        return getattr(Console(self), name)
