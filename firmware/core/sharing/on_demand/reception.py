# SPDX-License-Identifier: MIT
"""How well a unit and its leader hear each other, and whether two boards speak under one serial:
small numbers of each account, two in all.

`air`: the signal of its last report here, -dBm, 7 bits, and above it how many reports were lost in
this minute. `past`, which is made anew each minute: the weaker signal of both directions as it was
some minutes ago, 7 bits; reports lost in the minute before, 8; new boots that were believed in
this minute and in the one before, 4 each.
"""

from core.sharing.account import BOOTS_MOST
from core.sharing.frames import NO_SIGNAL
from micropython import const

_MINUTE_MS = const(60000)
_GOOD_MAX = const(69)  # -dBm
_WEAK_MAX = const(82)
_SPREAD = const(3)  # dB between one frame and the next are no change
_DOUBLE_BOOTS = const(3)  # no board starts so often in a minute or two: it is silent after each


def minute(leader):
    """A minute is over."""
    for account in leader.ledger.accounts:
        past = account.past
        before, worst = past & 127, weaker(account)
        if NO_SIGNAL not in (before, worst):
            worst = (3 * before + worst + 2) // 4
        lost = min(account.air >> 7, 255)
        boots = past >> 15 & BOOTS_MOST
        account.past = (before if worst == NO_SIGNAL else worst) | lost << 7 | boots << 19
        account.air &= 127


def boots(account) -> int:
    """How many of them in this minute and the one before."""
    return (account.past >> 15 & BOOTS_MOST) + (account.past >> 19)


def is_double(account) -> bool:
    """Do two boards speak under its serial? Then each looks like a new boot of the other."""
    return boots(account) >= _DOUBLE_BOOTS


def signals(account) -> tuple:
    """(as the leader hears the unit, as the unit hears the leader, the weaker one some minutes
    ago), each in -dBm, or None where it is not known."""
    there = NO_SIGNAL if account.report is None else account.report.signal & NO_SIGNAL
    return tuple([None if signal == NO_SIGNAL else signal for signal in (
        account.air & 127, there, account.past & 127)])


def weaker(account) -> int:
    """Signal of the weaker direction, -dBm; NO_SIGNAL if none is known."""
    known = [signal for signal in signals(account)[:2] if signal is not None]
    return max(known) if known else NO_SIGNAL


def grade(signal) -> str:
    """good, weak, too_weak, or "" where a signal is not known. signal: -dBm, or None."""
    if signal is None:
        return ""
    if signal <= _GOOD_MAX:
        return "good"
    return "weak" if signal <= _WEAK_MAX else "too_weak"


def weak(account):
    """None, or ("weak" or "too_weak", -dBm now, -dBm some minutes ago or None) of the weaker
    direction. One frame that is a little weaker is nothing."""
    now, before = weaker(account), account.past & 127
    if now == NO_SIGNAL:
        return None
    graded = grade(now)
    if before != NO_SIGNAL and grade(before) != graded and grade(now - _SPREAD) == grade(before):
        graded = grade(before)
    return None if graded == "good" else (graded, now, None if before == NO_SIGNAL else before)


def lost_reports(account, now_ms: int) -> int:
    """How many reports were lost in the last minute, between those that were heard: of this
    minute of the clock, and in proportion of the one before."""
    before = account.past >> 7 & 255
    return (account.air >> 7) + before * (_MINUTE_MS - now_ms % _MINUTE_MS) // _MINUTE_MS
