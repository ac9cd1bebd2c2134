# SPDX-License-Identifier: MIT
"""A vehicle's session: counted while the vehicle is there, stored when it leaves, and every 15 min
meanwhile, so that a loss of power costs no more (session_store.py).

One object goes on for as long as the vehicle is there; without one nothing of this is loaded. What
took next to nothing is not kept: plugs that come and go write nothing to the flash.
"""

from core.connector.pilot_state import B, D
from core.load import load
from core.on_demand.session_count import SessionCount
from micropython import const

_STORE_MS = const(900000)
_AGAIN_MS = const(60000)  # where it could not be stored
_LEAST_WH = const(10)


class Session:
    """count: of core/on_demand/session_count.py; before: (number of the last session, the unit's
    total in Wh) when it began; kept_wh: of its energy what is stored."""

    __slots__ = ("count", "before", "kept_wh", "_unit", "_store_ms", "_again_ms")

    def __init__(self, unit, now_ms, before, count):
        self.count, self.before, self.kept_wh = count, before, 0
        self._unit = unit
        self._store_ms, self._again_ms = now_ms + _STORE_MS, now_ms

    def step(self, now_ms: int, calendar_s) -> bool:
        """Once a second. calendar_s: seconds of the calendar when the unit's clock began, or None.
        True when the vehicle has left and all is stored. Raises NotLoaded."""
        unit, count = self._unit, self.count
        shown = unit.connector.snapshot(now_ms)
        count.step(now_ms, shown.charge, shown.draw_ma, shown.closed,
                   unit.hal.meter.read() is None)
        over = not B <= shown.pilot_state <= D
        if count.energy_wh < _LEAST_WH:
            return over
        if now_ms < (self._again_ms if over else self._store_ms):
            return False
        rare = load("app", "session_store")
        if over:
            self._again_ms = now_ms + _AGAIN_MS
        self._store_ms = now_ms + _STORE_MS
        unit.goes_on()
        return rare.store(unit.hal.store, self, now_ms, calendar_s, over) and over


def begin(unit, now_ms: int, volts: int):
    """A vehicle is there: a Session. What an earlier start has left open is stored first."""
    rare = load("app", "session_store")
    rare.finish(unit.hal.store)
    return Session(unit, now_ms, rare.last(unit.hal.store), SessionCount(
        now_ms, unit.connector.snapshot(now_ms).charge, volts))
