# SPDX-License-Identifier: MIT
"""Where a unit's sessions are stored: see core/on_demand/session_record.py."""

from core.on_demand.session_record import (
    GOES_ON, INTERRUPTED, UNPLUGGED, Record, block_of, newest, packed, put, record_from)

BLOCKS = ("sessions0", "sessions1")  # names in the store
OPEN = "session"  # of the one that goes on


def record_of(session, now_ms, calendar_s, ended=GOES_ON):
    """Record of a session.Session as it is now. calendar_s: see there."""
    count, (number, total_wh) = session.count, session.before
    start_s = 0 if calendar_s is None else calendar_s + count.begun_ms // 1000
    return Record(number + 1, start_s, (now_ms - count.begun_ms) // 1000, count.energy_wh,
                  total_wh + count.energy_wh, count.most_ma, ended, count.estimate)


def store(store, session, now_ms, calendar_s, over: bool) -> bool:
    """Store a session.Session as it is now. Is it stored?"""
    record = record_of(session, now_ms, calendar_s, UNPLUGGED if over else GOES_ON)
    if not over:
        if store.write(OPEN, packed(record)):
            session.kept_wh = record.energy_wh
            return True
        return False
    return _kept(store, record) and store.remove(OPEN)


def finish(store):
    """Keep a session that was going on when the unit started anew."""
    left = store.read(OPEN)
    if left is None:
        return
    record = record_from(left)
    if record is None or record.number <= last(store)[0] or _kept(
            store, Record(*record[:6], INTERRUPTED, record.estimate)):
        store.remove(OPEN)


def _kept(store, record):
    name = BLOCKS[block_of(record.number)]
    return store.write(name, put(store.read(name) or b"", record))


def last(store) -> tuple:
    """(number of the last session that is kept, the unit's total in Wh)."""
    number = total_wh = 0
    for name in BLOCKS:
        record = newest(store.read(name) or b"")
        if record is not None:
            number, total_wh = max(number, record.number), max(total_wh, record.total_wh)
    return number, total_wh


def so_far(web) -> tuple:
    """(sessions, all the energy that a unit gave in Wh), with the one that goes on as far as a
    loss of power cannot take it any more: what was told runs never backwards. web: app.web.Web."""
    session = web.session
    if session is not None:
        return session.before[0] + 1, session.before[1] + session.kept_wh
    if web.total is None:
        store = web.place.device.unit.hal.store
        finish(store)
        web.total = last(store)
    return web.total
