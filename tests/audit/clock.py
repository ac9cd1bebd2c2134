# SPDX-License-Identifier: MIT
"""One board's own clock: off by up to 1 %, and started anywhere, near 2^30, 2^31 or 2^32 too."""

_MILLION = 1000000
_EDGES = (0, 2**30, 2**31, 2**32)


class Clock:
    """burn_ms: time that has passed inside the present step, beyond the world's."""

    def __init__(self, world, ppm, rng):
        self._world = world
        self._rate = _MILLION + ppm
        self._boot_ms = world.now
        self._base_ms = max(0, rng.choice(_EDGES) - rng.randrange(240000))
        self.burn_ms = 0

    def now_ms(self) -> int:
        return self.local_ms(self._world.now + self.burn_ms)

    def local_ms(self, true_ms: int) -> int:
        return self._base_ms + (true_ms - self._boot_ms) * self._rate // _MILLION

    def true_ms(self, local_ms: int) -> int:
        """The first true millisecond at which this clock shows `local_ms` or more."""
        return self._boot_ms - (self._base_ms - local_ms) * _MILLION // self._rate
