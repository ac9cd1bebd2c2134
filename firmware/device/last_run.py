# SPDX-License-Identifier: MIT
"""How the last run ended, and a lock after three watchdog resets within 10 minutes.

RTC memory survives every reset but loss of power. A program that hangs again and again must not
be started again and again beside a closed contactor. It is kept twice, each with a checksum: what
a crash spoils of one does not lift the lock.
"""

import struct
from binascii import crc32

from micropython import const

from core.seldom import seldom

_MAGIC = const(0x41504C53)
_FORMAT = "<IHHBI"  # magic, watchdog resets in a row, resets for the radio, why, uptime in s
_COPY = const(17)  # and a checksum of 4 bytes
_LOCK_AFTER = const(3)
_MOST = const(60000)  # the counts end there
_WINDOW_S = const(600)
_WELDED = const(128)  # beside why

RUNNING = const(0)
STOPPED = const(1)  # Ctrl-C
FAILED = const(2)  # an exception left main.py
RADIO = const(3)  # started again because the radio did not work


class LastRun:
    """`machine`: the module. `locked`: too many watchdog resets; `words`: for people.

    radio_resets: how often in a row the board was started again for its radio. welded: a contactor
    that does not open was seen, and power has not gone since.
    """

    @seldom
    def __init__(self, machine):
        self._rtc = machine.RTC()
        self._take(machine.reset_cause(), machine)

    @seldom
    def _take(self, cause, machine):
        count, radio, why, uptime_s = self._load()
        self.welded = why >= _WELDED
        why &= _WELDED - 1
        self.by_watchdog = cause == machine.WDT_RESET
        if self.by_watchdog:
            count = min(count + 1, _MOST) if uptime_s < _WINDOW_S else 1
        elif cause == machine.PWRON_RESET or why == STOPPED:
            count = 0
        self._count = count
        self.locked = count >= _LOCK_AFTER
        self.radio_resets = (0 if cause == machine.PWRON_RESET
                             else min(radio + (why == RADIO), _MOST))
        self.words = ("watchdog reset %d in a row" % count if self.by_watchdog else
                      ("running", "stopped at the prompt", "a program error",
                       "a radio that did not work")[why])
        self.note(RUNNING, 0)

    # Of two whole copies the one with more resets: the other is from before.
    @seldom
    def _load(self):
        data = self._rtc.memory()
        best = 0, 0, RUNNING, 0
        for at in (0, _COPY):
            body = data[at:at + _COPY - 4]
            if len(data) >= at + _COPY and data[at + _COPY - 4:at + _COPY] == _sum(body):
                magic, count, radio, why, uptime_s = struct.unpack(_FORMAT, body)
                if magic == _MAGIC and why & _WELDED - 1 <= RADIO and (count, radio) >= best[:2]:
                    best = count, radio, why, uptime_s
        return best

    def note(self, why: int, uptime_s: int):
        """Remember the present state; call at least once a minute."""
        body = struct.pack(_FORMAT, _MAGIC, self._count, self.radio_resets,
                           why | (_WELDED if self.welded else 0), uptime_s)
        self._rtc.memory((body + _sum(body)) * 2)

    @seldom
    def radio_works(self):
        """Count the resets for its sake from zero."""
        self.radio_resets = 0

    @seldom
    def unlock(self):
        """The owner has looked: count from zero."""
        self._count = 0
        self.locked = False
        self.note(STOPPED, 0)


def _sum(body):
    return struct.pack("<I", crc32(body) & 0xFFFFFFFF)
