# SPDX-License-Identifier: MIT
"""What is ill about a board though it still works: sensors that lie, a dead radio, bad flash.

A hardware fault (`scenario.FAULTS`) stops a unit, and rightly; with one of these it has to cope.
The readings are those that a driver of `firmware/hal` could give.
"""

from random import Random

from host_tools.simulate.clock import PIN, Alarm, Clock

METER = ("meter_frozen", "meter_zero", "meter_nan")
OUTLIERS = ("proximity_outliers", "temperature_outliers", "rcm_outliers", "pilot_outliers")
RADIO, FLASH, HEAT = "radio_dead", "flash_fails", "temperature_dead"
TROUBLES = METER + OUTLIERS + (HEAT, RADIO, FLASH)
# What a unit may stop for.
EXCUSES = frozenset((HEAT,))
RAISES = {"OSError": OSError, "RuntimeError": RuntimeError, "MemoryError": MemoryError}

_METER_STALE_MS = 3000  # as long the drivers of meters say what they knew last
_GAP_LEAST_MS = 100  # outliers are single readings
_CABLES_MA = (0, 0, 13000, 20000, 32000, 63000)
_STRAY_DC = (200, 1000)


class Troubles:
    """Of one board. `now`: trouble -> its options; `odd`: sensor -> its next reading, if wrong."""

    def __init__(self, clock: Clock, board, air, seed):
        self.now, self.odd = {}, {}
        self._clock, self._board, self._air = clock, board, air
        self._draw = Random(f"{seed}/troubles/{board.id}")
        self._alarms = {name: Alarm(clock, PIN, lambda name=name: self._stray(name))
                        for name in OUTLIERS}
        self._silent = Alarm(clock, PIN, lambda: board.inputs_changed())
        self._held_ma, self._held_ms = None, 0

    def begin(self, name: str, options: dict):
        """A trouble begins, or goes on with other options."""
        self.now[name] = options
        if name in METER:
            self._held_ma, self._held_ms = self._board.meter_ma, self._clock.now_ms
            self._silent.set(self._held_ms + _METER_STALE_MS)
        elif name in OUTLIERS:
            self._plan(name)
        elif name == RADIO:
            self._air.deafen(self._board.id, True)
        self._board.troubles_changed()

    def end(self, name: str):
        """A trouble is over."""
        self.now.pop(name, None)
        if name in OUTLIERS:
            self._alarms[name].set(None)
        elif name == RADIO:
            self._air.deafen(self._board.id, False)
        self._board.troubles_changed()

    def booted(self, power_returned: bool):
        """The unit starts: some radios come back by it, some only after a loss of power."""
        until = self.now.get(RADIO, {}).get("until")
        if until == "reboot" or until == "power" and power_returned:
            self.end(RADIO)

    @property
    def excuses(self) -> bool:
        """Is there one that a unit may stop for?"""
        return not EXCUSES.isdisjoint(self.now)

    @property
    def meter_lies(self) -> bool:
        """May the meter show less than the vehicle draws?"""
        return any(name in self.now for name in METER)

    def meter_ma(self, true_ma):
        """What the meter's driver says while the meter would show `true_ma`; None: nothing."""
        if "meter_nan" in self.now:  # no number is no reading: drivers keep the one before
            stale = self._clock.now_ms - self._held_ms >= _METER_STALE_MS
            return None if stale else self._held_ma
        if "meter_zero" in self.now:
            return (0, 0, 0)
        return self._held_ma if "meter_frozen" in self.now else true_ma

    def temperature_dc(self, true_dc: int) -> "int | None":
        """Tenths of a degree as the driver says them; None: it cannot read its sensor."""
        if HEAT in self.now:
            return self.now[HEAT]["reads_c"]
        return true_dc + self.take("temperature_outliers", 0)

    def take(self, name: str, else_):
        """The wrong reading of a sensor, once; else_: there is none."""
        if name not in self.odd:
            return else_
        value = self.odd.pop(name)
        self._board.inputs_changed()  # the next reading is right again
        return value

    def radio_error(self):
        """Raise what every call of a dead radio raises."""
        raises = self.now.get(RADIO, {}).get("raises")
        if raises:
            error = RAISES[raises]("the radio is dead")
            error.injected = True
            raise error

    def _plan(self, name):
        per_ms = self.now[name]["per_min"] / 60000
        self._alarms[name].set(self._clock.now_ms + _GAP_LEAST_MS
                               + int(self._draw.expovariate(per_ms)))

    def _stray(self, name):
        draw = self._draw
        if name == "proximity_outliers":
            self.odd[name] = draw.choice(_CABLES_MA)
        elif name == "temperature_outliers":
            self.odd[name] = draw.choice((-1, 1)) * draw.randint(*_STRAY_DC)
        elif name == "rcm_outliers":
            self.odd[name] = True
        else:
            self.odd[name] = draw.randrange(2), draw.randint(-12000, 12000)
        self._board.inputs_changed()
        self._plan(name)
