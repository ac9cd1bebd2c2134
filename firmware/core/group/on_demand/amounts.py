# SPDX-License-Identifier: MIT
"""Amperes as refusals and sentences say them."""

from micropython import const

_MANY_MA = const(1000000000)  # no more digits than a sentence can take


def amps(amount_ma: int):
    """Amperes in a refusal: a whole number, or text where they have a fraction."""
    if not -_MANY_MA < amount_ma < _MANY_MA:
        return "so many"
    return amperes(amount_ma) if amount_ma % 1000 else amount_ma // 1000


def amperes(amount_ma: int) -> str:
    """Amperes for people, without a needless fraction: 40, 13.5."""
    text = "%d.%03d" % (amount_ma // 1000, amount_ma % 1000)
    return text.rstrip("0").rstrip(".")
