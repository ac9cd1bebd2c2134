# SPDX-License-Identifier: MIT
"""Label codes for the tests, made apart from the firmware: GF(32) by its table of powers."""

DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def _powers():
    found, value = [], 1
    for _ in range(31):
        found.append(value)
        value = value << 1 ^ (37 if value & 16 else 0)
    return found


_POWERS = _powers()


def _times_power(value, power):
    if value == 0:
        return 0
    return _POWERS[(_POWERS.index(value) + power) % 31]


def check_character(twelve: str) -> str:
    """The thirteenth character of a code."""
    total = 0
    for place, letter in enumerate(twelve):
        total ^= _times_power(DIGITS.index(letter), len(twelve) - place)
    return DIGITS[total]


def code(serial: str) -> str:
    """A code for a serial: any will do, as long as each has its own."""
    number = int(serial, 16) * 2654435761 % (1 << 60)
    twelve = "".join(DIGITS[number >> 5 * i & 31] for i in range(12))
    return twelve + check_character(twelve)
