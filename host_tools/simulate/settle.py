# SPDX-License-Identifier: MIT
"""How soon the drawn total reaches that of the perfect controller after each event, and stays.

The ideal here is for the vehicles as they are in the run (who is full, who is awake), so it moves
with them.
"""

from host_tools.simulate.clock import LOOK, Alarm
from host_tools.simulate.ideal import car, total_ma

_STAYS_MS = 10000
_BANDS_MA = (1000, 500)


class _Open:
    """An event that has not settled in all bands yet."""

    def __init__(self, entry, from_ms):
        self.entry, self.from_ms = entry, from_ms


class Settling:
    """Watches the drawn total and the ideal; `entries` are those of the summary."""

    def __init__(self, clock, boards, limit_ma: int):
        self._clock = clock
        self._boards = {board.id: board for board in boards}
        self._limit_ma = limit_ma
        self._enabled = True
        self._members = {board.id for board in boards if board.spec.member}
        self._available_ms = {board.id: 0 for board in boards}  # None: it cannot give current
        self._look = Alarm(clock, LOOK, self._aim)
        self._drawn_ma = 0
        self._ideal_ma = 0
        self._inside_ms = [0, 0]  # since when within each band, None: not
        self._open = []
        self.entries = []

    def happened(self, kind: str, unit, at_ms: int, from_ms: int):
        """An event at `at_ms` whose settling counts from `from_ms`."""
        entry = {"at_s": at_ms / 1000, "kind": kind, "unit": unit, "ms_1a": None, "ms": None}
        self.entries.append(entry)
        self._open.append(_Open(entry, from_ms))

    def set_limit(self, limit_ma: int):
        """The owner asks for another limit: the perfect controller has it at once."""
        self._limit_ma = limit_ma
        self._look.sooner(self._clock.now_ms)

    def set_enabled(self, enabled: bool):
        """Sharing is switched."""
        self._enabled = enabled
        self._update_available()

    def set_members(self, members):
        """Units come to the group or leave it."""
        self._members = set(members)
        self._update_available()

    def vehicle_changed(self, board):
        """A vehicle came, went, or wants something else; or a fault."""
        self._update_available()

    def program_changed(self, board):
        """Power may have come or gone."""
        self._update_available()

    def draw_changed(self, board):
        """Compare at the end of this ms, when all that belongs together has happened."""
        self._look.sooner(self._clock.now_ms)

    def finish(self):
        """The run is over: close what has settled."""
        self._aim()
        self._close()

    @property
    def wasted_ma(self) -> int:
        """What the perfect controller's vehicles would draw more than those here, now."""
        return self._ideal_ma - self._drawn_ma

    def _update_available(self):
        for unit, board in self._boards.items():
            usable = (self._enabled and unit in self._members and board.powered
                      and not board.faults)
            if not usable:
                self._available_ms[unit] = None
            elif self._available_ms[unit] is None:
                self._available_ms[unit] = self._clock.now_ms
        self._look.sooner(self._clock.now_ms)

    def _aim(self):
        cars, now_ms = [], self._clock.now_ms
        for unit, board in self._boards.items():
            vehicle, since_ms = board.vehicle, self._available_ms[unit]
            if vehicle is None or since_ms is None or not vehicle.hungry:
                continue
            spec = vehicle.spec
            ready_ms = (max(vehicle.plugged_ms + spec.starts_after_ms, since_ms)
                        + spec.start_delay_ms)
            if ready_ms > now_ms:
                self._look.sooner(ready_ms)
            else:
                cars.append(car(unit, board.spec, spec, vehicle.max_ma, vehicle.lanes))
        self._ideal_ma = total_ma(self._limit_ma, cars)
        self._drawn_ma = sum(sum(board.draw_ma) for board in self._boards.values())
        self._compare(now_ms)

    def _compare(self, now_ms):
        away_ma = abs(self._drawn_ma - self._ideal_ma)
        inside = [away_ma <= band_ma for band_ma in _BANDS_MA]
        if inside == [since_ms is not None for since_ms in self._inside_ms]:
            return
        self._close()
        for band, is_inside in enumerate(inside):
            if not is_inside:
                self._inside_ms[band] = None
            elif self._inside_ms[band] is None:
                self._inside_ms[band] = now_ms

    def _close(self):
        now_ms = self._clock.now_ms
        for band, key in enumerate(("ms_1a", "ms")):
            since_ms = self._inside_ms[band]
            for one in self._open:
                if since_ms is None or one.entry[key] is not None:
                    continue
                start_ms = max(since_ms, one.from_ms)
                if now_ms - start_ms >= _STAYS_MS:
                    one.entry[key] = start_ms - one.from_ms
        self._open = [one for one in self._open if one.entry["ms"] is None]
