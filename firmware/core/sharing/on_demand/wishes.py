# SPDX-License-Identifier: MIT
"""What owner and programs wish of a group's units, as its leader goes by it: a part of each unit's
demand, and a softer limit for all. It only ever lowers what is allocated, or changes an order;
nothing that keeps the circuit rule knows of it, and what a unit may use when it has lost its
leader stays.

What an owner sets stays. What a program sets ends when the vehicle leaves, or when its time is
over, and then all is as the owner has it. Loaded only while there is a wish: see caps.py.
"""

from core.connector.pilot_state import A
from core.sharing.frames import Report
from core.units import STEP_MA
from micropython import const

MOST = const(0)  # greatest current, mA
LEAST = const(1)  # smallest useful current, mA
FIRST = const(2)  # priority
PAUSE = const(3)  # 1: nothing at all

_ASK = const(13)  # places in a Report: ask_ma, spare_ma, cap_ma
_PRIORITY = const(20)
_MIN = const(25)


class Wishes:
    """rows: [serial, what, value, does it stay?, until ms or None, was a vehicle there?] of each;
    soft: (mA, until ms, who asked) of the softer limit, or None. A leader has it while there is a
    row, or a softer limit."""

    __slots__ = ("rows", "soft")

    def __init__(self):
        self.rows = []
        self.soft = None

    def of(self, serial: bytes, now_ms: int, stays=None) -> list:
        """[mA or None, mA or None, priority or None, 1 or None] in force for a unit. stays: only
        of its owner (True), or of programs (False)."""
        found = [None, None, None, None]
        for its, what, value, owners, until_ms, _ in self.rows:
            if its != serial or stays not in (None, owners) or (
                    until_ms is not None and now_ms >= until_ms):
                continue
            other = found[what]
            if other is not None:
                if what == MOST:
                    value = min(value, other)
                elif what == LEAST:
                    value = max(value, other)
                elif owners:
                    value = other  # for the order the program's counts
            found[what] = value
        return found

    def taken(self, serial: bytes, report, now_ms: int):
        """A unit's report as the leader takes it."""
        mine = [row for row in self.rows if row[0] == serial]
        if not mine:
            return report
        for row in mine:
            if report.pilot_state != A:
                row[5] = True
            if not row[3] and (row[5] and report.pilot_state == A
                               or row[4] is not None and now_ms >= row[4]):
                self.rows.remove(row)
        most_ma, least_ma, first, pause = self.of(serial, now_ms)
        least_ma = max(report.min_ma, least_ma or 0)
        most_ma = report.cap_ma if most_ma is None else min(most_ma, report.cap_ma)
        ask_ma = report.ask_ma
        if ask_ma:  # a unit that asks for a foothold means one that is of use
            ask_ma = max(ask_ma, least_ma)
        if pause or most_ma < least_ma:
            most_ma = 0
        values = list(report)
        values[_ASK] = min(ask_ma, most_ma)
        values[_ASK + 1] = min(max(report.spare_ma, ask_ma), most_ma)
        values[_ASK + 2] = most_ma
        values[_PRIORITY] = report.priority if first is None else first
        values[_MIN] = least_ma
        return Report(*values)

    def limit_ma(self, limit_ma: int, now_ms: int) -> int:
        """The limit that is shared, mA: the softer one while there is one."""
        soft = self.soft
        if soft is None or now_ms >= soft[1]:
            self.soft = None
            return limit_ma
        return min(limit_ma, soft[0]) // STEP_MA * STEP_MA

    def over(self) -> bool:
        """Is there nothing left?"""
        return not self.rows and self.soft is None
