# SPDX-License-Identifier: MIT
"""X25519 of RFC 7748, section 5, in slices: a unit that charges has no time for all of it at once.

What is "in slices" here is a generator: each next() does a bounded amount of work, and what
StopIteration carries is the result. The longest slice is the one of _BITS steps of the ladder, or
of _SQUARINGS squarings; `python -m host_tools bench` says how long they take. On a board `%` is
faster than folding by 2**255 = 19, and leaves half the garbage.

Numbers of Python take a time that depends on them. A secret is used for one agreement only, and
what could be measured from outside is dominated by everything else that a unit does meanwhile.
"""

from micropython import const

P = (1 << 255) - 19
_MASK = (1 << 255) - 1
_A24 = const(121665)
_BITS = const(4)  # a power of two
_SQUARINGS = const(25)


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
    z2 = yield from power(z2, 5, 11)
    return (x2 * z2 % p).to_bytes(32, "little")


def power(x, squarings, last):
    """In slices: x to the power of (2**250 - 1) * 2**squarings + last, modulo P. 5 and 11 give
    1 / x (0 for 0), 4 and 6 Legendre's symbol."""
    of_5 = pow(x, 31, P)  # all bits set in the exponents until the last
    of_10 = yield from _raised(of_5, 5, of_5)
    result = yield from _raised(of_10, 10, of_10)
    result = yield from _raised(result, 20, result)
    of_50 = yield from _raised(result, 10, of_10)
    result = yield from _raised(of_50, 50, of_50)
    result = yield from _raised(result, 100, result)
    result = yield from _raised(result, 50, of_50)
    return (yield from _raised(result, squarings, pow(x, last, P)))


def _raised(x, squarings, factor):
    while squarings > 0:
        now = min(squarings, _SQUARINGS)
        x = pow(x, 1 << now, P)
        squarings -= now
        yield
    return x * factor % P


def at_once(slices):
    """The result of what is in slices, for those who have the time."""
    try:
        while True:
            next(slices)
    except StopIteration as end:
        return end.value
