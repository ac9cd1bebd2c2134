# SPDX-License-Identifier: MIT
"""A board's flash: named blocks that survive reboots, and what they held before.

Storage keeps two copies. When the newer one is lost, the older one is what the unit starts with.
"""

import json

from host_tools.simulate.clock import Clock

_KEPT = 100  # of each block
_ILL_MS = 900_000  # so long it may take until the unit is as before


class Flash:
    """`blocks`: what each key holds now."""

    def __init__(self, clock: Clock):
        self._clock = clock
        self.blocks = {}
        self._before = {}  # key: list of (until_ms, data), data None: there was nothing
        self._lost = []  # what the next boot finds older
        self._ill_ms = None

    def is_ill(self) -> bool:
        """Has it failed the unit lately?"""
        return self._ill_ms is not None and self._clock.now_ms - self._ill_ms < _ILL_MS

    def fail(self):
        """A write is not stored."""
        self._ill_ms = self._clock.now_ms

    def write(self, key: str, data: bytes):
        """Store a block."""
        before = self._before.setdefault(key, [])
        before.append((self._clock.now_ms, self.blocks.get(key)))
        del before[:-_KEPT]
        self.blocks[key] = data

    def lose(self, key: str, writes: "int | None", back_ms: "int | None"):
        """The last writes of a block, or those of the last `back_ms`, are gone at a boot."""
        self._lost.append((key, writes, self._clock.now_ms - (back_ms or 0)))

    def boot(self):
        """The unit starts, and reads what there is."""
        lost, self._lost = self._lost, []
        for key, writes, since_ms in lost:
            before = self._before.get(key, [])
            if writes is None:
                writes = sum(until_ms > since_ms for until_ms, _ in before)
            # What comes back is of this group: a unit that gets the record of an earlier one has
            # its key too, and cannot know better (firmware/core/SAFETY.md).
            now = _group_of(self.blocks.get(key))
            older = [i for i in range(max(0, len(before) - (writes or 0)), len(before))
                     if before[i][1] is None or _group_of(before[i][1]) == now]
            if older:
                self.fail()
                self._return(key, before[older[0]][1])
                del before[older[0]:]

    def _return(self, key, data):
        if data is None:
            self.blocks.pop(key, None)
        else:
            self.blocks[key] = data


def _group_of(data):
    """The key in a stored record, None where there is none."""
    try:
        return json.loads(data)["key"]
    except (TypeError, ValueError, KeyError):
        return None
