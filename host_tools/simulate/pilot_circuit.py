# SPDX-License-Identifier: MIT
"""The control pilot as a circuit, and its duty as a vehicle reads it.

A generator of +12 V and -12 V behind 1 kOhm meets the vehicle's diode and resistor (SAE J1772,
table 4 and figure 3). The voltage at the vehicle's end comes from that divider, with the seed's
tolerances, not from a table of states. The duty is decoded by the vehicle's side of the standard
(SAE J1772 table 6B), on purpose without the firmware's own mapping.
"""

from random import Random

X1_U16 = 65535  # steady +12 V
_FULL = 65536  # MicroPython's duty_u16 counts 65536ths, but its greatest value means always
_OFF_OHM = 10_000_000
_DIODE_MV = 700
_RESISTOR_OHM = {"A": None, "B": 2740, "C": 882, "D": 246}
_GENERATOR_OHM = 1000
_GENERATOR_MV = 12000


def amount_ma(duty_u16: int) -> int:
    """Current that a vehicle may draw at this duty, mA; 0 for none (X1, F, 5 %, errors)."""
    share = 0 if duty_u16 == X1_U16 else duty_u16 * 10000 // _FULL  # hundredths of a percent
    if share < 800 or share > 9700:
        return 0
    if share < 1000:
        return 6000
    if share <= 8500:
        return duty_u16 * 60000 // _FULL
    if share <= 9600:
        return duty_u16 * 250000 // _FULL - 160000
    return 80000


def pwm_on(duty_u16: int) -> bool:
    """Does the pilot oscillate (X2)?"""
    return 0 < duty_u16 < X1_U16


class PilotCircuit:
    """Voltages at the vehicle's end of one pilot, mV. `draw` sets its parts within 2 %."""

    def __init__(self, draw: Random):
        self._plus_mv = _spread(draw, _GENERATOR_MV)
        self._minus_mv = -_spread(draw, _GENERATOR_MV)
        self._series_ohm = _spread(draw, _GENERATOR_OHM)
        self._ohm = {letter: ohm and _spread(draw, ohm) for letter, ohm in _RESISTOR_OHM.items()}

    def levels(self, duty_u16: int, letter: str, diode: bool, shorted: bool) -> tuple:
        """(high_mv, low_mv) with the vehicle in state `letter`; None for a half that is not there.

        diode False: it conducts both ways. shorted: pilot connected to earth.
        """
        high_mv = self._half(self._plus_mv, letter, True, shorted) if duty_u16 else None
        low_mv = None
        if duty_u16 < X1_U16:
            low_mv = self._half(self._minus_mv, letter, not diode, shorted)
        return high_mv, low_mv

    def _half(self, source_mv, letter, conducts, shorted):
        if shorted:
            return 0
        ohm = self._ohm[letter]
        if ohm is None or not conducts:
            return source_mv * _OFF_OHM // (_OFF_OHM + self._series_ohm)
        drop_mv = _DIODE_MV if source_mv > 0 else 0
        return drop_mv + (source_mv - drop_mv) * ohm // (ohm + self._series_ohm)


def _spread(draw, value):
    return value * draw.randint(980, 1020) // 1000
