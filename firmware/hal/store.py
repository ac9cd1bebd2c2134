# SPDX-License-Identifier: MIT
"""Values that survive power loss at any byte: two copies each, with a checksum and a number.

A copy goes to a file aside, is flushed, and only then renamed over the old one. Stored means that
both copies hold the value and read back equal: flash that loses the newest file of a day still has
it. Reading takes the newest copy whose checksum fits. What is in both copies is not written again.
What does it is loaded for it: each call may raise NotLoaded, and then has done nothing.
"""

from core.load import load


class Store:
    """Files in one folder, made if missing. alive(): called between any two steps that take
    time: flash that is slow is no program that hangs."""

    def __init__(self, folder="/store", alive=None):
        self._folder = folder
        self._alive = alive
        self.writes = 0  # copies written or taken away since the start
        load("hal", "store").begin(self)

    def read(self, key: str):
        """Newest whole copy of a value, bytes, or None if there is none."""
        return load("hal", "store").read(self, key)

    def write(self, key: str, data: bytes) -> bool:
        """Replace a value. True only if both copies hold it and read back equal."""
        return load("hal", "store").write(self, key, data)

    def remove(self, key: str) -> bool:
        """Forget a value: after a loss of power in here it is whole, or gone. Is it gone?"""
        return load("hal", "store").remove(self, key)
