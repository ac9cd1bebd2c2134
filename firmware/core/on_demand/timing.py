# SPDX-License-Identifier: MIT
"""The times of a Timing, and the inequalities that make them safe."""


def begin(timing, lease_ms=10000, reaction_ms=5000, hang_ms=5000, grow_ms=21000,
          loop_ms=200, silent_ms=4000, period_ms=1000, gap_ms=200, greet_ms=3000,
          drift_permille=10):
    """Give a Timing its times, ms; these are the product's. Raises ValueError, naming both sides,
    if they do not fit each other."""
    timing.lease_ms = lease_ms  # a grant is worth this long, from the report it answers
    timing.reaction_ms = reaction_ms  # a vehicle has followed a lower duty within it
    timing.hang_ms = hang_ms  # a hung program keeps its pins at most this long
    timing.grow_ms = grow_ms  # a unit stays at rest so long after its lease
    timing.loop_ms = loop_ms  # between something being due and the unit doing it
    timing.silent_ms = silent_ms  # only: when a unit is shown as missing
    timing.period_ms = period_ms  # between two reports, and between two grant frames
    timing.gap_ms = gap_ms  # least time between two frames of one unit
    timing.greet_ms = greet_ms  # a starting leader greets at most so long
    timing.drift_permille = drift_permille  # one clock against true time
    # A vehicle's reaction counted by the unit itself, whose clock may be fast.
    timing.reaction_own_ms = reaction_ms + -(-reaction_ms * drift_permille // 1000)
    # What the leader waits on its own clock for a lease, and for a vehicle's reaction,
    # that run on another one: two clocks differ by twice the drift.
    timing.lease_x_ms = timing.stretch(lease_ms) + 2 * loop_ms
    timing.react_x_ms = timing.stretch(reaction_ms) + loop_ms
    timing.rest_x_ms = timing.lease_x_ms + timing.react_x_ms  # both: then every unit is at rest
    _check(timing)


def _check(timing):
    """Raises ValueError, naming both sides, if the times of a Timing do not fit each other."""
    for name in ("lease_ms", "reaction_ms", "grow_ms", "period_ms"):
        if getattr(timing, name) < 1:
            raise ValueError("%s is %d, must be at least 1" % (name, getattr(timing, name)))
    if timing.hang_ms > timing.reaction_ms:
        raise ValueError("hang_ms is %d, must be at most reaction_ms %d: a hung unit keeps "
                         "its offer that long" % (timing.hang_ms, timing.reaction_ms))
    if not 0 <= timing.drift_permille < 100:
        raise ValueError("drift_permille is %d, must be 0 to 99" % timing.drift_permille)
    least_ms = timing.rest_x_ms
    if timing.shrink(timing.lease_ms + timing.grow_ms) <= least_ms:
        raise ValueError("grow_ms is %d: too short, a silent unit would rise to its fallback "
                         "before the others have made room; lease_ms + grow_ms must exceed %d"
                         % (timing.grow_ms, least_ms))
