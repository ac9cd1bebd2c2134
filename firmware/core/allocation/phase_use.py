# SPDX-License-Identifier: MIT
"""Which wired phases a vehicle does not use (design 3, rule 14), so that others may have them.

A phase is unused after 20 s of less than 0.5 A at an offer of 6 A or more, while another phase
was drawing. It is only a wish: the leader leaves a phase out, the guard in the connector watches
it, and once a guard has tripped all phases count until the vehicle is unplugged.
"""

from core.units import OFFER_MIN_MA
from micropython import const

_UNUSED_MA = const(500)
_DRAWING_MA = const(4000)  # a vehicle offered 6 A may leave up to 2 A of it
_UNUSED_MS = const(20000)


class PhaseUse:
    """Phases wanted by one unit that meters each of its phases. `wired`: their mask."""

    __slots__ = ("_wired", "_since_ms", "_unused")

    def __init__(self, wired: int):
        self._wired = wired
        self._since_ms = [None, None, None]
        self._unused = 0

    def step(self, now_ms: int, draw_ma, offered_ma: int, closed: bool):
        """Take a sample while a vehicle is connected; draws are per circuit phase, mA."""
        charging = closed and offered_ma >= OFFER_MIN_MA and max(draw_ma) >= _DRAWING_MA
        for p in (0, 1, 2):
            if not self._wired >> p & 1:
                continue
            if not charging or draw_ma[p] >= _UNUSED_MA:
                self._since_ms[p] = None
                if charging:  # in use after all
                    self._unused &= ~(1 << p)
            elif self._since_ms[p] is None:
                self._since_ms[p] = now_ms
            elif now_ms - self._since_ms[p] >= _UNUSED_MS:
                self._unused |= 1 << p

    def unplugged(self):
        """The next vehicle may use other phases."""
        self._since_ms = [None, None, None]
        self._unused = 0

    def wanted(self, phases_all: bool) -> int:
        """Mask of phases to be granted. phases_all: a guard has tripped since plugging in."""
        return self._wired if phases_all else self._wired & ~self._unused
