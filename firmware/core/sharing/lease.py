# SPDX-License-Identifier: MIT
"""The unit's side of the lease rules (design 3, rules 1 to 4): what it may offer, and until when.

The lease runs from the moment the unit sent the report that the grant answers, on the unit's own
clock: a late or replayed grant is worth little or nothing. The pilot path ends a lease by asking
`level()`; no task has to be prompt for it. All that `level()` reads is one tuple, so that a timer
callback between two statements of the sharing task sees either the old lease or the new one.
"""

from micropython import const

# Kinds of level, from least to most.
NONE = const(0)
REST = const(1)
FALLBACK = const(2)
LIVE = const(3)

_REPORTS_KEPT = const(64)  # 10 s of reports at five a second, and room


class Lease:
    """Lease of one unit. All times are this unit's own clock, ms.

    granted: (mA, phases, when it ends or the wait after a boot, level() until then).
    quiet_ms: until then the vehicle may still be following the offer from before a boot (rule 4).
    """

    __slots__ = ("_drop_ms", "_sent", "granted", "_timing", "quiet_ms", "_ever", "_next",
                 "_ended_ms", "_stalled_until_ms")

    def report_sent(self, number: int, now_ms: int):
        """Remember when report `number` left: a grant for it is counted from here."""
        oldest = now_ms - self._timing.lease_ms
        sent = self._sent
        while sent and (sent[0] <= oldest or len(sent) >= _REPORTS_KEPT or number != self._next):
            sent.pop(0)
        sent.append(now_ms)
        self._next = number + 1

    def grant(self, number: int, amount_ma: int, phases: int, now_ms: int) -> bool:
        """Take an amount for report `number` (rules 2 and 3). False: it answers no recent one."""
        ago = self._next - number  # 1: the last one
        if not 0 < ago <= len(self._sent):
            return False
        sent_ms = self._sent[-ago]
        if now_ms - sent_ms >= self._timing.lease_ms:
            return False
        old_ma, old_phases, old_end_ms, _ = self.granted
        due = None
        if self._ever and old_end_ms != self._ended_ms and now_ms >= old_end_ms:
            due = old_end_ms  # the old lease ended and the pilot path has not been there since
        elif now_ms >= old_end_ms or amount_ma < old_ma or old_phases & ~phases:
            due = now_ms  # after `grow` the unit may be at its fallback, whatever was granted
        self.granted = (amount_ma, phases, sent_ms + self._timing.lease_ms,
                         (amount_ma, phases, LIVE))
        self._ever = True
        if due is not None and self._drop_ms is None:
            self._drop_ms = due
        return True

    def live(self, now_ms: int) -> bool:
        """True while a grant is in force."""
        return self._ever and now_ms < self.granted[2]

    def level(self, now_ms: int, fallback_ma: int, wired: int):
        """(amount_ma, phases, kind): what rules 1 to 4 allow now."""
        amount_ma, phases, end_ms, live = self.granted
        if now_ms < end_ms:
            return live if self._ever else (0, wired, NONE)
        if now_ms >= end_ms + self._timing.grow_ms:
            return fallback_ma, wired, FALLBACK if fallback_ma else NONE
        rest_ma = min(amount_ma, fallback_ma)
        return rest_ma, phases or wired, REST if rest_ma else NONE

    def next_change_ms(self, now_ms: int) -> int:
        """When `level()` or `blocked()` changes next by time alone, or 2**62."""
        next_ms = self.granted[2]
        if now_ms >= next_ms:
            next_ms += self._timing.grow_ms
            if now_ms >= next_ms:
                next_ms = 1 << 62
        if now_ms < self.quiet_ms < next_ms:
            next_ms = self.quiet_ms
        stalled_ms = self._stalled_until_ms
        if stalled_ms is not None and now_ms < stalled_ms < next_ms:
            next_ms = stalled_ms
        return next_ms

    def stalled(self, now_ms: int, fallback_ma: int) -> bool:
        """Called by the pilot path on every step: did it come too late to a drop (rule 2)?

        True until `reaction` after the stall was found.
        """
        drop_ms = self._drop_ms
        amount_ma, _, end_ms, _ = self.granted
        if self._ever and now_ms >= end_ms and self._ended_ms != end_ms:
            self._ended_ms = end_ms
            if amount_ma > fallback_ma and drop_ms is None:
                drop_ms = end_ms
        self._drop_ms = None
        if drop_ms is not None and now_ms - drop_ms > self._timing.loop_ms:
            self._stalled_until_ms = now_ms + self._timing.reaction_own_ms
        return self._stalled_until_ms is not None and now_ms < self._stalled_until_ms
