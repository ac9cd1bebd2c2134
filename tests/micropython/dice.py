# SPDX-License-Identifier: MIT
"""Chance that falls the same on CPython and MicroPython (their own generators differ)."""


class Dice:
    """A linear congruential generator of 32 bits; its upper bits are used."""

    def __init__(self, seed=1):
        self._state = seed

    def below(self, limit):
        """0 to limit - 1, limit at most 65536."""
        self._state = (self._state * 1664525 + 1013904223) & 0xFFFFFFFF
        return (self._state >> 16) % limit

    def among(self, choices):
        """One of a sequence."""
        return choices[self.below(len(choices))]

    def content(self, length):
        """Random bytes."""
        return bytes([self.below(256) for _ in range(length)])
