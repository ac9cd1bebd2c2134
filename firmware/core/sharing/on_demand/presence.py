# SPDX-License-Identifier: MIT
"""Who is there and how well, as a leader sees it, and by what a unit goes: for people."""

from core.sharing.frames import NO_SIGNAL
from core.sharing.lease import FALLBACK, LIVE, REST
from core.sharing.reception import MINUTE_MS
from micropython import const

_GOOD_MAX = const(69)  # -dBm
_WEAK_MAX = const(82)


def presence(leader, timing, now_ms: int) -> list:
    """Per unit, sorted: (unit, missing_ms or None, report or None, amount_ma). leader: a
    core.sharing.leader.Leader."""
    rows = []
    for account in leader.ledger.accounts:
        heard_ms = account.received_ms
        missing_ms = now_ms - (leader.boot_ms if heard_ms is None else heard_ms)
        if heard_ms is not None and missing_ms <= timing.silent_ms:
            missing_ms = None
        rows.append((account.unit, missing_ms, account.report, account.last_ma))
    return rows


def signals(account) -> tuple:
    """(as the leader hears the unit, as the unit hears the leader, the weaker one some time ago),
    each in -dBm, or None where it is not known."""
    air = account.air
    return tuple([None if signal == NO_SIGNAL else signal for signal in (
        air >> 23, air >> 16 & 127, account.past & 127)])


def grade(signal) -> str:
    """good, weak, too_weak, or "" where a signal is not known. signal: -dBm, or None."""
    if signal is None:
        return ""
    if signal <= _GOOD_MAX:
        return "good"
    return "weak" if signal <= _WEAK_MAX else "too_weak"


def lost_reports(account, now_ms: int) -> int:
    """How many reports were lost in the last minute, between those that were heard: of this
    minute of the clock, and in proportion of the one before."""
    if account.received_ms is None:
        return 0
    lost, before = account.air & 255, account.air >> 8 & 255
    minutes = now_ms // MINUTE_MS - account.received_ms // MINUTE_MS
    if minutes:
        lost, before = 0, lost if minutes == 1 else 0
    return lost + before * (MINUTE_MS - now_ms % MINUTE_MS) // MINUTE_MS


def lease_state(follower, now_ms) -> str:
    """'live', 'fallback' or 'none', for traces and people."""
    group = follower.group
    kind = follower.lease.level(now_ms, group.fallback(now_ms), group.config.wired)[2]
    if kind == LIVE:
        return "live"
    return "fallback" if kind in (FALLBACK, REST) and group.takes else "none"
