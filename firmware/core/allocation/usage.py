# SPDX-License-Identifier: MIT
"""When allocation last switched a unit on or off: what `Demand.active` and `since_ms` come from.
And whose turn it is of those that ask for nothing (turns.py).

Only switching by allocation counts. A unit that stops asking, loses its lease or is unplugged
starts anew, so that neither its own vehicle nor the radio makes it wait out a lock.
"""

from micropython import const

NEVER_MS = const(1 << 29)  # since_ms of a unit that allocation has not switched yet
LOCK_MS = const(210000)  # 3.5 min: on or off at least so long; a contactor wears by switching


class Usage:
    """One per unit, kept by the leader. `active`: allocation has it switched on."""

    __slots__ = ("active", "_switched_ms", "idle_ms", "turn_ms", "_round_ms")

    def __init__(self, now_ms: int):
        self.active = False
        self._switched_ms = None
        self.idle_ms = now_ms  # since when it was offered nothing, while it asked for nothing
        self.turn_ms = 0  # what is left of its turn, 0: it has none
        self._round_ms = now_ms

    def note(self, now_ms: int, ask_ma: int, amount_ma: int):
        """Take in what one round gave (mA) for what was asked (mA)."""
        if not ask_ma:
            self.forget()
        elif (amount_ma > 0) != self.active:
            self.active = amount_ma > 0
            self._switched_ms = now_ms
        elif self._switched_ms is None:
            # It has waited from its first ask. That was no switch: no lock keeps it from
            # starting, but its waiting counts.
            self._switched_ms = now_ms - LOCK_MS

    def forget(self):
        """Unplugged, or lost its lease: the next start or stop need not wait."""
        self.active = False
        self._switched_ms = None

    def since_ms(self, now_ms: int) -> int:
        """How long it has been on or paused, ms; NEVER_MS before its first round."""
        if self._switched_ms is None:
            return NEVER_MS
        return min(now_ms - self._switched_ms, NEVER_MS - 1)

    def rests(self, now_ms: int, asks: bool, offered: bool) -> bool:
        """Take in whether it asks for something, and was offered it. True while it is its turn."""
        if asks:
            self.turn_ms = 0
        elif offered and self.turn_ms:
            self.turn_ms = max(0, self.turn_ms - (now_ms - self._round_ms))
        if asks or offered:
            self.idle_ms = now_ms
        self._round_ms = now_ms
        return self.turn_ms > 0
