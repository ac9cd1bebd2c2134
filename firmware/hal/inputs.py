# SPDX-License-Identifier: MIT
"""Inputs that protect: residual current, cable, temperature. Each also has a form for boards
that lack it, so that the pilot path asks the same questions everywhere."""

import math

from micropython import const

_CABLES = ((75, 150, 63000), (150, 330, 32000), (330, 1000, 20000), (1000, 2200, 13000))
_NO_CABLE_MA = const(0)


class NoMeter:
    """A board without current measurement."""

    def read(self):
        """None: nothing is measured."""
        return None


class NoGuard:
    """Phases are guarded by opening the contactor: no output of its own."""

    def write(self, mask: int):
        """Nothing to drive."""


class Rcm:
    """Residual current monitor: an input that must be quiet; re-read once against noise."""

    def __init__(self, board, machine, time):
        self._time = time
        self._pin = None
        self._test = None
        if board is None:
            return
        pulls = {"up": machine.Pin.PULL_UP, "down": machine.Pin.PULL_DOWN}
        self._pin = machine.Pin(board["trip_pin"], machine.Pin.IN, pulls.get(board.get("pull")))
        self._active = board["active_level"]
        self._board = board
        if board.get("test_pin") is not None:
            self._test = machine.Pin(board["test_pin"], machine.Pin.OUT,
                                     value=1 - board["test_level"])

    def tripped(self) -> bool:
        """Is the monitor asking for the contactor to open?"""
        if self._pin is None:
            return False
        return self._pin.value() == self._active and self._pin.value() == self._active

    def self_test(self) -> str:
        """Make it trip and let go again, contactor open. "" or one sentence what is wrong."""
        if self._test is None:
            return ""
        level = self._board["test_level"]
        self._test.value(level)
        tripped = self._within(self._board["test_ms"], True)
        self._test.value(1 - level)
        if not tripped:
            return "RCM self-test: no trip within %d ms" % self._board["test_ms"]
        if not self._within(self._board["clear_ms"], False):
            return "RCM self-test: still tripped after %d ms" % self._board["clear_ms"]
        return ""

    def _within(self, span_ms, wanted):
        begin_ms = self._time.ticks_ms()
        while self._time.ticks_diff(self._time.ticks_ms(), begin_ms) <= span_ms:
            if self.tripped() == wanted:
                return True
            self._time.sleep_ms(2)
        return False


class Proximity:
    """Greatest current of the cable, from its resistor (IEC 61851-1); fixed if tethered."""

    def __init__(self, board, machine):
        self._fixed_ma = 1000 * (board.get("cable_a") or 0)
        row = board.get("proximity")
        self._adc = None
        if row is not None:
            self._adc = machine.ADC(machine.Pin(row["adc_pin"]), atten=machine.ADC.ATTN_11DB)
            self._pullup_ohm = row["pullup_ohm"]
            self._supply_mv = row["supply_mv"]

    def cable_ma(self) -> int:
        """mA; 0 if no known resistor is there: then nothing may be charged."""
        if self._adc is None:
            return self._fixed_ma
        pin_mv = sum([self._adc.read_uv() for _ in range(4)]) // 4000
        if pin_mv >= self._supply_mv:
            return _NO_CABLE_MA
        ohm = self._pullup_ohm * pin_mv // (self._supply_mv - pin_mv)
        for low, high, cable_ma in _CABLES:
            if low <= ohm < high:
                return cable_ma
        return _NO_CABLE_MA


class NoTemperature:
    """A board without a sensor."""

    def read_dc(self):
        """None: nothing is measured."""
        return None


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
    if row is None:
        return NoTemperature()
    if row["kind"] == "mcp9700":
        return Mcp9700(row, machine)
    if row["kind"] == "ntc":
        return Ntc(row, machine)
    return Ds18b20(row, machine, time)
