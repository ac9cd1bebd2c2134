# SPDX-License-Identifier: MIT
"""Greatest current of the cable, from the resistor in its plug (IEC 61851-1)."""

from micropython import const

_CABLES = ((75, 150, 63000), (150, 330, 32000), (330, 1000, 20000), (1000, 2200, 13000))
_NO_CABLE_MA = const(0)


class Tethered:
    """A cable that is part of the unit: its current is known."""

    def __init__(self, cable_a):
        self._ma = 1000 * (cable_a or 0)

    def cable_ma(self) -> int:
        """mA."""
        return self._ma


class Proximity:
    """`row`: proximity of the board file."""

    def __init__(self, row, machine):
        self._adc = machine.ADC(machine.Pin(row["adc_pin"]), atten=machine.ADC.ATTN_11DB)
        self._pullup_ohm = row["pullup_ohm"]
        self._supply_mv = row["supply_mv"]

    def cable_ma(self) -> int:
        """mA; 0 if no known resistor is there: then nothing may be charged."""
        pin_mv = sum([self._adc.read_uv() for _ in range(4)]) // 4000
        if pin_mv >= self._supply_mv:
            return _NO_CABLE_MA
        ohm = self._pullup_ohm * pin_mv // (self._supply_mv - pin_mv)
        for low, high, cable_ma in _CABLES:
            if low <= ohm < high:
                return cable_ma
        return _NO_CABLE_MA
