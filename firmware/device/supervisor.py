# SPDX-License-Identifier: MIT
"""From the serial line's side: a unit's start and end, and what its calls know of each other.

This is not in main.py because that stays source: the board would compile it, with line numbers
and all its names.
"""

import os
import sys
import time

import machine
from core.load import NotLoaded, load
from device.build import BUILD
from micropython import const

_PROMPT_TIMER = const(0)  # the one that the unit has while it runs
_MINUTE_MS = const(60000)
_PROMPT_MINUTES = const(10)
_MAIN = "/main.py"
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

    def start(self):
        """The device, ready to run. Raises whatever a broken file or chip raises."""
        machine.Timer(_PROMPT_TIMER).deinit()
        return load("device", "supervisor").start(self)

    def calls(self):
        """What gives the prompt its calls: see device/on_demand/calls.py. Raises NotLoaded."""
        return load("device", "calls").offer

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

    def call(self, name: str, given):
        """Do what somebody at the prompt calls: that is no moment to start again."""
        self._minutes = 0
        if self.device is not None:
            self.device.hardware.watchdog.feed()
        try:
            load("device", "supervisor").call(self, name, given)
        except NotLoaded as error:
            print("Refused: %s." % error)
