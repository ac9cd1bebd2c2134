# SPDX-License-Identifier: MIT
"""The leader's side of a change of the group (rule 12): proposed, acknowledged, in force.

Until every unit has stored the smaller of its two fallbacks, the old fallbacks stay reserved and
the smaller of both limits is what rises are judged by. Only what storage has confirmed is in
force. A unit that cannot acknowledge is waited for, by name, until its owner says that it has no
power.
"""

from core.frames import Revision
from core.group import row_of
from core.seldom import seldom


class Revisions:
    """The revision in force, and the one that is proposed."""

    def __init__(self, timing, record):
        self._timing = timing
        from core.group_record import revision_from  # only now: it is not held in memory for ever
        self.in_force = revision_from(record["in_force"])
        self.pending = revision_from(record["pending"])
        self._acks = {}
        self._without_power = []
        self.committing = False

    @seldom
    def to_record(self) -> dict:
        """Plain values for storage."""
        from core.group_record import revision_record
        if self.committing:
            return {"in_force": revision_record(self.pending), "pending": None}
        return {"in_force": revision_record(self.in_force),
                "pending": revision_record(self.pending)}

    def newest(self) -> Revision:
        """The revision that units should know."""
        return self.pending or self.in_force

    @seldom
    def propose(self, above=0, **changes):
        """Start a change (proposal.changed). None, or one sentence why it cannot be.

        above: the new number is larger.
        """
        from core.proposal import changed  # seldom needed: not held in memory for ever
        revision, error = changed(self.newest(), above, **changes)
        if error:
            return error
        self.committing = False
        self.pending = revision
        self._acks = {}
        self._without_power = []
        return None

    def acknowledged(self, unit, number, now_ms):
        """A believed report shows that `unit` has stored revision `number`."""
        if self.pending is not None and number == self.pending.number \
                and unit not in self._acks:
            self._acks[unit] = now_ms

    @seldom
    def without_power(self, unit):
        """The owner's word that `unit` has no power: it is waited for no longer."""
        if unit not in self._without_power:
            self._without_power.append(unit)

    def waiting_for(self) -> list:
        """Units whose acknowledgement is missing, sorted."""
        if self.pending is None:
            return []
        return [unit for unit in self.units()
                if unit not in self._acks and unit not in self._without_power]

    def units(self) -> list:
        """All units of the revision in force and of the proposed one, sorted."""
        units = [row.unit for row in self.in_force.members]
        if self.pending is not None:
            units += [r.unit for r in self.pending.members if r.unit not in units]
        return sorted(units)

    @seldom
    def leaving(self) -> list:
        """Units that the proposed revision has no longer."""
        if self.pending is None:
            return []
        return [row.unit for row in self.in_force.members
                if row_of(self.pending, row.unit) is None]

    def ready_ms(self):
        """When the proposed revision may be put in force, or None while units are missing."""
        if self.pending is None or self.waiting_for():
            return None
        wait_ms = self._timing.react_x_ms
        if self.leaving():
            wait_ms += self._timing.lease_x_ms
        return max([0] + [self._acks[unit] for unit in self._acks]) + wait_ms

    def commit(self):
        """Let the next record be the one with the proposed revision in force."""
        self.committing = True

    def stored(self, ok: bool):
        """Storage has (not) confirmed the record: only now is the new revision in force."""
        if self.committing and ok:
            self.in_force, self.pending = self.pending, None
        self.committing = False

    @seldom
    def rows(self) -> list:
        """(unit, fallback_ma to reserve, wired) of all units: those in force, newcomers with 0."""
        rows = [(r.unit, r.fallback_ma, r.wired) for r in self.in_force.members]
        if self.pending is not None:
            for r in self.pending.members:
                if row_of(self.in_force, r.unit) is None:
                    rows.append((r.unit, 0, r.wired))
        return sorted(rows)

    def limit_ma(self) -> int:
        """Limit for amounts that do not rise: that in force."""
        return self.in_force.limit_ma

    def rising_limit_ma(self) -> int:
        """Limit for amounts that rise, and what the allocator aims at: the smaller of both."""
        if self.pending is None:
            return self.in_force.limit_ma
        return min(self.in_force.limit_ma, self.pending.limit_ma)

    def may_charge(self, unit) -> bool:
        """Is the unit in both revisions, and sharing enabled in both?"""
        if not self.in_force.enabled or row_of(self.in_force, unit) is None:
            return False
        return self.pending is None or (self.pending.enabled
                                        and row_of(self.pending, unit) is not None)
