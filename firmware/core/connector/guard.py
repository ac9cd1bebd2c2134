# SPDX-License-Identifier: MIT
"""Guards the wired phases that a grant leaves out (design 3, rule 14).

The leader gives such a phase to others. A vehicle that wakes on it is disconnected within 0.2 s,
and from then on all its phases count until it is unplugged. Loaded only where it can do something.
"""

from core.units import NEVER_MS
from micropython import const

_AWAKE_MA = const(500)
_AWAKE_MS = const(200)


class Guard:
    """Attributes after the last step: mask of the guarded circuit phases, tripped, due_ms."""

    __slots__ = ("mask", "tripped", "due_ms", "_wired", "_metered", "_awake_ms")

    def __init__(self, wired: int, metered: bool):
        self.mask = 0
        self.tripped = False
        self.due_ms = NEVER_MS
        self._wired = wired
        self._metered = metered
        self._awake_ms = None

    def accepts(self, phases: int) -> bool:
        """May current be offered under a grant for these phases?

        Some may be left out only where each is metered and none has woken.
        """
        left_out = self._wired & ~phases
        return not left_out or (self._metered and not self.tripped and left_out != self._wired)

    def set(self, phases: int, offered_ma: int, closed: bool, largest_ma: int):
        """Follow a grant. offered_ma: now; largest_ma: on the pilot within the last 5 s.

        A phase is guarded at once, but released only when the vehicle can no longer follow an
        offer there that is larger than the one that now counts on it. A stop changes nothing:
        what the vehicle still draws must not look like waking.
        """
        left_out = self._wired & ~phases
        if not closed:
            self.mask = left_out if self.accepts(phases) else 0
        elif offered_ma:
            self.mask = left_out if largest_ma <= offered_ma else self.mask | left_out

    def step(self, draw_ma: tuple, closed: bool, now_ms: int) -> bool:
        """True when a vehicle has just woken on a guarded phase: open at once."""
        self.due_ms = NEVER_MS
        if not (closed and self._awake(draw_ma)):
            self._awake_ms = None
            return False
        if self._awake_ms is None:
            self._awake_ms = now_ms
        if now_ms - self._awake_ms < _AWAKE_MS:
            self.due_ms = self._awake_ms + _AWAKE_MS
            return False
        self.tripped = True
        return True

    def unplugged(self):
        """The next vehicle may be charged on some of the phases again."""
        self.tripped = False

    def _awake(self, draw_ma):
        mask = self.mask
        return (mask & 1 and draw_ma[0] > _AWAKE_MA or mask & 2 and draw_ma[1] > _AWAKE_MA
                or mask & 4 and draw_ma[2] > _AWAKE_MA)
