# SPDX-License-Identifier: MIT
"""A unit says how it is now, where its reports have no room for it: the present session, all the
energy it gave, and its temperature, in one record of core/on_demand/session_record.py. The last
byte has the temperature beside the mark of an estimate: 1 to 127 for -40 to 86 degrees C and
more, 0 for none."""

from app.on_demand.session_store import record_of, so_far
from core.load import load
from core.on_demand.session_record import UNPLUGGED, Record, packed
from micropython import const

_COLDEST_DC = const(-500)  # below: no sensor, or one that is lost
_ZERO_C = const(41)


def say(unit, number: int, now_ms: int):
    """unit: an app.unit.Unit; number: what was asked for. Without a server nothing is counted."""
    web = unit.web
    if web is None or web.session is None and unit.connector.snapshot(now_ms).closed:
        return  # its count begins in a moment
    count, total_wh = so_far(web)
    if web.session is None:
        record = Record(max(1, count), 0, 0, 0, total_wh, 0, UNPLUGGED, False)
    else:
        record = record_of(web.session, web.clock_ms(), web.calendar_s)
    last = record.estimate | _celsius(unit.hal.temperature.read_dc()) << 1
    load("core", "sharing", "fetching").say(unit.member, number, 0, packed(
        Record(*(record[:4] + (total_wh,) + record[5:7] + (last,)))))


def _celsius(dc):
    if dc is None or dc < _COLDEST_DC:
        return 0
    return max(1, min(127, dc // 10 + _ZERO_C))
