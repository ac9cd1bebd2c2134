# SPDX-License-Identifier: MIT
"""The inequalities that make the times of a group safe; needed once, when they are set."""


def check(timing):
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
