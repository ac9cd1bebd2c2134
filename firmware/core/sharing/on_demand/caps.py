# SPDX-License-Identifier: MIT
"""The most that its owner lets a unit use: the leader takes the unit to want no more than that.

So it only ever lowers what is allocated; nothing that keeps the circuit rule knows of it. One that
a program has set ends when the vehicle is unplugged. They are not stored.
"""

from core.connector.pilot_state import A
from core.group.on_demand.limits import amps as amps_of
from core.load import load
from core.sharing.frames import Report
from core.units import OFFER_MIN_MA
from micropython import const

_ASK = const(13)  # place of ask_ma in a Report; spare_ma and cap_ma come after it


def asked(member, unit: int, amps, stays: bool):
    """An owner asks for it: at least 6 A, 0: nothing, None: no such bound. stays: also after the
    vehicle has gone; what a program wishes ends with that. None, or a refusal."""
    if amps is not None and type(amps) is not int:
        return "cap_kind", str(amps)[:40]
    if member.leader is None:
        return load("core", "sharing", "names").elsewhere(member)
    return _set(member.leader, unit, None if amps is None else amps * 1000, stays)


def _set(leader, unit, cap_ma, stays):
    rows = leader.revisions.newest().members
    row = [row for row in rows if row.unit == unit]
    if not row:
        return "not_in_group", unit, [row.unit for row in rows]
    most_ma = row[0].rating_ma
    if cap_ma is not None and cap_ma and not OFFER_MIN_MA <= cap_ma <= most_ma:
        return "cap", amps_of(cap_ma), unit, amps_of(OFFER_MIN_MA), amps_of(most_ma)
    caps = [cap for cap in leader.caps or () if cap[0] != row[0].serial]
    if cap_ma is not None:
        caps.append((row[0].serial, cap_ma, stays))
    leader.caps = tuple(caps) or None
    return None


def cap_of(leader, serial: bytes):
    """The one in force of a unit, mA, or None."""
    for cap in leader.caps or ():
        if cap[0] == serial:
            return cap[1]
    return None


def capped(leader, account, report):
    """A unit's report as the leader takes it."""
    cap_ma = cap_of(leader, account.serial)
    if cap_ma is None:
        return report
    if report.pilot_state == A:
        leader.caps = tuple([cap for cap in leader.caps
                             if cap[0] != account.serial or cap[2]]) or None
    return Report(*(report[:_ASK] + (
        min(report.ask_ma, cap_ma), min(report.spare_ma, cap_ma), min(report.cap_ma, cap_ma))
        + report[_ASK + 3:]))
