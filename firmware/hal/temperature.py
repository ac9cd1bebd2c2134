# SPDX-License-Identifier: MIT
"""Temperature sensors. One that cannot be read says so, by a value that no sensor can have: what
that means, and how many readings must agree, is core/connector/heat.py's."""

import math

from micropython import const

LOST_DC = const(-9999)
# The ADC is flat below and ends above, the same for a wire that is off as for what lies beyond.
_LEAST_MV = const(150)
_MOST_MV = const(3050)
_ENDS_MV = const(50)
_COLD_DC = const(-200)  # no end of the ADC is taken for a colder day than this
_EVERY_MS = const(2000)
_MISSES = const(3)
_JUMP_DC = const(100)
_POWER_ON_DC = const(850)  # what a DS18B20 says that has lost its power since it was asked


class Mcp9700:
    """500 mV at 0 C, 10 mV for each degree."""

    def __init__(self, row, machine):
        self._adc = machine.ADC(machine.Pin(row["pin"]), atten=machine.ADC.ATTN_11DB)

    def read_dc(self):
        """Tenths of a degree, LOST_DC at an end of the ADC."""
        pin_mv = self._adc.read_uv() // 1000
        return pin_mv - 500 if _LEAST_MV < pin_mv < _MOST_MV else LOST_DC


class Ntc:
    """Thermistor to ground under a pull-up; beta equation."""

    def __init__(self, row, machine):
        self._adc = machine.ADC(machine.Pin(row["pin"]), atten=machine.ADC.ATTN_11DB)
        self._row = row

    def read_dc(self):
        """Tenths of a degree, LOST_DC if it is broken or shorted.

        Where the pull-up is so small that the ADC ends at a usual temperature, a broken one
        cannot be told from a cold one.
        """
        pin_mv = self._adc.read_uv() // 1000
        row = self._row
        if not _ENDS_MV < pin_mv < row["supply_mv"] - _ENDS_MV:
            return LOST_DC
        ohm = row["pullup_ohm"] * pin_mv / (row["supply_mv"] - pin_mv)
        kelvin = 1 / (1 / 298.15 + math.log(ohm / row["r25_ohm"]) / row["beta"])
        dc = int(kelvin * 10 - 2731.5)
        return LOST_DC if pin_mv >= _MOST_MV and dc < _COLD_DC else dc


class Ds18b20:
    """1-Wire sensor. A conversion takes 750 ms: read the last one, start the next.

    What 1-wire sensors do now and then is dropped: no presence pulse, a wrong checksum, the value
    of power-on, one reading far from all others. Three times in a row, and it is lost.
    """

    def __init__(self, row, machine, time):
        import ds18x20
        import onewire
        self._time = time
        self._bus = ds18x20.DS18X20(onewire.OneWire(machine.Pin(row["pin"])))
        self._rom = (self._bus.scan() or [None])[0]
        self._last_dc = LOST_DC
        self._doubted_dc = LOST_DC  # the last reading that was not believed
        self._misses = 0
        self._begun_ms = None
        self._converts = False

    def read_dc(self):
        """Tenths of a degree; the last one believed, LOST_DC if there is none."""
        now_ms = self._time.ticks_ms()
        if self._rom is not None and (self._begun_ms is None or not (
                0 <= self._time.ticks_diff(now_ms, self._begun_ms) <= _EVERY_MS)):
            if self._begun_ms is not None:
                self._take(self._reading() if self._converts else LOST_DC)
            self._begun_ms = now_ms
            self._convert()
        return self._last_dc

    def _convert(self):
        try:
            self._bus.convert_temp()
            self._converts = True
        except Exception:  # onewire raises its own kinds, and plain ones
            self._converts = False

    def _reading(self):
        try:
            return int(self._bus.read_temp(self._rom) * 10)
        except Exception:
            return LOST_DC

    def _take(self, dc):
        last_dc = self._last_dc
        near = abs(dc - last_dc) <= _JUMP_DC
        again = abs(dc - self._doubted_dc) <= _JUMP_DC or last_dc == LOST_DC
        if dc != LOST_DC and (near or again and dc != _POWER_ON_DC):
            self._last_dc = dc
            self._doubted_dc = LOST_DC
            self._misses = 0
            return
        self._doubted_dc = dc
        self._misses += 1
        if self._misses >= _MISSES:
            self._last_dc = LOST_DC
            self._misses = 0


def temperature(row, machine, time):
    """The sensor that a board file names."""
    if row["kind"] == "mcp9700":
        return Mcp9700(row, machine)
    if row["kind"] == "ntc":
        return Ntc(row, machine)
    return Ds18b20(row, machine, time)
