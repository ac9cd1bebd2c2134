# SPDX-License-Identifier: MIT
"""GET /api/live: this unit, its leader or its group, and each unit that it can tell of."""

from app.on_demand.unit_rows import energy_wh, role, rows
from app.on_demand.web_facts import facts, name_of, reason_text
from app.on_demand.web_group import change, group
from app.on_demand.web_json import HEAD, filled, listed
from core.load import load
from core.on_demand.serial import serial_text
from micropython import const

_BADGE_MS = const(3000)  # so long what web_badge.py has found is good enough
_BADGE = "core.serial core.connector.state_words core.sharing.presence core.sharing.reception " \
    "core.sharing.names app.troubles"
_ME = '{"v":1,"me":{"serial":%s,"n":%s,"name":%s,"role":%s,"up_ms":%s,"login":%s,'
_MORE = '"errors":%s,"late":%s},"leader":'
_LEADER = '{"n":%s,"name":%s,"serial":%s,"heard_ms":%s}'
_UNIT = '{"n":%s,"serial":%s,"name":%s,"me":%s,"missing_ms":%s,"state":%s,"offered_ma":%s,' \
    '"drawn_ma":%s,"why":%s,"text":%s,"signal":%s,"lost":%s,"energy_wh":%s,"estimate":%s,' \
    '"session_s":%s,"fallback_ma":%s,"rating_ma":%s,"held_ma":%s,"breaker_a":%s,"phases":%s,' \
    '"version":%s,"cap_a":%s,"min_a":%s,"priority":%s,"wishes":%s}'


def answer(web, request, name) -> tuple:
    """(status, head, pieces), or what is to be looked up first."""
    if web.badge is None or web.clock_ms() - web.badge[0] >= _BADGE_MS:
        return 0, [place.split(".") for place in _BADGE.split()], (("app", "web_badge"), "")
    logged_in = False
    if web.login is not None:
        logged_in = load("app", "web_session").session(web, request) is not None
    return 200, HEAD, _pieces(web, logged_in)


def _pieces(web, logged_in):
    unit = web.place.device.unit
    now_ms = web.clock_ms()
    member = unit.member
    follower = getattr(member, "follower", None)
    _, troubles, waiting = web.badge  # an owner's call, meanwhile, takes it away
    # All that must be loaded, before anything is sent: half an answer is none.
    reasons = {}
    for row in rows(unit, now_ms):
        if row.reason is not None and row.reason not in web.said:
            yield "core", "reason_words"
            reason_text(web, row.reason)
        reasons[row.serial] = row.reason
    caps, tested = None, None
    if unit.tested is not None:
        yield "app", "self_test"
        tested = _tested(unit, now_ms)
    waits = change(unit, waiting)
    if member.leader is not None and member.leader.caps is not None:
        yield "core", "sharing", "caps"
        caps = load("core", "sharing", "caps")  # others may let go of it meanwhile
    known, volts, _ = facts(web)
    number = None if follower is None else follower.group.unit or None
    yield filled(_ME, serial_text(unit.hal.serial), number, name_of(unit, number), role(unit),
                 now_ms - web.begun_ms, logged_in)
    yield known
    yield filled(_MORE, list(unit.errors), getattr(web.place.device, "late_stops", 0))
    yield _leader(unit, member, follower, now_ms)
    yield ',"group":'
    yield group(unit, now_ms)
    yield ',"units":['
    for piece in listed(_units(web, unit, volts, now_ms, caps, reasons)):
        yield piece
    yield '],"change":'
    yield waits
    yield filled(',"pairing":%s,"selftest":%s,"troubles":%s}', _pairing(unit, now_ms),
                 tested, troubles)


# reasons: by serials, of a moment ago: those whose texts are there.
def _units(web, unit, volts, now_ms, caps, reasons):
    for row in rows(unit, now_ms):
        reason = row.reason
        if reason is not None and reason not in web.said:
            reason = reasons.get(row.serial)
        yield filled(
            _UNIT, row.n or None, row.serial, name_of(unit, row.n), row.me, row.missing_ms,
            row.state, row.offered_ma, row.drawn_ma,
            None if reason is None else [reason], reason_text(web, reason),
            row.signal, row.lost, *(_session(web, row, volts, now_ms) + (row.fallback_ma,)),
            row.rating_ma, row.held_ma, None, row.phases, None,
            *_wishes(unit, row.serial, now_ms, caps))


# (Wh, is that an estimate?, seconds) of the vehicle that is there.
def _session(web, row, volts, now_ms):
    if row.me and web.session is not None:
        count = web.session.count
        return count.energy_wh, count.estimate, (now_ms - count.begun_ms) // 1000
    return None if row.energy_as is None else energy_wh(row, volts), True, None


def _leader(unit, member, follower, now_ms):
    if follower is None or member.leader is not None or not follower.group.leader:
        return "null"
    group = follower.group
    serial = None
    for row in group.revision.members if group.revision is not None else ():
        if row.unit == group.leader:
            serial = serial_text(row.serial)
    return filled(_LEADER, group.leader, name_of(unit, group.leader), serial,
                  now_ms - follower.heard_ms if follower.heard[2] else None)


def _pairing(unit, now_ms):
    until_ms = getattr(unit.pairing, "until_ms", None)  # a unit that joins has another job
    if until_ms is None:
        return None
    return {"left_ms": max(0, until_ms - now_ms),
            "closed_ms": unit.pairing.closed_ms(now_ms) or None}


def _tested(unit, now_ms):
    age_s, more = load("app", "self_test").tested(unit, now_ms)
    if age_s is None:
        return {"left_ms": 1000 * more}
    return {"passed": not more, "age_ms": 1000 * age_s}


# (greatest current in A, 0 if it is paused, smallest useful current in A, priority), as the leader
# goes by them, and who wished what. caps: the file of these, None if there are none.
def _wishes(unit, serial, now_ms, caps):
    leader = unit.member.leader
    if leader is None:
        return None, None, None, ()
    serial = bytes.fromhex(serial)
    cap_a, wishes = None, ()
    if caps is not None and leader.caps is not None:
        cap_ma, wishes = caps.cap_of(leader, serial, now_ms), caps.shown(leader, serial, now_ms)
        cap_a = None if cap_ma is None else cap_ma // 1000
    for account in leader.ledger.accounts:
        if account.serial == serial and account.report is not None:
            return cap_a, account.report.min_ma // 1000, account.report.priority, wishes
    return cap_a, None, None, wishes
