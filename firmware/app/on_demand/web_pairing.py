# SPDX-License-Identifier: MIT
"""GET /api/pairing: is pairing open, and whom has it found?"""

from app.on_demand.web_json import HEAD, filled, listed
from core.on_demand.serial import serial_text
from micropython import const

_FOUND = '{"serial":%s,"name":%s,"board":%s,"version":%s,"signal":%s,"vehicle":%s,"why_not":%s,' \
    '"text":%s,"state":%s}'
_TRIES = const(6)  # as opening.py counts them
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
        return 200, HEAD, ('{"open":false,"left_ms":null,"closed_ms":null,"tries":null,'
                           '"result":null,"found":[]}',)
    return 200, HEAD, _pieces(job, max(0, until_ms - now_ms), now_ms)


def _pieces(job, left_ms, now_ms):
    side = job.side
    result = side.result
    if result is not None:
        result = (_shown(result[0]), serial_text(result[1]))
    yield filled('{"open":true,"left_ms":%s,"closed_ms":%s,"tries":%s,"result":%s,"found":[',
                 left_ms, job.closed_ms(now_ms) or None, max(0, _TRIES - side.wrong), result)
    for piece in listed(_found(job.found(now_ms), job.said)):
        yield piece
    yield "]}"


def _found(found, said):
    for one in found:
        serial = one.serial.hex() if len(one.serial) == _TAG_SIZE else serial_text(one.serial)
        signal = [None if dbm == _UNKNOWN else dbm for dbm in (one.signal_here, one.signal_there)]
        yield filled(_FOUND, serial, one.name, one.board, one.version, signal, one.vehicle,
                     "busy" if one.state == "busy" else one.why_not, said.get(one.serial),
                     _shown(one.state))


def _shown(state):
    at = _STATES.find(" %s " % state)
    return _STATES[at + len(state) + 2:].split(" ")[0] if at >= 0 else state
