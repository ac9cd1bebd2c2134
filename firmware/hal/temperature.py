# SPDX-License-Identifier: MIT
"""Temperature sensors. One that cannot be read reads as hot, so that it protects."""

import math


class Mcp9700:
    """500 mV at 0 C, 10 mV for each degree."""

    def __init__(self, row, machine):
        self._adc = machine.ADC(machine.Pin(row["pin"]), atten=machine.ADC.ATTN_11DB)

    def read_dc(self):
        """Tenths of a degree."""
        return self._adc.read_uv() // 1000 - 500


class Ntc:
    """Thermistor to ground under a pull-up; beta equation."""

    def __init__(self, row, machine):
        self._adc = machine.ADC(machine.Pin(row["pin"]), atten=machine.ADC.ATTN_11DB)
        self._row = row

    def read_dc(self):
        """Tenths of a degree; a broken or shorted sensor reads as hot, so that it protects."""
        pin_mv = self._adc.read_uv() // 1000
        row = self._row
        if not 50 < pin_mv < row["supply_mv"] - 50:
            return 1000
        ohm = row["pullup_ohm"] * pin_mv / (row["supply_mv"] - pin_mv)
        kelvin = 1 / (1 / 298.15 + math.log(ohm / row["r25_ohm"]) / row["beta"])
        return int(kelvin * 10 - 2731.5)


class Ds18b20:
    """1-Wire sensor. A conversion takes 750 ms: read the last one, start the next."""

    def __init__(self, row, machine, time):
        import ds18x20
        import onewire
        self._time = time
        self._bus = ds18x20.DS18X20(onewire.OneWire(machine.Pin(row["pin"])))
        self._rom = (self._bus.scan() or [None])[0]
        self._last_dc = 1000  # hot until the first reading
        self._begun_ms = None

    def read_dc(self):
        """Tenths of a degree; the last good reading, hot if there was none."""
        now_ms = self._time.ticks_ms()
        if self._rom is None:
            return 1000
        if self._begun_ms is None or self._time.ticks_diff(now_ms, self._begun_ms) > 2000:
            if self._begun_ms is not None:
                self._last_dc = self._read()
            self._bus.convert_temp()
            self._begun_ms = now_ms
        return self._last_dc

    def _read(self):
        try:
            return int(self._bus.read_temp(self._rom) * 10)
        except Exception:  # onewire raises plain Exception on a bad checksum
            return 1000


def temperature(row, machine, time):
    """The sensor that a board file names."""
    if row["kind"] == "mcp9700":
        return Mcp9700(row, machine)
    if row["kind"] == "ntc":
        return Ntc(row, machine)
    return Ds18b20(row, machine, time)
