# SPDX-License-Identifier: MIT
"""Elligator 2 for curve25519 (RFC 9380, section 6.7.1): from a hash to a point of the curve.

Nobody knows the logarithm of such a point, nor of one code's point to another code's. That is
what a pairing's generator needs.
"""

from core.pairing.on_demand.x25519 import P, power
from micropython import const

_A = const(486662)


def point_of(number: int):
    """In slices: u of the point, 0 to P - 1, that a number of 0 to P - 1 is mapped to."""
    # 1 + 2 * number**2 is never 0: -1 is a square modulo P, and 2 is none.
    u = yield from power((2 * number * number + 1) % P, P - 2)
    u = -_A * u % P
    square = (u + _A) * u % P
    square = yield from power((square + 1) * u % P, P >> 1)
    return u if square < 2 else (-u - _A) % P
