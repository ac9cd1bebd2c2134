# SPDX-License-Identifier: MIT
"""Amps to pilot duty and back (IEC 61851-1 table A.7, SAE J1772 table 6B), integers only.

Duty is on MicroPython's 16-bit scale: a share of 65536, and 65535 is a steady +12 V. Encoding
rounds down and decoding rounds up, to 0.1 A: what is signalled is never more than what was
asked for, and what is read back is never less than what the vehicle may understand.
"""

from micropython import const

X1_U16 = const(65535)  # steady +12 V: vehicle seen, nothing offered
F_U16 = const(0)  # steady -12 V: out of service
MIN_MA = const(6000)  # no code exists below 6 A; 5 % means digital communication, never sent
MAX_MA = const(80000)

# The first line, A = duty % * 0.6, ends at 51 A and 85 %. The second, A = (duty % - 64) * 2.5,
# starts at 52.5 A and the same 85 %, which vehicles read by the first: nothing is between.
_SEAM_MA = const(51000)
_SEAM_END_MA = const(52500)
_SEAM_U16 = const(55705)  # floor of 85 %
_READ_6_A_U16 = const(5243)  # 8 %: from here to 10 % vehicles read 6 A, below no current
_TEN_PERCENT_U16 = const(6554)
_READ_END_U16 = const(63569)  # 97 %: above it no current; 96 to 97 % is read as 80 A


def floor_ma(amount_ma: int) -> int:
    """The largest current that can be signalled and is not above amount_ma: 0 or 6 to 80 A."""
    if amount_ma < MIN_MA:
        return 0
    if amount_ma > _SEAM_MA:
        if amount_ma < _SEAM_END_MA + 100:
            return _SEAM_MA
        if amount_ma > MAX_MA:
            return MAX_MA
    return amount_ma - amount_ma % 100


def duty_u16(amount_ma: int, bits: int = 16) -> int:
    """Duty that offers at most amount_ma; X1_U16 below 6 A.

    bits: resolution of the PWM hardware, 13 to 16; lower bits of the answer are 0, so that
    hardware that rounds them would still not round up.
    """
    tenths = floor_ma(amount_ma) // 100
    if tenths == 0:
        return X1_U16
    # Reduced fractions keep the products below 2**30: 65536 / 600 and 65536 / 2500.
    if tenths * 100 <= _SEAM_MA:
        duty = tenths * 8192 // 75
    else:
        duty = (tenths + 1600) * 16384 // 625
    return duty >> (16 - bits) << (16 - bits)


def amount_ma(duty: int) -> int:
    """Largest current a vehicle may understand from a duty, rounded up to 0.1 A; 0 for none."""
    if duty < _READ_6_A_U16 or duty > _READ_END_U16:
        return 0
    if duty < _TEN_PERCENT_U16:
        return MIN_MA
    if duty <= _SEAM_U16:
        return -(-duty * 75 // 8192) * 100
    return min(MAX_MA, -(-duty * 625 // 16384) * 100 - 160000)
