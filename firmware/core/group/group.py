# SPDX-License-Identifier: MIT
"""The group as one unit knows it: newest revision, fallback, leader (rules 3, 5, 12 and 13).

A revision is taken in two steps. When it is proposed the unit takes the smaller of its old and
new fallback, stores it, and acknowledges. When it is in force a raised fallback is used, but only
after every lease and reaction from before has ended. So at no instant do two units go by
fallbacks whose sum was never within the limit. A row is this unit's own only if it names its
serial and its present wiring; without one it may use nothing.
"""


class Group:
    """config: the unit's own; revision: the newest that it holds; confirmed: the newest known to
    be in force; either may be None.

    unit: this unit's number, 0 while no revision that it holds names it; member: did one ever?
    Else it is a newcomer. confirmed_number: of the newest revision known to be in force, 0 for
    none. takes: may it take amounts, or use a fallback (rule 3)? Only while the newest revision in
    force, and any newer one that it holds, are enabled and have its own row; else `outside` is the
    reason. stored_number, stored_digest: what storage is known to hold; only that is acknowledged.
    raised: (from when, mA) of a fallback that waits, or None. cap_ma: most that may be used as
    fallback whatever the record says, None for no such bound; not stored. name: of this unit, for
    people, may be empty. signal: how its leader is heard, -dBm, frames.NO_SIGNAL if not known.
    """

    __slots__ = ("config", "timing", "revision", "confirmed", "fallback_ma", "raised", "cap_ma",
                 "member", "removed", "elsewhere", "counted", "leader", "leader_tag", "epoch",
                 "sequence", "floor", "digest", "stored_number", "stored_digest", "takes", "unit",
                 "confirmed_number", "outside", "name", "signal")

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

    # --- its fallback

    def fallback(self, now_ms: int) -> int:
        """Fallback that this unit may use now, mA."""
        if self.elsewhere > self.counted:
            return 0  # it may be out of the group
        raised = self.raised
        amount_ma = self.fallback_ma
        if raised is not None and now_ms >= raised[0]:
            amount_ma = raised[1]
        cap_ma = self.cap_ma
        return amount_ma if cap_ma is None or amount_ma <= cap_ma else cap_ma

    def settle(self, now_ms: int):
        """Make a raised fallback whose wait is over the plain one."""
        if self.raised is not None and now_ms >= self.raised[0]:
            self.fallback_ma = self.raised[1]
            self.raised = None

    # --- what it hears

    def hear_of(self, number: int, counted: bool):
        """Its leader says that a revision is in force that is not held here. counted: it shows
        that this unit is in it, and so with no less than may be used here (rule 12)."""
        if counted:
            self.counted = max(number, self.counted)
        self.elsewhere = max(number, self.elsewhere)  # last: the pilot path compares both


def row_of(revision, serial):
    """The row with a serial in a revision, or None."""
    if revision is not None:
        for row in revision.members:
            if row.serial == serial:
                return row
    return None
