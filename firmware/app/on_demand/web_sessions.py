# SPDX-License-Identifier: MIT
"""GET /api/sessions?unit=2: the last sessions of a unit, the newest first, and all the energy that
it gave. A leader fetches those of another unit: web_member_sessions.py."""

from app.on_demand.session_list import calendar_now_s, records, session_json
from app.on_demand.session_store import so_far
from app.on_demand.unit_rows import row_of_unit
from app.on_demand.web_json import HEAD, filled, listed
from app.web import Refused

# What fetching wants, each after those that it imports itself.
_FETCHING = "core.serial core.sharing.said core.unit_name core.sharing.rare_bodies " \
    "core.sharing.rare_frame core.sharing.fetching"


def answer(web, request, name) -> tuple:
    """(status, head, pieces). Raises Refused."""
    unit = web.place.device.unit
    row = row_of_unit(unit, None, web.clock_ms())
    name, _, wanted = request.query.partition("=")
    if request.query and not (name == "unit" and wanted.isdigit() and len(wanted) < 4):
        raise Refused(400)
    if wanted and int(wanted) != row.n:
        return 0, [place.split(".") for place in _FETCHING.split(" ")], (
            ("app", "web_member_sessions"), int(wanted))
    return 200, HEAD, _pieces(web, so_far(web)[1])


def _pieces(web, total):
    yield '{"sessions":['
    now_s = calendar_now_s(web)
    for piece in listed(session_json(record, now_s)
                        for record in records(web.place.device.unit, web)):
        yield piece
    yield filled('],"total_wh":%s,"heard":true}', total)
