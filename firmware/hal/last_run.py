# SPDX-License-Identifier: MIT
"""How the last run ended, and a lock after three watchdog resets within 10 minutes.

RTC memory survives every reset but loss of power. A program that hangs again and again must not
be started again and again beside a closed contactor.
"""

import struct

from micropython import const

from core.seldom import seldom

_MAGIC = const(0x41504C52)
_FORMAT = "<IBBI"  # magic, watchdog resets in a row, why, uptime in s
_LOCK_AFTER = const(3)
_WINDOW_S = const(600)

RUNNING = const(0)
STOPPED = const(1)  # Ctrl-C
FAILED = const(2)  # an exception left main.py

class LastRun:
    """`machine`: the module. `locked`: too many watchdog resets; `words`: for people."""

    def __init__(self, machine):
        self._rtc = machine.RTC()
        self._take(machine.reset_cause(), machine)

    @seldom
    def _take(self, cause, machine):
        count, why, uptime_s = self._load()
        self.by_watchdog = cause == machine.WDT_RESET
        if self.by_watchdog:
            count = count + 1 if uptime_s < _WINDOW_S else 1
        elif cause == machine.PWRON_RESET or why == STOPPED:
            count = 0
        self._count = count
        self.locked = count >= _LOCK_AFTER
        self.words = ("watchdog reset %d in a row" % count if self.by_watchdog else
                      ("running", "stopped at the prompt", "a program error")[why])
        self.note(RUNNING, 0)

    @seldom
    def _load(self):
        data = self._rtc.memory()
        if len(data) == struct.calcsize(_FORMAT):
            magic, count, why, uptime_s = struct.unpack(_FORMAT, data)
            if magic == _MAGIC and why <= FAILED:
                return count, why, uptime_s
        return 0, RUNNING, 0

    def note(self, why: int, uptime_s: int):
        """Remember the present state; call at least once a minute."""
        self._rtc.memory(struct.pack(_FORMAT, _MAGIC, self._count, why, uptime_s))

    @seldom
    def unlock(self):
        """The owner has looked: count from zero."""
        self._count = 0
        self.locked = False
        self.note(STOPPED, 0)
