# SPDX-License-Identifier: MIT
"""The plain reason of a unit's current as its leader knows it. A unit itself can only say that its
leader allocated so much, or nothing; the leader knows why that was all.
"""

from core import reasons
from core.units import STEP_MA
from micropython import const

# What a leader knows of LEASE and PAUSED, numbered as in core/reasons.py.
PAUSED_OWNER = const(55)
PAUSED_PROGRAM = const(56)
MOST_OWNER = const(57)
MOST_PROGRAM = const(58)
WANTS_NO_MORE = const(59)
SOFT_LIMIT = const(60)

_MOST = const(0)  # as in wishes.py
_PAUSE = const(3)


def told(leader, account, reason: int, offered_ma: int, closed: bool, now_ms: int) -> int:
    """Of reasons.py. account: of the unit, in the leader's ledger; reason: what the unit says
    itself; offered_ma, closed: its offer, and does its vehicle have it?"""
    caps, report = leader.caps, account.report
    if report is None or reason not in (reasons.LEASE, reasons.PAUSED):
        return reason
    if caps is not None:
        what = _PAUSE if reason == reasons.PAUSED else _MOST
        value = caps.of(account.serial, now_ms)[what]
        # A bound that is reached, or a pause.
        if value and (what == _PAUSE or offered_ma > value - STEP_MA):
            owners = caps.of(account.serial, now_ms, True)[what] == value
            if what == _PAUSE:
                return PAUSED_OWNER if owners else PAUSED_PROGRAM
            return MOST_OWNER if owners else MOST_PROGRAM
    if closed and offered_ma > report.ask_ma - STEP_MA:
        return WANTS_NO_MORE
    limit_ma = leader.revisions.in_force.limit_ma
    if caps is not None and caps.limit_ma(limit_ma, now_ms) < limit_ma:
        return SOFT_LIMIT
    return reason
