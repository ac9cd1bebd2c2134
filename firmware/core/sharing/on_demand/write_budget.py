# SPDX-License-Identifier: MIT
"""How often the flash may be written: it wears, and no quarrel may wear it out.

One write for each start, and at most 10 an hour besides. What an owner asks for comes on top: he
asks seldom, and must not have to wait for an hour. What can wait leaves some for what cannot.
"""

from core.seldom import seldom
from micropython import const

_HOUR_MS = const(3600000)
_MOST = const(10)
_KEPT = const(5)  # for what cannot wait


class Budget:
    """Of one boot of one unit. now_ms: own clock."""

    @seldom
    def __init__(self, now_ms: int):
        self._free = 1  # the write of the start, and the owner's
        self._spent_ms = []

    @seldom
    def owner_asks(self, writes: int):
        """An owner's action may take so many."""
        self._free = min(self._free + writes, _MOST)

    @seldom
    def allows(self, now_ms: int, pressing: bool) -> bool:
        """May there be a write now?"""
        if self._free:
            return True
        spent = self._spent_ms
        while spent and now_ms - spent[0] >= _HOUR_MS:
            spent.pop(0)
        return len(spent) < (_MOST if pressing else _KEPT)

    @seldom
    def spend(self, now_ms: int):
        """One is made."""
        if self._free:
            self._free -= 1
        else:
            self._spent_ms.append(now_ms)
