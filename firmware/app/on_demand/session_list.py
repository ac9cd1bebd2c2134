# SPDX-License-Identifier: MIT
"""A unit's sessions from the newest down, read from its store; and one of them as JSON."""

from app.on_demand.session_store import BLOCKS, record_of, so_far
from app.on_demand.web_json import filled
from core.on_demand.session_record import (
    ENDS, GOES_ON, IN_BLOCK, KEPT, SIZE, Record, block_of, newest, record_from)

_SESSION = '{"number":%s,"start_age_ms":%s,"length_s":%s,"energy_wh":%s,"estimate":%s,' \
    '"highest_ma":%s,"ended":%s}'


def records(unit, web, number=0):
    """Each Record that there is, downwards. number: from which one on, 0: with the one that goes
    on first. web: app.web.Web, or None."""
    session = None if web is None else web.session
    if session is not None and not number:
        record = record_of(session, web.clock_ms(), web.calendar_s)
        yield Record(*(record[:4] + (so_far(web)[1],) + record[5:]))
    store = unit.hal.store
    # One block after the other is read, and no list is made of what is in it.
    blocks = [newest(store.read(name) or b"") for name in BLOCKS]
    last = max([0] + [record.number for record in blocks if record is not None])
    block, data = None, b""
    for each in range(min(number or last, last), max(0, last - KEPT), -1):
        if block_of(each) != block:
            block = block_of(each)
            data = store.read(BLOCKS[block]) or b""
        record = record_from(data, each % IN_BLOCK * SIZE)
        if record is not None and record.number == each:
            yield record


def calendar_now_s(web):
    """Seconds of the calendar, or None."""
    return None if web.calendar_s is None else web.calendar_s + web.clock_ms() // 1000


def session_json(record, now_s) -> str:
    """One session. now_s: of calendar_now_s()."""
    number, age_ms = record.number, None
    if record.ended == GOES_ON:
        number, age_ms = 0, 1000 * record.length_s
    elif now_s is not None and record.start_s:
        age_ms = max(0, 1000 * (now_s - record.start_s))
    return filled(_SESSION, number, age_ms, record.length_s, record.energy_wh, record.estimate,
                  record.most_ma, ENDS[record.ended])
