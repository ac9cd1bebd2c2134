# SPDX-License-Identifier: MIT
"""X25519 of RFC 7748, section 5, in slices: a unit that charges has no time for all of it at once.

What is "in slices" here is a generator: each next() does a bounded amount of work, and what
StopIteration carries is the result. The longest slice is that of _BITS steps of the ladder, or of
_EXPONENT_BITS of a power; `python -m host_tools bench` says how long they take. On MicroPython a
product and `%` take less time than a product and the two folds by 2**255 = 19 that it would need
(2.4 to 2.6 µs on the WebAssembly build), and leave a third of the garbage.

Numbers of Python take a time that depends on them. A secret is used for one agreement only, and
what could be measured from outside is dominated by everything else that a unit does meanwhile.
"""

from micropython import const

P = (1 << 255) - 19
_MASK = (1 << 255) - 1
_A24 = const(121665)
_BITS = const(2)  # a power of two
_EXPONENT_BITS = const(15)  # divides 255


def x25519(scalar: bytes, point: bytes):
    """In slices: 32 bytes, the point's multiple; all zeros for a point of low order, which no
    honest side sends. scalar, point: 32 bytes each, any."""
    p = P
    bits = bytearray(scalar)
    bits[0] &= 248
    bits[31] = bits[31] & 127 | 64
    u = (int.from_bytes(point, "little") & _MASK) % p
    x2, z2, x3, z3 = 1, 0, u, 1
    swapped = 0
    for t in range(254, -1, -1):
        bit = bits[t >> 3] >> (t & 7) & 1
        if bit != swapped:
            x2, z2, x3, z3 = x3, z3, x2, z2
            swapped = bit
        a = x2 + z2
        b = x2 - z2
        z2 = (x3 - z3) * a % p
        x2 = (x3 + z3) * b % p
        a = a * a % p
        b = b * b % p
        x3 = x2 + z2
        z3 = x2 - z2
        x3 = x3 * x3 % p
        z3 = z3 * z3 % p * u % p
        x2 = a * b % p
        b = a - b
        z2 = (b * _A24 + a) * b % p
        if not t & (_BITS - 1):
            yield
    # The lowest bit of a scalar is 0, so nothing is left swapped.
    z2 = yield from power(z2, p - 2)
    return (x2 * z2 % p).to_bytes(32, "little")


def power(number, exponent):
    """In slices: a number to the power of an exponent below 2**255, modulo P. P - 2 gives its
    inverse (0 for 0)."""
    result = 1
    for shift in range(240, -1, -_EXPONENT_BITS):
        some = exponent >> shift & (1 << _EXPONENT_BITS) - 1
        result = pow(result, 1 << _EXPONENT_BITS, P) * pow(number, some, P) % P
        yield
    return result
