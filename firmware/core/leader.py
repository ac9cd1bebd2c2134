# SPDX-License-Identifier: MIT
"""The leader's rounds: greet, allocate, check against the ledger, grant (design 3, rules 6 to 8).

A round never trusts the allocator: what it asks for is cut until every frame fits beside what
each unit may still use, and raised only into room that nobody can be using any more.
"""

from micropython import const

from core import frames
from core.aims import aims_of
from core.ledger import Ledger
from core.plan import Plan
from core.revision import Revisions
from core.seldom import seldom

_NEVER = const(1 << 62)
_LEFT_MS = const(10000)  # how long a new revision is repeated for units that it has left out


class Leader:
    """One leadership: its epoch, its ledger, the group's revisions."""

    def __init__(self, unit, record, epoch, nonce, timing, now_ms):
        self.unit = unit
        self.epoch = epoch
        self.nonce = nonce
        self.sequence = 0
        self._timing = timing
        self.revisions = Revisions(timing, record)
        self.ledger = Ledger(timing, epoch, nonce, unit)
        self.boot_ms = now_ms
        self._last_ms = now_ms - timing.period_ms
        self._send_at_ms = now_ms
        self._dirty = False
        self._fall_ms = _NEVER  # when a hold falls that a raise is waiting for
        self._greeting = True
        self._usages = {}  # unit: Usage, for the units that ask
        self._planned = None
        self.newer_revision = 0  # a unit holds a revision newer than ours: grant nothing
        self.handing_over = None  # (unit, since_ms)
        self.stored = False  # the epoch is in storage: nothing is sent before
        self._revision_until_ms = now_ms
        self._follow_members()

    def _follow_members(self):
        self.ledger.set_members(self.revisions.rows())

    def header(self, kind, now_ms):
        """Header of the next frame, which leaves now."""
        self.sequence += 1
        self.ledger.frame_leaves(self.sequence, now_ms)
        return frames.Header(kind, self.unit, self.epoch, self.nonce, self.sequence)

    # --- what units say

    def on_report(self, header, report, now_ms) -> bool:
        """Take a unit's report. True if it was believed."""
        before = self.ledger.account(header.sender)
        if before is not None:
            before = before.report
        if not self.ledger.on_report(header, report, now_ms):
            return False
        revisions = self.revisions
        if report.revision != revisions.in_force.number or revisions.pending is not None:
            if report.revision > revisions.newest().number:
                self.newer_revision = max(self.newer_revision, report.revision)
            revisions.acknowledged(header.sender, report.revision, now_ms)
        if before is None or self._fall_ms != _NEVER or _wants_other(before, report):
            self._dirty = True
        return True

    def all_heard(self) -> bool:
        """Has every unit of the group answered this leadership?"""
        for account in self.ledger.accounts:
            if account.report is None:
                return False
        return True

    # --- changes of the group

    @seldom
    def propose(self, now_ms, **changes):
        """Start a revision (rule 12). None, or one sentence why it cannot be."""
        if self.handing_over is not None:
            return "the leadership is being handed over: wait until it has moved"
        error = self.revisions.propose(above=self.newer_revision, **changes)
        if error is None:
            self.newer_revision = 0
            self._follow_members()
            self._revise(now_ms)
        return error

    @seldom
    def _revise(self, now_ms):
        self._dirty = True
        self._revision_until_ms = now_ms + _LEFT_MS
        self._send_at_ms = min(self._send_at_ms, now_ms)

    @seldom
    def hand_over(self, unit, now_ms):
        """Begin to move the leadership to another unit (rule 13). None, or why it cannot be."""
        from core.proposal import hand_over_error
        error = hand_over_error(self.revisions, self.unit, unit)
        if error is None:
            self.handing_over = (unit, now_ms)
        return error

    def hand_over_due(self, now_ms) -> bool:
        """Are all units at rest, so that the new leader can become a revision (rule 13)?"""
        return (self.handing_over is not None and self.revisions.pending is None
                and not self.retired() and now_ms - self.handing_over[1]
                >= self._timing.rest_x_ms)

    @seldom
    def propose_leader(self, now_ms):
        """Make the new leader a revision; this one grants nothing more."""
        self.revisions.propose(leader=self.handing_over[0])
        self._follow_members()
        self._revise(now_ms)

    @seldom
    def without_power(self, unit):
        """The owner's word that a unit has no power. None, or why it is not needed."""
        waiting = self.revisions.waiting_for()
        if unit not in waiting:
            from core.proposal import names
            return "unit %s is not waited for: waiting for %s" % (unit, names(waiting) or "none")
        self.revisions.without_power(unit)
        return None

    def retired(self) -> bool:
        """Has the revision in force given the leadership to another unit?"""
        return self.revisions.in_force.leader != self.unit

    def _steps_back(self):
        # Also after a boot in the middle of a handover: the proposal is all that is left of it.
        return self.retired() or self.revisions.newest().leader != self.unit

    def to_commit(self, now_ms) -> bool:
        """Is the proposed revision ready to be stored as in force?"""
        ready_ms = self.revisions.ready_ms()
        return ready_ms is not None and now_ms >= ready_ms

    @seldom
    def committed(self, now_ms):
        """The revision in force has been stored."""
        self._follow_members()
        self._revise(now_ms)

    # --- rounds

    def tick(self, now_ms):
        """Frames bodies to send now, in order: GrantFrame, or (Revision, in_force)."""
        period = now_ms >= self._send_at_ms
        if not period and not self._dirty and now_ms < self._fall_ms:
            return []
        timing = self._timing
        if now_ms < self._last_ms + timing.gap_ms and self._last_ms >= self.boot_ms:
            return []
        if self._greets(now_ms):
            return [self._frame([])] if period and self._note(now_ms, timing.gap_ms) else []
        plan = self._plan(now_ms)
        self._dirty = False
        if not period and plan == self._planned:
            return []
        self._planned = plan
        self._note(now_ms, timing.period_ms)
        bodies = [self._frame(self._grants(plan))]
        if self._revision_is_news(now_ms):
            bodies.append((self.revisions.newest(), self.revisions.pending is None))
        return bodies

    def _note(self, now_ms, until_next_ms):
        self._last_ms = now_ms
        self._send_at_ms = now_ms + until_next_ms
        return True

    def next_deadline_ms(self) -> int:
        """When `tick()` has something to do at the latest."""
        at_ms = self._send_at_ms
        if self._dirty or self._fall_ms < at_ms:
            early = max(self._last_ms + self._timing.gap_ms,
                        self.boot_ms if self._dirty else self._fall_ms)
            at_ms = min(at_ms, early)
        ready_ms = self.revisions.ready_ms()
        return at_ms if ready_ms is None else min(at_ms, ready_ms)

    def _greets(self, now_ms):
        # Rule 8: nobody is granted anything before all have said what they may still use.
        if self._greeting and (self.all_heard()
                               or now_ms - self.boot_ms >= self._timing.greet_ms):
            self._greeting = False
        return self._greeting

    def _frame(self, entries):
        return frames.GrantFrame(self.revisions.newest().number, self.revisions.in_force.number,
                                 entries)

    def _revision_is_news(self, now_ms):
        if now_ms < self._revision_until_ms or self.retired():
            return True
        number = self.revisions.newest().number
        shown = 0 if self.revisions.pending is None else frames.IN_FORCE
        for account in self.ledger.accounts:
            report = account.report
            if report is not None and (
                    report.revision < number or not (report.flags | shown) & frames.IN_FORCE):
                return True
        return False

    def _grants(self, plan):
        """Entries of a frame whose amounts are planned; notes them in the ledger."""
        entries = []
        sequence = self.sequence + 1
        for account, (amount_ma, phases) in zip(self.ledger.accounts, plan):
            if amount_ma is None:
                account.nothing_sent()
                continue
            account.amount_sent(sequence, amount_ma, phases)
            entries.append(frames.Grant(account.unit, account.nonce, account.number, amount_ma,
                                        phases))
        return entries

    def _plan(self, now_ms):
        """[(amount_ma or None, phases)] for the accounts in their order."""
        accounts = self.ledger.accounts
        self._fall_ms = _NEVER
        silent = [(None, 0)] * len(accounts)
        if self.handing_over is not None or self.newer_revision or self._steps_back():
            return silent
        holds = []
        floors = []
        a = b = c = 0
        for account in accounts:
            hold = account.hold(now_ms)
            floor = account.floor(now_ms, hold)
            holds.append(hold)
            floors.append(floor)
            a += floor[0]
            b += floor[1]
            c += floor[2]
        keep_ma = self.revisions.limit_ma()
        # Cannot be by construction (rule 5), but a group's record is only as good as its
        # storage: when what is kept for units without a word does not fit, grant nothing.
        if a > keep_ma or b > keep_ma or c > keep_ma:
            return silent
        plan = Plan(accounts, holds, floors,
                    aims_of(accounts, self.revisions, self._usages, now_ms))
        plan.keep(keep_ma)
        if now_ms - self.boot_ms >= self._timing.rest_x_ms or self.all_heard():
            self._fall_ms = plan.rise(self.revisions.rising_limit_ma(), now_ms)
        return plan.result(now_ms)


def _wants_other(before, report):
    return (before.ask_ma != report.ask_ma or before.spare_ma != report.spare_ma
            or before.cap_ma != report.cap_ma or before.phases != report.phases
            or before.offered_ma != report.offered_ma or before.priority != report.priority
            or (before.tail_ms > 0) != (report.tail_ms > 0))
