# SPDX-License-Identifier: MIT
"""How well a unit and its leader hear each other, in two small numbers for each account.

`air` holds two signals in -dBm, as the leader hears the unit and the other way round, and how many
reports were lost in this minute of the leader's clock and in the one before. One frame says little
about a signal, so each moves the number by 1 dB. `past` holds the signal of the weaker direction
as it was some time ago: it follows by 1 dB a minute. Above that it counts boots (account.py).
"""

from core.sharing.frames import NO_SIGNAL
from micropython import const

UNHEARD = const(0x3FFF0000)  # both signals NO_SIGNAL, nothing lost
_LOST_MAX = const(255)
MINUTE_MS = const(60000)


def received(account, signal: int, there: int, lost: int, before_ms: int, now_ms: int):
    """A report of a unit was believed. signal: as it came in, -dBm or NO_SIGNAL; there: what it
    says; lost: reports missing before it; before_ms: when the last one was believed."""
    air = account.air
    minutes = now_ms // MINUTE_MS - before_ms // MINUTE_MS
    lost_now, lost_before = air & 255, air >> 8 & 255
    if minutes:
        lost_now, lost_before = 0, lost_now if minutes == 1 else 0
    here, there = _nearer(air >> 23, signal), _nearer(air >> 16 & 127, there)
    account.air = here << 23 | there << 16 | lost_before << 8 | min(lost_now + lost, _LOST_MAX)
    if minutes:
        account.past = account.past & ~127 | _nearer(account.past & 127, weaker(account.air))


def weaker(air: int) -> int:
    """Signal of the weaker direction, -dBm; NO_SIGNAL if none is known."""
    here, there = air >> 23, air >> 16 & 127
    if here == NO_SIGNAL or there != NO_SIGNAL and there > here:
        return there
    return here


def _nearer(was, signal):
    if signal == NO_SIGNAL or signal == was:
        return was
    if was == NO_SIGNAL:
        return signal
    return was + 1 if signal > was else was - 1
