# SPDX-License-Identifier: MIT
"""The sessions of another unit, for the page of its leader: fetched over the radio while they are
sent, a few at a time, so that no more of them is here than one frame's."""

from app.on_demand.session_list import calendar_now_s, session_json
from app.on_demand.web_json import HEAD, filled, refusing
from app.web import Refused
from core.load import load
from core.on_demand.session_record import SIZE, record_from
from micropython import const

_LOOK_MS = const(50)
_LOOKS = const(100)  # in all: a browser waits no longer than that
_ASK_LOOKS = const(6)  # between two times of asking
_SILENT_LOOKS = const(42)  # nothing came for so long: it is not heard


def answer(web, request, number) -> tuple:
    """(status, head, pieces). number: of the unit. Raises Refused."""
    unit, now_ms = web.place.device.unit, web.clock_ms()
    leader = unit.member.leader
    if leader is None:
        if unit.errors:
            return refusing(("no_group_now", "; ".join(unit.errors)))
        return refusing(load("core", "sharing", "names").elsewhere(unit.member))
    accounts = [account for account in leader.ledger.accounts if account.unit == number]
    if not accounts:
        raise Refused(404)
    heard_ms = accounts[0].received_ms
    if heard_ms is None or now_ms - heard_ms > unit.timing.silent_ms:
        return refusing(("sessions_silent", number))
    return 200, HEAD, _pieces(web, unit, accounts[0].tag)


# While somebody else's are fetched these wait.
def _pieces(web, unit, tag):
    looks, total, heard, comma = 0, None, False, ""
    while looks < _LOOKS and _busy(unit.member, web.clock_ms()):
        looks += 1
        yield _LOOK_MS
    yield '{"sessions":['
    fetch = load("core", "sharing", "fetching").Fetch(
        tag, web.clock_ms() + _LOOK_MS * (_LOOKS + _ASK_LOOKS))
    if looks < _LOOKS:
        unit.member.sessions = fetch
        try:
            for records in _fetched(web, unit, fetch, looks):
                if type(records) is int:
                    yield records
                    continue
                for at in range(0, len(records), SIZE):
                    record = record_from(records, at)
                    if record is not None:
                        total = record.total_wh if total is None else total
                        yield comma + session_json(record, calendar_now_s(web))
                        comma = ","
        finally:
            if unit.member.sessions is fetch:
                unit.member.sessions = None
        heard = fetch.wanted is None
    yield filled('],"total_wh":%s,"heard":%s}', 0 if heard and total is None else total, heard)


def _busy(member, now_ms):
    return member.sessions is not None and now_ms < member.sessions.until_ms


# What comes, as bytes, and between it how long to wait.
def _fetched(web, unit, fetch, looks):
    silent = since = 0
    got = False
    while looks < _LOOKS and silent < _SILENT_LOOKS:
        if unit.member.sessions is not fetch:
            return  # this unit leads no more, or another one does the asking
        if not since:
            now_s = calendar_now_s(web)
            if not load("core", "sharing", "fetching").ask(unit.member, web.clock_ms(),
                                                           now_s or 0):
                return
            unit.hal.radio.wake()
            got = False
        yield _LOOK_MS
        looks, silent, since = looks + 1, silent + 1, (since + 1) % _ASK_LOOKS
        while fetch.came:
            silent, got = 0, True
            yield fetch.came.pop(0)
        if fetch.wanted is None:
            return
        if got and silent:
            since = 0  # all of this time have come, or are lost
