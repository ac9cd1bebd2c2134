# SPDX-License-Identifier: MIT
"""What a unit stores of its group: newest revision, fallback, leader (rules 5, 12 and 13).

A revision is taken in two steps. When it is proposed the unit takes the smaller of its old and
new fallback, stores it, and acknowledges. When it is in force a raised fallback is used, but only
after every lease and reaction from before has ended. So at no instant do two units go by
fallbacks whose sum was never within the limit.
"""

from core.frames import Revision
from core.seldom import seldom


class Group:
    """The group as one unit knows it. `record` is what `to_record()` gave, or None.

    `stored_number`, `stored_in_force`: what storage is known to hold; only that is acknowledged.
    """

    def __init__(self, unit, timing, record, now_ms):
        self.unit = unit
        self._timing = timing
        self.revision = None
        self.in_force = False
        self.confirmed = None  # newest revision known to be in force
        self.fallback_ma = 0
        self._raised = None  # (from_ms, fallback_ma)
        self.enabled = False
        self.leader = 0
        self.epoch = 0
        if record is not None:
            self._load(record, now_ms)
        self.stored_number = self.number()
        self.stored_in_force = self.in_force

    @seldom
    def _load(self, record, now_ms):
        from core.group_record import revision_from
        self.revision = revision_from(record["revision"])
        self.confirmed = self.revision  # most often: one object is enough
        if record["confirmed"] != record["revision"]:
            self.confirmed = revision_from(record["confirmed"])
        self.in_force = record["in_force"]
        self.fallback_ma = record["fallback_ma"]
        self.enabled = record["enabled"]
        self.leader = record["leader"]
        self.epoch = record["epoch"]
        if self.in_force and self._row_fallback_ma() > self.fallback_ma:
            self._raise_to(self._row_fallback_ma(), now_ms)  # the wait starts again

    @seldom
    def to_record(self) -> dict:
        """Plain values for storage."""
        from core.group_record import revision_record
        return {"revision": revision_record(self.revision),
                "confirmed": revision_record(self.confirmed), "in_force": self.in_force,
                "fallback_ma": self.fallback_ma, "enabled": self.enabled,
                "leader": self.leader, "epoch": self.epoch}

    def number(self) -> int:
        """Number of the newest revision heard, 0 for none."""
        return 0 if self.revision is None else self.revision.number

    def row(self, revision=None):
        """This unit's row in a revision (the newest), or None."""
        return row_of(revision or self.revision, self.unit)

    def member(self) -> bool:
        """False once a revision without this unit is in force, and before any named it."""
        return self.revision is not None and (self.row() is not None or not self.in_force)

    def reserved(self, wired: int) -> int:
        """Those of a unit's wired phases on which the group keeps its fallback for it.

        A unit that was rewired after it joined has no room on its new phases.
        """
        for revision in (self.confirmed, self.revision):
            row = self.row(revision)
            if row is not None:
                wired &= row.wired
        return wired

    def _row_fallback_ma(self):
        row = self.row()
        return row.fallback_ma if row is not None and self.revision.enabled else 0

    def fallback(self, now_ms: int) -> int:
        """Fallback that this unit may use now, mA."""
        raised = self._raised
        if raised is not None and now_ms >= raised[0]:
            return raised[1]
        return self.fallback_ma

    def raise_ms(self):
        """When a raised fallback may be used, or None."""
        return None if self._raised is None else self._raised[0]

    def settle(self, now_ms: int):
        """Make a raised fallback whose wait is over the plain one."""
        if self._raised is not None and now_ms >= self._raised[0]:
            self.fallback_ma = self._raised[1]
            self._raised = None

    @seldom
    def _raise_to(self, fallback_ma, now_ms):
        self._raised = (now_ms + self._timing.rest_x_ms, fallback_ma)

    @seldom
    def hear(self, revision: Revision, in_force: bool, now_ms: int) -> bool:
        """Take a revision from the leader (rule 12). True if there is something to store."""
        changed = False
        self.settle(now_ms)
        if revision.number > self.number():
            self.revision, self.in_force = revision, False
            self._raised = None
            self.fallback_ma = min(self.fallback_ma, self._row_fallback_ma())
            self.enabled = self.enabled and revision.enabled
            changed = True
        if in_force and revision.number == self.number() and not self.in_force:
            self.in_force = True
            before, row = row_of(self.confirmed, self.unit), self.row()
            if before is not None and row is not None and row.wired & ~before.wired:
                self.fallback_ma = 0  # a phase is added: that waits as a raise does
            self.confirmed = self.revision
            self.enabled = self.revision.enabled and self.row() is not None
            if self._row_fallback_ma() > self.fallback_ma:
                self._raise_to(self._row_fallback_ma(), now_ms)
            changed = True
        return changed

    def follow(self, leader: int, epoch: int):
        """Remember a leader with the epoch under which it was accepted (rule 13)."""
        self.leader, self.epoch = leader, epoch

    def stored(self):
        """Storage holds what this object says."""
        self.stored_number = self.number()
        self.stored_in_force = self.in_force


def row_of(revision, unit):
    """A unit's row in a revision, or None."""
    if revision is not None:
        for row in revision.members:
            if row.unit == unit:
                return row
    return None
