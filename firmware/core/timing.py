# SPDX-License-Identifier: MIT
"""All times of the sharing rules in one object, which cannot be made of times that do not fit.

Times are milliseconds. An object is passed in, never a module constant, so that a small world
can be searched exhaustively with scaled times. The inequalities are in timing_check.py.
"""

from core.seldom import seldom


class Timing:
    """Times of one group, ms. Raises ValueError, naming both sides, if they do not fit."""

    @seldom
    def __init__(self, lease_ms=10000, reaction_ms=5000, hang_ms=5000, grow_ms=21000,
                 loop_ms=200, silent_ms=4000, period_ms=1000, gap_ms=200, greet_ms=3000,
                 drift_permille=10):
        self.lease_ms = lease_ms  # a grant is worth this long, from the report it answers
        self.reaction_ms = reaction_ms  # a vehicle has followed a lower duty within it
        self.hang_ms = hang_ms  # a hung program keeps its pins at most this long
        self.grow_ms = grow_ms  # a unit stays at rest so long after its lease
        self.loop_ms = loop_ms  # between something being due and the unit doing it
        self.silent_ms = silent_ms  # only: when a unit is shown as missing
        self.period_ms = period_ms  # between two reports, and between two grant frames
        self.gap_ms = gap_ms  # least time between two frames of one unit
        self.greet_ms = greet_ms  # a starting leader greets at most so long
        self.drift_permille = drift_permille  # one clock against true time
        # A vehicle's reaction counted by the unit itself, whose clock may be fast.
        self.reaction_own_ms = reaction_ms + -(-reaction_ms * drift_permille // 1000)
        # What the leader waits on its own clock for a lease, and for a vehicle's reaction,
        # that run on another one: two clocks differ by twice the drift.
        self.lease_x_ms = self.stretch(lease_ms) + 2 * loop_ms
        self.react_x_ms = self.stretch(reaction_ms) + loop_ms
        self.rest_x_ms = self.lease_x_ms + self.react_x_ms  # both: then every unit is at rest
        from core.on_demand.timing_check import check  # needed once: not held in memory
        check(self)

    def stretch(self, span_ms: int) -> int:
        """Longest that a span on another clock can take on this one, ms, rounded up."""
        return span_ms + -(-span_ms * 2 * self.drift_permille // 1000)

    def shrink(self, span_ms: int) -> int:
        """Shortest that a span on another clock can take on this one, ms, rounded down."""
        return span_ms - -(-span_ms * 2 * self.drift_permille // 1000)
