# SPDX-License-Identifier: MIT
"""The group as one unit knows it: newest revision, fallback, leader (rules 3, 5, 12 and 13).

A revision is taken in two steps. When it is proposed the unit takes the smaller of its old and
new fallback, stores it, and acknowledges. When it is in force a raised fallback is used, but only
after every lease and reaction from before has ended. So at no instant do two units go by
fallbacks whose sum was never within the limit. A row is this unit's own only if it names its
serial and its present wiring; without one it may use nothing.
"""

from core import reasons
from core.sharing.frames import NO_DIGEST, Revision
from core.seldom import seldom


class Group:
    """`config`: follower.UnitConfig, the unit's own; `record`: what `to_record()` gave, or None.

    unit: this unit's number, 0 while no revision that it holds names it; member: did one ever?
    Else it is a newcomer. confirmed_number: of the newest
    revision known to be in force, 0 for none. takes: may it take amounts, or use a fallback (rule
    3)? Only while the newest revision in force, and any newer one that it holds, are enabled and
    have its own row; else `outside` is the reason. stored_number, stored_digest: what storage is
    known to hold; only that is acknowledged. cap_ma: most that may be used as fallback whatever
    the record says, None for no such bound; not stored.
    """

    @seldom
    def __init__(self, config, timing, record, now_ms):
        self.config = config
        self._timing = timing
        self.revision = None
        self.confirmed = None  # newest revision known to be in force
        self.fallback_ma = 0
        self._raised = None  # (from_ms, fallback_ma)
        self.cap_ma = None
        self.member = self.removed = False
        self.elsewhere = 0  # number of the newest that a leader said is in force, if not held
        self.counted = 0  # of the newest of these that it is in
        self.leader = 0
        self.leader_tag = None  # None: whoever leads under that number
        self.epoch = self.sequence = self.floor = 0
        self.digest = NO_DIGEST
        if record is not None:
            self._load(record)
        self._follow_rows()
        self._begin(record, now_ms)
        self.stored_number, self.stored_digest = self.number(), self.digest

    @seldom
    def _load(self, record):
        from core.group.on_demand.record import revision_from
        self.revision = revision_from(record["revision"])
        self.confirmed = self.revision  # most often: one object is enough
        if record["confirmed"] != record["revision"]:
            self.confirmed = revision_from(record["confirmed"])
        self.leader = record["leader"]
        self.leader_tag = bytes.fromhex(record["leader_tag"]) or None
        self.member = record["member"]
        self.epoch, self.sequence, self.floor = (record["epoch"], record["sequence"],
                                                 record["floor"])

    @seldom
    def _begin(self, record, now_ms):
        if self.takes:
            # A rating that is smaller now lowers what is used, a larger one changes nothing.
            self.fallback_ma = min(record["fallback_ma"], self.config.rating_ma)
        if self.in_force() and self._row_ma() > self.fallback_ma:
            self._raise_to(self._row_ma(), now_ms)  # the wait starts again

    @seldom
    def to_record(self) -> dict:
        """Plain values for storage."""
        from core.group.on_demand.record import revision_record
        return {"revision": revision_record(self.revision),
                "confirmed": revision_record(self.confirmed), "fallback_ma": self.fallback_ma,
                "leader": self.leader, "leader_tag": (self.leader_tag or b"").hex(),
                "epoch": self.epoch, "sequence": self.sequence, "floor": self.floor,
                "member": self.member}

    # --- what it knows

    def number(self) -> int:
        """Number of the newest revision heard, 0 for none."""
        return 0 if self.revision is None else self.revision.number

    def in_force(self) -> bool:
        """Is the newest revision in force?"""
        return self.revision is not None and self.revision is self.confirmed

    def stored_in_force(self) -> bool:
        """Is the revision that storage holds in force? One that is only heard changes nothing."""
        return self.stored_number > 0 and self.stored_number == self.confirmed_number

    @seldom
    def row(self, revision):
        """The row that names this unit's serial, or None."""
        return row_of(revision, self.config.serial)

    @seldom
    def own_row(self, revision):
        """The row that is this unit's own (rule 5): serial and present wiring, or None."""
        row = self.row(revision)
        return row if row is not None and row.wired == self.config.wired else None

    # Why it offers nothing while it may take nothing.
    @seldom
    def _outside(self):
        if self.removed:
            return reasons.REMOVED
        if self.revision is None:
            return reasons.WAITS_FOR_LEADER
        if not self.member:
            return reasons.STRANGER
        for known in (self.confirmed, self.revision):
            if self.row(known) is not None and self.own_row(known) is None:
                return reasons.REWIRED
        return reasons.NOT_ENABLED if self.row(self.revision) is not None else reasons.REMOVED

    @seldom
    def _may_take(self):
        for revision in (self.confirmed, self.revision):
            if revision is None or not revision.enabled or self.own_row(revision) is None:
                return False
        return True

    @seldom
    def _row_ma(self):
        row = self.own_row(self.revision)
        if row is None or not self.revision.enabled:
            return 0
        return min(row.fallback_ma, self.config.rating_ma)

    @seldom
    def _follow_rows(self):
        self.takes = self._may_take()
        row = self.row(self.revision) or self.row(self.confirmed)
        self.unit = 0 if row is None else row.unit
        self.member = self.member or row is not None
        self.confirmed_number = 0 if self.confirmed is None else self.confirmed.number
        self.outside = self._outside()
        if self.revision is not None:
            from core.sharing.on_demand.rare_bodies import digest
            self.digest = digest(self.revision)

    # --- its fallback

    def fallback(self, now_ms: int) -> int:
        """Fallback that this unit may use now, mA."""
        if self.elsewhere > self.counted:
            return 0  # it may be out of the group
        raised = self._raised
        amount_ma = self.fallback_ma
        if raised is not None and now_ms >= raised[0]:
            amount_ma = raised[1]
        cap_ma = self.cap_ma
        return amount_ma if cap_ma is None or amount_ma <= cap_ma else cap_ma

    def stored_ma(self) -> int:
        """The most that its fallback may be without another frame, mA (rule 6)."""
        raised = self._raised
        return self.fallback_ma if raised is None else max(raised[1], self.fallback_ma)

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

    # --- what it hears

    @seldom
    def hear(self, revision: Revision, in_force: bool, now_ms: int) -> bool:
        """Take a revision from the leader (rule 12). True if something is new."""
        self.settle(now_ms)
        changed = False
        if revision.number > max(self.number(), self.floor - 1):
            self.revision = revision
            if revision.number >= self.elsewhere:
                self.elsewhere = 0
            self._raised = None
            self._follow_rows()
            self.fallback_ma = min(self.fallback_ma, self._row_ma()) if self.takes else 0
            changed = True
        elif revision != self.revision:
            return False  # older, or another one of the same number
        if in_force and self.confirmed is not self.revision:
            self.confirmed = self.revision
            self._follow_rows()
            if self._row_ma() > self.fallback_ma:
                self._raise_to(self._row_ma(), now_ms)
            changed = True
        return changed

    def hear_of(self, number: int, counted: bool):
        """Its leader says that a revision is in force that is not held here. counted: it shows
        that this unit is in it, and so with no less than may be used here (rule 12)."""
        if counted:
            self.counted = max(number, self.counted)
        self.elsewhere = max(number, self.elsewhere)  # last: the pilot path compares both

    @seldom
    def follow(self, leader: int, tag, epoch: int):
        """Remember a leader with the epoch under which it was accepted (rule 13)."""
        self.leader, self.leader_tag, self.epoch = leader, tag, epoch
        self.sequence = 0

    @seldom
    def remove(self):
        """This unit was removed: nothing of the group is left here."""
        self.revision = self.confirmed = self._raised = None
        self.fallback_ma = 0
        self.removed = True
        self.digest = NO_DIGEST
        self._follow_rows()

    @seldom
    def stored(self):
        """Storage holds what this object says."""
        self.stored_number, self.stored_digest = self.number(), self.digest


def row_of(revision, serial):
    """The row with a serial in a revision, or None."""
    if revision is not None:
        for row in revision.members:
            if row.serial == serial:
                return row
    return None
