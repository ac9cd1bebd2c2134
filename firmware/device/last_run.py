# SPDX-License-Identifier: MIT
"""How the last run ended, and a lock after three watchdog resets within 10 minutes.

RTC memory survives every reset but loss of power. A program that hangs again and again must not
be started again and again beside a closed contactor. It is kept twice, each with a checksum: what
a crash spoils of one does not lift the lock.
"""

import struct
from binascii import crc32

from core.load import load
from micropython import const

MAGIC = const(0x41504C53)
FORMAT = "<IHHBI"  # magic, watchdog resets in a row, resets for the radio, why, uptime in s
WELDED = const(128)  # beside why

RUNNING = const(0)
STOPPED = const(1)  # Ctrl-C
FAILED = const(2)  # an exception left main.py
RADIO = const(3)  # started again because the radio did not work


class LastRun:
    """`machine`: the module. `locked`: too many watchdog resets; `words`: for people.

    radio_resets: how often in a row the board was started again for its radio. welded: a contactor
    that does not open was seen, and power has not gone since.
    """

    def __init__(self, machine):
        self._rtc = machine.RTC()
        load("device", "last_run").take(self, machine)

    def note(self, why: int, uptime_s: int):
        """Remember the present state; call at least once a minute."""
        body = struct.pack(FORMAT, MAGIC, self._count, self.radio_resets,
                           why | (WELDED if self.welded else 0), uptime_s)
        self._rtc.memory((body + sum_of(body)) * 2)


def sum_of(body) -> bytes:
    """The checksum of a copy."""
    return struct.pack("<I", crc32(body) & 0xFFFFFFFF)
