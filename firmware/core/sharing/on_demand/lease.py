# SPDX-License-Identifier: MIT
"""A lease that ends otherwise than by time (rules 2 and 3)."""

from core.sharing.lease import LIVE


def lowered(lease, now_ms: int):
    """The fallback has just become smaller: the pilot path must follow as for a grant."""
    if lease._drop_ms is None and now_ms >= lease._quiet_ms:  # before, nothing is offered
        lease._drop_ms = now_ms


def forget_lease(lease, now_ms: int):
    """Lease and last grant are over at once, and no grant for an earlier report brings them
    back: the unit joins, or may take no amounts (rule 3)."""
    lowered(lease, now_ms)
    lease._sent = []
    # Its end stays: the unit rises to its fallback no earlier than it has told its leader.
    _, phases, end_ms, _ = lease._granted
    lease._granted = (0, phases, end_ms, (0, phases, LIVE))
