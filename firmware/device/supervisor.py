# SPDX-License-Identifier: MIT
"""From the serial line's side: a unit's start and end, and what its calls know of each other.

The calls themselves (console.py) are loaded when one is made: a unit that runs needs its memory
for other things, and has only those of live_calls.py. This is not in main.py because that stays
source: the board would compile it, with line numbers and all its names.
"""

import gc
import os
import sys
import time

import _thread
import machine
import network
from device.build import BUILD
from core.seldom import seldom
from micropython import const

_PROMPT_TIMER = const(0)  # the one that the unit has while it runs
_MINUTE_MS = const(60000)
_PROMPT_MINUTES = const(10)
_MAIN = "/main.py"
_COLLECT_BYTES = const(2048)
# While it runs, housekeeping collects. But what is loaded in one turn must not fill the heap with
# garbage: it would grow, take all that the system has left, and give nothing back.
_RUN_COLLECT_BYTES = const(8192)
_PROMPT_WATCHDOG_MS = const(600000)  # at the prompt nobody feeds it: a forgotten unit starts again


class Supervisor:
    """device: what runs or ran, or None; vehicle: of a bench board, (state, amps) or None.

    errors: sentences that forbid charging before anything else is known.
    """

    def __init__(self):
        self.device = None
        self.vehicle = None
        self.errors = []
        self._minutes = 0  # since somebody called something

    @seldom
    def start(self):
        """The device, ready to run. Raises whatever a broken file or chip raises."""
        if self.device is not None:
            # There is no room for another unit beside what is left of the one that ran.
            print("The board starts again.")
            machine.reset()
        machine.Timer(_PROMPT_TIMER).deinit()
        self._finish_reset()
        # Collected often, what stays lies close together, and what is left for the run in one
        # piece: garbage in between would leave holes everywhere.
        gc.threshold(_COLLECT_BYTES)
        # The radio first, then what Python needs: the other way round there is no room for it.
        try:
            network.WLAN(network.WLAN.IF_STA).active(True)
        except Exception:
            pass  # the radio itself counts it, and tries again
        from device.on_demand.air import open_radio
        from device.on_demand.memory import Reserve
        radio = open_radio()
        with Reserve(_thread):
            from device.device import Device
            device = Device(self, radio)
            device.build()
        gc.threshold(_RUN_COLLECT_BYTES)
        return device

    def ended(self, error):
        """It stopped or failed, or did not start; `safe()` was called."""
        if self.device is not None:
            self.device.stopped(error, _PROMPT_WATCHDOG_MS)
        self.at_prompt()
        if isinstance(error, KeyboardInterrupt):
            print("Stopped: the contactor is open, the pilot says not ready. Try help_me().")
            return
        sys.print_exception(error)
        print("build", BUILD)
        print("Stopped by an error, the contactor is open. It starts again in a few seconds; "
              "Ctrl-C prevents that.")
        time.sleep(5)
        machine.reset()

    @seldom
    def attach(self, device):
        """A device starts. The vehicle of a bench board stays connected meanwhile."""
        self.device = device
        if self.vehicle and device.hardware.bench is not None:
            device.hardware.bench.vehicle(*self.vehicle)

    def at_prompt(self):
        """Somebody may be there. If nobody calls anything for 10 minutes the board starts again:
        a Ctrl-C can be noise on the line, and must not keep a unit off for ever."""
        self._minutes = 0
        machine.Timer(_PROMPT_TIMER).init(period=_MINUTE_MS, mode=machine.Timer.PERIODIC,
                                          callback=self._minute)

    def _minute(self, _):
        self._minutes += 1
        try:
            os.stat(_MAIN)
        except OSError:
            self._minutes = 0  # the board is being flashed: main.py is the last to come
        if self._minutes >= _PROMPT_MINUTES:
            machine.reset()

    # What a loss of power has interrupted, before anything is read.
    @seldom
    def _finish_reset(self):
        from device.on_demand.files import FORGET, there
        if there(FORGET):
            from device.on_demand.reset import finish
            error = finish()
            self.errors = [error] if error else []

    @seldom
    def call(self, name: str):
        """The function of a call, of somebody at the prompt: that is no moment to start again."""
        self._minutes = 0
        if self.device is not None:
            self.device.hardware.watchdog.feed()
        self._finish_reset()
        from app.on_demand.console import Console
        return getattr(Console(self), name)
