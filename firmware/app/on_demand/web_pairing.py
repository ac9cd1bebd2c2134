# SPDX-License-Identifier: MIT
"""GET /api/pairing: is pairing open, and whom has it found?"""

from app.on_demand.web_json import HEAD, filled, listed
from core.on_demand.serial import serial_text

_FOUND = '{"serial":%s,"name":%s,"board":%s,"version":%s,"signal":%s,"vehicle":%s,"why_not":%s,' \
    '"text":%s,"state":%s}'


def answer(web, request, name) -> tuple:
    """(status, head, pieces)."""
    unit, now_ms = web.place.device.unit, web.clock_ms()
    job = getattr(unit, "pairing", None)
    until_ms = getattr(job, "until_ms", None)  # a unit that joins has another one
    found = [] if until_ms is None else job.found(now_ms)
    return 200, HEAD, _pieces(None if until_ms is None else max(0, until_ms - now_ms), found)


def _pieces(left_ms, found):
    yield filled('{"open":%s,"left_ms":%s,"closed_ms":null,"found":[', left_ms is not None,
                 left_ms)
    for piece in listed(_found(found)):
        yield piece
    yield "]}"


def _found(found):
    for one in found:
        yield filled(_FOUND, serial_text(one.serial), one.name, one.board, one.version,
                     [one.signal_here, one.signal_there], one.vehicle, one.why_not, None,
                     one.state)
