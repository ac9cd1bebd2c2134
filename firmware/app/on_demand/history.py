# SPDX-License-Identifier: MIT
"""What each unit used in the last 4 hours: a byte for each minute and unit, its largest phase in
half amperes, and one for what is held. A ring of bytes; other units than before begin anew."""

from app.on_demand.unit_rows import rows
from micropython import const

_POINTS = const(240)
_HALF_MA = const(500)


def begin(web):
    """Takes its memory, before anything is loaded in between: later on it would lie in what Python
    has taken of the system for a moment, and keep it."""
    _ring(web, [row.serial for row in rows(web.place.device.unit, web.clock_ms())])


def note(web):
    """A minute has passed: a point for each unit."""
    unit, now_ms = web.place.device.unit, web.clock_ms()
    point, who = [], []
    held_ma = 0
    for row in rows(unit, now_ms):
        who.append(row.serial)
        heard = row.missing_ms is None and row.drawn_ma is not None
        point.append(min(max(row.drawn_ma) // _HALF_MA, 255) if heard else 0)
        held_ma += row.held_ma
    point.append(min(held_ma // _HALF_MA, 255))
    kept = _ring(web, who)
    at = kept[2] % _POINTS * len(point)
    for value in point:
        kept[1][at] = value
        at += 1
    kept[2] += 1


def _ring(web, serials):
    who = ",".join(serials)
    if web.history is None or web.history[0] != who:
        web.history = [who, bytearray(_POINTS * (len(serials) + 1)), 0]
    return web.history


def points(web):
    """Lists of numbers, oldest first: the units in the order of their numbers, then held."""
    if web.history is None:
        return
    _, data, count = web.history
    width = len(data) // _POINTS
    for number in range(max(0, count - _POINTS), count):
        at = number % _POINTS * width
        yield [data[i] for i in range(at, at + width)]
