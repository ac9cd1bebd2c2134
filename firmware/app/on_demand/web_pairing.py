# SPDX-License-Identifier: MIT
"""GET /api/pairing: is pairing open, and whom has it found?"""

from app.on_demand.web_json import HEAD, filled, listed
from core.on_demand.serial import serial_text
from micropython import const

_FOUND = '{"serial":%s,"name":%s,"board":%s,"version":%s,"signal":%s,"vehicle":%s,"why_not":%s,' \
    '"text":%s,"state":%s}'
_TAG_SIZE = const(4)  # where only that is known of a serial
_UNKNOWN = const(127)
# As opening.py says it, and here.
_STATES = " here new has_key key busy new trying joining given joining done joined "


def answer(web, request, name) -> tuple:
    """(status, head, pieces)."""
    # Not by owner.pairing(): that loads all that pairs, which whoever pairs has already.
    job, now_ms = web.place.device.unit.pairing, web.clock_ms()
    until_ms = getattr(job, "until_ms", None)  # a unit that joins has another job
    if until_ms is None:
        return 200, HEAD, _pieces(None, None, ())
    return 200, HEAD, _pieces(max(0, until_ms - now_ms), job.closed_ms(now_ms) or None,
                              job.found(now_ms))


def _pieces(left_ms, closed_ms, found):
    yield filled('{"open":%s,"left_ms":%s,"closed_ms":%s,"found":[', left_ms is not None, left_ms,
                 closed_ms)
    for piece in listed(_found(found)):
        yield piece
    yield "]}"


def _found(found):
    for one in found:
        serial = one.serial.hex() if len(one.serial) == _TAG_SIZE else serial_text(one.serial)
        signal = [None if dbm == _UNKNOWN else dbm for dbm in (one.signal_here, one.signal_there)]
        at = _STATES.find(" %s " % one.state)
        state = _STATES[at + len(one.state) + 2:].split(" ")[0] if at >= 0 else one.state
        yield filled(_FOUND, serial, one.name, one.board, one.version, signal, one.vehicle,
                     "busy" if one.state == "busy" else one.why_not, None, state)
