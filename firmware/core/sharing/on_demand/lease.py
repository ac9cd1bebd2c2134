# SPDX-License-Identifier: MIT
"""A lease that ends otherwise than by time (rules 2 and 3)."""

from core.sharing.lease import LIVE, Lease


def new_lease(timing, now_ms: int):
    """Lease of a unit that has just booted: it offers nothing yet. timing: core.timing.Timing."""
    lease = Lease()
    lease._timing = timing
    lease.quiet_ms = now_ms + timing.reaction_own_ms  # end of what follows a boot
    # (amount_ma, phases, end_ms, level() until then: the same object each time, for one is
    # asked for 50 times a second). Rule 4: after a boot nothing until lease + grow have
    # passed, as if a lease of 0 A had just begun.
    lease.granted = (0, 0, now_ms + timing.lease_ms, None)
    lease._ever = False
    lease._sent = []  # when the reports left that a grant may still answer, and ...
    lease._next = 0  # ... the number of the next one
    lease._drop_ms = None  # when a drop fell due that the pilot path has not done yet
    lease._ended_ms = None  # end of the lease whose end the pilot path has done
    lease._stalled_until_ms = None
    return lease


def lowered(lease, now_ms: int):
    """The fallback has just become smaller: the pilot path must follow as for a grant."""
    if lease._drop_ms is None and now_ms >= lease.quiet_ms:  # before, nothing is offered
        lease._drop_ms = now_ms


def forget_lease(lease, now_ms: int):
    """Lease and last grant are over at once, and no grant for an earlier report brings them
    back: the unit joins, or may take no amounts (rule 3)."""
    lowered(lease, now_ms)
    lease._sent = []
    # Its end stays: the unit rises to its fallback no earlier than it has told its leader.
    _, phases, end_ms, _ = lease.granted
    lease.granted = (0, phases, end_ms, (0, phases, LIVE))
