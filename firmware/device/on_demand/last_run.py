# SPDX-License-Identifier: MIT
"""What a start finds of the last run, and what unlocks it."""

import struct

from device.last_run import FORMAT, MAGIC, RADIO, RUNNING, STOPPED, WELDED, sum_of
from micropython import const

_COPY = const(17)  # with its checksum of 4 bytes
_LOCK_AFTER = const(3)
_MOST = const(60000)  # the counts end there
_WINDOW_S = const(600)


def take(last, machine):
    """What a device.last_run.LastRun says, from why the chip has started and what it kept."""
    cause = machine.reset_cause()
    count, radio, why, uptime_s = _read(last._rtc.memory())
    last.welded = why >= WELDED
    why &= WELDED - 1
    last.by_watchdog = cause == machine.WDT_RESET
    if last.by_watchdog:
        count = min(count + 1, _MOST) if uptime_s < _WINDOW_S else 1
    elif cause == machine.PWRON_RESET or why == STOPPED:
        count = 0
    last._count = count
    last.locked = count >= _LOCK_AFTER
    last.radio_resets = (0 if cause == machine.PWRON_RESET
                         else min(radio + (why == RADIO), _MOST))
    last.words = ("watchdog reset %d in a row" % count if last.by_watchdog else
                  ("running", "stopped at the prompt", "a program error",
                   "a radio that did not work")[why])
    last.note(RUNNING, 0)


# Of two whole copies the one with more resets: the other is from before.
def _read(data):
    best = 0, 0, RUNNING, 0
    for at in (0, _COPY):
        body = data[at:at + _COPY - 4]
        if len(data) >= at + _COPY and data[at + _COPY - 4:at + _COPY] == sum_of(body):
            magic, count, radio, why, uptime_s = struct.unpack(FORMAT, body)
            if magic == MAGIC and why & WELDED - 1 <= RADIO and (count, radio) >= best[:2]:
                best = count, radio, why, uptime_s
    return best


def unlock(last):
    """The owner has looked: count from zero."""
    last._count = 0
    last.locked = False
    last.note(STOPPED, 0)
