# SPDX-License-Identifier: MIT
"""Random bytes of a unit's board; on a chip they are random only while its radio is on."""


def random_bytes(hal):
    """A function that gives so many of them."""
    def draw(size):
        words = [hal.random_u32().to_bytes(4, "big") for _ in range(-(-size // 4))]
        return b"".join(words)[:size]
    return draw
