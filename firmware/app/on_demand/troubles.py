# SPDX-License-Identifier: MIT
"""The units of a group, and what is not as it should be, as plain values: see owner.py. The words
are core/on_demand/finding_words.py's."""

from core import reasons
from core.connector.on_demand.state_words import text
from core.load import load
from core.on_demand.serial import serial_text
from core.sharing import frames
from core.sharing.member import LEFT, STOPPED
from core.sharing.on_demand.names import name_of
from core.sharing.on_demand.presence import presence
from core.sharing.on_demand.reception import (
    boots, grade, is_double, lost_reports, signals, weak)
from micropython import const

_RECENT_MS = const(60000)  # a stranger or another group that was heard within it is shown
_LOST_MANY = const(10)  # of about 60 reports
_TRIES_SHOWN = const(3)


def members(unit, now_ms) -> list:
    """A dict for each unit of the group that an app.unit.Unit leads: unit, serial, name, heard,
    missing_ms (None while heard), state (of the pilot, "" before it was heard), offered_ma,
    granted_ma, reason, signal_here, signal_there (-dBm or None), grade_here, grade_there, lost."""
    leader = unit.member.leader
    found = []
    if unit.errors or leader is None:
        return found
    rows, why = presence(leader, unit.timing, now_ms), load("app", "unit_reason")
    for account, (number, missing_ms, report, granted_ma) in zip(leader.ledger.accounts, rows):
        here, there, _ = signals(account)
        offered_ma = 0 if report is None else report.offered_ma
        found.append({
            "unit": number, "serial": serial_text(account.serial),
            "name": name_of(unit.member, number), "heard": missing_ms is None,
            "missing_ms": missing_ms,
            "state": "" if report is None else text(report.pilot_state, offered_ma > 0),
            "offered_ma": offered_ma, "granted_ma": granted_ma,
            "reason": 0 if report is None else why.told(
                leader, account, report.reason, offered_ma, bool(report.flags & frames.CLOSED),
                now_ms), "signal_here": here,
            "signal_there": there, "grade_here": grade(here), "grade_there": grade(there),
            "lost": lost_reports(account, now_ms)})
    return found


def waiting(unit, now_ms):
    """The change that waits: a dict of asked (of difference.changes()), by ("cable", "page",
    "mqtt", or "" if it is not known), since_ms, units (that it waits for), or None."""
    leader = None if unit.errors else unit.member.leader
    if leader is None or leader.revisions.pending is None:
        return None
    revisions = leader.revisions
    asked = load("core", "group", "difference").changes(revisions.in_force, revisions.pending)
    units = load("core", "sharing", "change_waits").waiting_units(leader)
    return {"asked": asked, "by": leader.asked_by, "since_ms": now_ms - revisions.proposed_ms,
            "units": tuple(units)}


def troubles(unit, now_ms) -> list:
    """[(code, args)], the most pressing first."""
    found = []
    reason = unit.connector.fault
    member = unit.member
    if reason:
        found.append(("fault", (0 if unit.errors else member.group.unit, reason)))
    if unit.errors:
        return found
    if member.role == STOPPED:
        found.append(("two_leaders", ()))
    if member.tries >= _TRIES_SHOWN:
        found.append(("store", (member.tries,)))
    if member.leader is None:
        _follower(unit, now_ms, found)
    else:
        _changes(unit, now_ms, found)
        for account in member.leader.ledger.accounts:
            _account(unit, account, now_ms, found)
        _limits(member.leader, found)
        _strangers(member.leader, now_ms, found)
    _air(member, now_ms, found)
    return found


def _follower(unit, now_ms, found):
    member = unit.member
    silent_ms = now_ms - member.follower.heard_ms
    group = member.group
    if member.role == LEFT or not group.takes and group.outside != reasons.NOT_ENABLED:
        found.append(("outside", (group.leader, group.outside)))
    if silent_ms >= unit.timing.silent_ms and member.role not in (LEFT, STOPPED):
        found.append(("leader_lost", (group.leader, silent_ms // 1000)))


def _changes(unit, now_ms, found):
    leader = unit.member.leader
    if leader.unsure():
        revisions = leader.revisions
        known = [revisions.in_force.limit_ma] + [other.limit_ma for other in revisions.known]
        found.append(("unsure", (tuple(known), revisions.newest().limit_ma)))
    change = waiting(unit, now_ms)
    if change is not None and change["units"]:
        found.append(("waits", (change["asked"], change["since_ms"] // 1000, change["by"],
                                change["units"])))


def _account(unit, account, now_ms, found):
    leader, number, report = unit.member.leader, account.unit, account.report
    if account.serial == leader.serial:
        return
    heard_ms = account.received_ms
    silent_ms = now_ms - (leader.boot_ms if heard_ms is None else heard_ms)
    if silent_ms > unit.timing.silent_ms:
        found.append(("never_heard" if heard_ms is None else "missing", (
            number, silent_ms // 1000, leader.unit, max(account.floor(now_ms,
                                                                      account.hold(now_ms))))))
        return
    if report is None:
        return
    if is_double(account):
        found.append(("double", (number, serial_text(account.serial), boots(account))))
    if reasons.RCM <= report.reason <= reasons.LOCKED:
        found.append(("fault", (number, report.reason)))
    if report.reason == reasons.METER:
        found.append(("meter", (number,)))
    if report.reason == reasons.SENSOR:
        found.append(("sensor", (number,)))
    radio(leader, account, now_ms, found)


def radio(leader, account, now_ms, found):
    """Findings about how a unit and its leader hear each other."""
    said = weak(account)
    if said is not None:
        found.append(("signal_" + said[0], (account.unit,) + said[1:] + (leader.unit,)))
    lost = lost_reports(account, now_ms)
    if lost >= _LOST_MANY:
        found.append(("frames_lost", (account.unit, lost)))


def _limits(leader, found):
    revision = leader.revisions.in_force
    for row in revision.members:
        if row.rating_ma > revision.limit_ma and len(revision.members) > 1:
            found.append(("output_above", (row.unit, row.rating_ma, revision.limit_ma)))


def _strangers(leader, now_ms, found):
    for tag in sorted(leader.strangers or {}):
        heard_ms, said, _ = leader.strangers[tag]
        if now_ms - heard_ms < _RECENT_MS:
            found.append(("stranger", ("serial " + serial_text(said.serial) if said
                                       else "its serial is not known yet, tag " + tag.hex(),)))


def _air(member, now_ms, found):
    codec = member.codec
    if codec is None:
        return
    if codec.foreign is not None and now_ms - codec.foreign_ms < _RECENT_MS:
        found.append(("foreign", ((now_ms - codec.foreign_ms) // 1000, codec.foreign)))
    if codec.counts["version"]:
        found.append(("version", (codec.counts["version"],)))
