# SPDX-License-Identifier: MIT
"""The leader's side of a change of the group (rule 12): proposed, acknowledged, in force.

Until every unit that gives something up has stored the smaller of its two fallbacks, the old
fallbacks stay reserved and the smaller of both limits is what rises are judged by. Only what
storage has confirmed is in force. A unit that cannot acknowledge is waited for, by name, until
its owner goes on without it. Units go by their serials: a replaced one is one that leaves and one
that comes.

A leader is unsure while `known` holds revisions that its own may not follow: after a promotion,
or when it has heard of one that it does not hold.
"""

from core.sharing.frames import Revision


class Revisions:
    """in_force: the revision in force; pending: the one that is proposed, or None. chargers:
    serials of the units in both, if sharing is enabled in both. Of the proposed one: proposed_ms:
    since when it waits, or when this leader found it in its storage; needed: serials of those who
    must have stored it; acks: {serial: when that was first seen}; leaves: does a unit leave;
    acknowledged_ms: of on_demand/acknowledged.py."""

    __slots__ = ("timing", "in_force", "pending", "known", "words", "pinned", "returns", "former",
                 "acks", "proposed_ms", "needed", "base", "committing", "is_in_force", "digest",
                 "digest_in_force", "chargers", "leaves", "acknowledged_ms")

    def newest(self) -> Revision:
        """The revision that units should know."""
        return self.pending or self.in_force

    def holds(self, number, digest) -> bool:
        """Is this the newest revision here, or the one in force?"""
        if digest == self.digest:
            return number == (self.pending or self.in_force).number
        return digest == self.digest_in_force and number == self.in_force.number

    def ready_ms(self):
        """When the proposed revision may be put in force, or None while units are missing."""
        if self.pending is None:
            return None
        return 0 if self.is_in_force else self.acknowledged_ms

    def rising_limit_ma(self) -> int:
        """Limit for amounts that rise, and what the allocator shares: the smaller of both."""
        if self.pending is None:
            return self.in_force.limit_ma
        return min(self.in_force.limit_ma, self.pending.limit_ma)
