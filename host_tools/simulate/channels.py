# SPDX-License-Identifier: MIT
"""On which channel each unit is, and what holds it there.

A home Wi-Fi (router.py) holds whoever leads; a client who is logged in at a unit's access point
holds that unit. Both are gone after a boot, which brings the unit back to the channel of its
settings.
"""

FIRST = 1


class Channels:
    """changed(): called when a unit has gone to another channel."""

    def __init__(self, units, changed):
        self._at = dict.fromkeys(units, FIRST)
        self._away = set()  # units whose radio is between two channels
        self._in_wifi, self._clients = set(), set()
        self._changed = changed

    def of(self, unit: int) -> int:
        """1 to 13."""
        return self._at[unit]

    def meet(self, first: int, second: int) -> bool:
        """Are both on one channel?"""
        if self._at[first] != self._at[second]:
            return False
        return not self._away or first not in self._away and second not in self._away

    def is_one(self) -> bool:
        """Are all units on one channel?"""
        return not self._away and len(set(self._at.values())) == 1

    def pinned(self, unit: int) -> bool:
        """Does something hold the unit where it is?"""
        return unit in self._clients or unit in self._in_wifi

    def boot(self, unit: int):
        """Its program starts."""
        self._clients.discard(unit)
        self.part(unit)
        self._go(unit, FIRST)

    def tune(self, unit: int, channel: int):
        """Its program asks for a channel."""
        if not self.pinned(unit):
            self._go(unit, channel)

    def client(self, unit: int, on: bool):
        """Somebody logs in at its access point, or goes."""
        (self._clients.add if on else self._clients.discard)(unit)

    def leave(self, unit: int):
        """It looks for its home Wi-Fi, and is nowhere until it has joined, or parts."""
        self._in_wifi.discard(unit)
        self._away.add(unit)
        self._changed()

    def join(self, unit: int, channel: int):
        """It is in its home Wi-Fi, on its channel."""
        self._away.discard(unit)
        self._in_wifi.add(unit)
        self._at[unit] = channel
        self._changed()

    def part(self, unit: int):
        """It wants no home Wi-Fi (any more), and stays where it is."""
        self._in_wifi.discard(unit)
        if unit in self._away:
            self._away.discard(unit)
            self._changed()

    def _go(self, unit, channel):
        if channel != self._at[unit]:
            self._at[unit] = channel
            self._changed()
