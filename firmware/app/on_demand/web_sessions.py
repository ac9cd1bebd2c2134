# SPDX-License-Identifier: MIT
"""GET /api/sessions?unit=2: the last sessions of a unit, the newest first, and all the energy that
it gave. A unit tells of itself alone."""

from app.on_demand.session_store import BLOCKS, so_far
from app.on_demand.unit_rows import row_of_unit
from app.on_demand.web_json import HEAD, filled, listed
from app.web import Refused
from core.on_demand.session_record import (
    ENDS, IN_BLOCK, KEPT, SIZE, block_of, newest, record_from)

_SESSION = '{"number":%s,"start_age_ms":%s,"length_s":%s,"energy_wh":%s,"estimate":%s,' \
    '"highest_ma":%s,"ended":%s}'


def answer(web, request, name) -> tuple:
    """(status, head, pieces). Raises Refused."""
    unit = web.place.device.unit
    row = row_of_unit(unit, None, web.clock_ms())
    wanted = request.query.partition("unit=")[2]
    if wanted and not (wanted.isdigit() and len(wanted) < 4):
        raise Refused(400)
    if wanted and int(wanted) != row.n:
        return 200, HEAD, ('{"sessions":[],"total_wh":null}',)
    return 200, HEAD, _pieces(web, so_far(web)[1])


def _pieces(web, total):
    yield '{"sessions":['
    for piece in listed(_sessions(web)):
        yield piece
    yield filled('],"total_wh":%s}', total)


# One block after the other is read, and no list is made of what is in it.
def _sessions(web):
    store = web.place.device.unit.hal.store
    now_s = None if web.calendar_s is None else web.calendar_s + web.clock_ms() // 1000
    if web.session is not None:
        count, now_ms = web.session.count, web.clock_ms()
        yield filled(_SESSION, 0, now_ms - count.begun_ms, (now_ms - count.begun_ms) // 1000,
                     count.energy_wh, count.estimate, count.most_ma, ENDS[0])
    blocks = [newest(store.read(name) or b"") for name in BLOCKS]
    number = max([0] + [record.number for record in blocks if record is not None])
    block, data = None, b""
    for each in range(number, max(0, number - KEPT), -1):
        if block_of(each) != block:
            block = block_of(each)
            data = store.read(BLOCKS[block]) or b""
        record = record_from(data, each % IN_BLOCK * SIZE)
        if record is not None and record.number == each:
            age_ms = None if now_s is None or not record.start_s else max(
                0, 1000 * (now_s - record.start_s))
            yield filled(_SESSION, each, age_ms, record.length_s, record.energy_wh,
                         record.estimate, record.most_ma, ENDS[record.ended])
