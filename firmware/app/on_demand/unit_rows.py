# SPDX-License-Identifier: MIT
"""What a unit can tell of each unit: of itself what its own connector says, and where it leads, of
the others what they have reported."""

from collections import namedtuple

from app.on_demand.unit_reason import told
from core.connector.on_demand.state_words import text
from core.group.group import row_of
from core.on_demand.serial import serial_text
from core.sharing import frames
from core.sharing.member import LEFT, STOPPED
from core.sharing.on_demand.presence import presence
from core.sharing.on_demand.reception import lost_reports, signals

# n: its number, 0 if it has none; serial: text; missing_ms: None while it is heard; state: "A1" to
# "F"; drawn_ma: three of the circuit; reason: a number; phases: mask; held_ma: kept for it while
# it is missing; energy_as: drawn since the vehicle came, on its largest phase; on_phases: how many
# it draws from; signal: (here, there) in -dBm or None; lost: reports in the last minute, or None.
# What is not known is None, in all from state on.
UnitRow = namedtuple("UnitRow", (
    "n", "serial", "me", "missing_ms", "state", "offered_ma", "drawn_ma", "reason", "closed",
    "phases", "rating_ma", "fallback_ma", "held_ma", "energy_as", "on_phases", "signal", "lost"))


def rows(unit, now_ms: int):
    """UnitRow of each unit that this one can tell of, made one by one. unit: an app.unit.Unit."""
    leader = unit.member.leader
    if leader is None:
        yield _own(unit, now_ms)
        return
    accounts = tuple(leader.ledger.accounts)  # it may become another list between two pieces
    for account, seen in zip(accounts, presence(leader, unit.timing, now_ms)):
        if account.tag == leader.tag:
            yield _own(unit, now_ms, leader, account)
        else:
            yield _other(leader, account, account.report, seen[1], now_ms)


def row_of_unit(unit, number, now_ms):
    """UnitRow of one, or None. number: None for the unit itself."""
    for row in rows(unit, now_ms):
        if row.me if number is None else row.n == number:
            return row
    return None


def energy_wh(row, volts: int) -> int:
    """Of the present vehicle, an estimate from its largest phase."""
    return (row.energy_as or 0) * volts * (row.on_phases or 1) // 3600


def _own(unit, now_ms, leader=None, account=None):
    member, connector = unit.member, unit.connector
    shown = connector.snapshot(now_ms)
    follower = getattr(member, "follower", None)
    number = energy_as = fallback_ma = 0
    rating_ma, reason = shown.cap_ma, shown.reason
    if follower is not None:
        number, fallback_ma = follower.group.unit, follower.group.fallback(now_ms)
        energy_as, rating_ma = follower.demand.energy_as, follower.group.config.rating_ma
    if leader is not None:
        reason = told(leader, account, reason, shown.offered_ma, shown.closed, now_ms)
    return UnitRow(
        number, serial_text(unit.hal.serial), True, None,
        text(shown.pilot_state, shown.offered_ma > 0), shown.offered_ma, shown.draw_ma,
        reason, shown.closed, shown.offered_phases, rating_ma, fallback_ma, 0, energy_as,
        _count(shown.draw_ma), (None, None), None)


def _other(leader, account, report, missing_ms, now_ms):
    held_ma = 0
    if missing_ms is not None:
        hold = account.hold(now_ms)
        held_ma = max(hold + account.floor(now_ms, hold))
    if report is None:
        return UnitRow(account.unit, serial_text(account.serial), False, missing_ms, None, None,
                       None, None, None, account.wired, None, account.fallback_ma, held_ma, None,
                       None, (None, None), None)
    closed = bool(report.flags & frames.CLOSED)
    return UnitRow(
        account.unit, serial_text(account.serial), False, missing_ms,
        text(report.pilot_state, report.offered_ma > 0), report.offered_ma, report.draw_ma,
        told(leader, account, report.reason, report.offered_ma, closed, now_ms), closed,
        report.wired, report.rating_ma,
        account.fallback_ma, held_ma, report.energy, _count(report.draw_ma), signals(account)[:2],
        lost_reports(account, now_ms))


def _count(draw_ma):
    return max(1, len([ma for ma in draw_ma if ma]))


def role(unit) -> str:
    """leader, follower, alone, blank, waiting, stopped or removed."""
    member = unit.member
    if unit.errors or getattr(member, "follower", None) is None:
        return "blank"
    if member.role == LEFT:
        return "removed"
    if member.role == STOPPED:
        return "stopped"
    if member.leader is not None:
        return "alone" if member.codec is None else "leader"
    group = member.group
    return "follower" if row_of(group.revision, group.config.serial) is not None else "waiting"
