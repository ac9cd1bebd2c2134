# SPDX-License-Identifier: MIT
"""All times of the sharing rules in one object, which cannot be made of times that do not fit.

Times are milliseconds. An object is passed in, never a module constant, so that a small world
can be searched exhaustively with scaled times.
"""

from core.load import load


class Timing:
    """Times of one group, ms; on_demand/timing.py says what each is, and has those of the product
    for all that are not given. Raises ValueError, naming both sides, if they do not fit."""

    __slots__ = ("lease_ms", "reaction_ms", "hang_ms", "grow_ms", "loop_ms", "silent_ms",
                 "period_ms", "gap_ms", "greet_ms", "drift_permille", "reaction_own_ms",
                 "lease_x_ms", "react_x_ms", "rest_x_ms")

    def __init__(self, **times):
        load("core", "timing").begin(self, **times)

    def stretch(self, span_ms: int) -> int:
        """Longest that a span on another clock can take on this one, ms, rounded up."""
        return span_ms + -(-span_ms * 2 * self.drift_permille // 1000)

    def shrink(self, span_ms: int) -> int:
        """Shortest that a span on another clock can take on this one, ms, rounded down."""
        return span_ms - -(-span_ms * 2 * self.drift_permille // 1000)
