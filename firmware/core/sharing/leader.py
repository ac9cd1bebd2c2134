# SPDX-License-Identifier: MIT
"""The leader's rounds: greet, allocate, check against the ledger, grant (design 3, rules 6 to 8).

A round never trusts the allocator: what it asks for is cut until every frame fits beside what
each unit may still use, and raised only into room that nobody can be using any more.
"""

from core.allocation.targets import targets_of
from core.load import load
from core.sharing import frames
from core.sharing.account import facts
from core.sharing.plan import Plan
from core.units import NEVER_MS
from micropython import const

_SEEK_MS = const(600000)  # a unit that is missing may be on its way here; after so long it is off
_SEEK_EACH_MS = const(60000)  # and then it is sought for a part of each of these
_SEEK_PART_MS = const(20000)
LEFT_MS = const(10000)  # how long a new revision is repeated for units that it has left out


class Leader:
    """One leadership: its epoch, its ledger, the group's revisions. unit, serial, tag: of this
    unit; others: revisions of which it has only heard; asked_by: who asked for the change that
    waits, "" if nobody that it knows; quiet_ms: until then it says nothing; caps: of
    on_demand/wishes.py, or None."""

    __slots__ = ("unit", "serial", "tag", "epoch", "nonce", "sequence", "timing", "revisions",
                 "ledger", "boot_ms", "_last_ms", "send_at_ms", "dirty", "_fall_ms", "_greeting",
                 "_usages", "_planned", "others", "heard_number", "strangers", "handing_over",
                 "stored", "declined", "proposed", "revision_until_ms", "said_ms", "_unheard_ms",
                 "asked_by", "quiet_ms", "_told_ms", "caps")

    def header(self, kind, now_ms):
        """Header of the next frame, which leaves now."""
        self.sequence += 1
        self.ledger.frame_leaves(self.sequence, now_ms)
        return frames.Header(kind, self.unit, self.epoch, self.nonce, self.sequence, self.tag)

    # --- what units say

    def on_report(self, header, report, now_ms, signal=frames.NO_SIGNAL) -> bool:
        """Take a unit's report. signal: as it came in, -dBm. True if it was believed."""
        revisions = self.revisions
        account = self.ledger.account(header.tag)
        rare = None  # all that it may lead to, before anything is changed
        if account is None:
            rare = load("core", "sharing", "strangers")
        elif revisions.pending is not None:
            rare = load("core", "sharing", "change_waits")
        elif account.facts != facts(report):
            rare = load("core", "sharing", "proposing")
        if not revisions.holds(report.revision, report.digest):
            load("core", "sharing", "account")  # it may be of a new boot as well
            load("core", "sharing", "compare").compare(self, header, report)
        if account is None:
            rare.stranger(self, header.tag, None, report.revision, header.epoch, now_ms)
            return False
        said = report
        if self.caps is not None:
            report = self.caps.taken(account.serial, report, now_ms)
            if self.caps.over():
                self.caps = None
        before = account.report
        air = account.air >> 7  # reports lost, on_demand/reception.py
        if header.nonce == account.nonce:
            air += header.sequence - account.number - 1
        heard_ms = account.received_ms
        missed = heard_ms is not None and now_ms - heard_ms > self.timing.silent_ms
        if not self.ledger.believes(account, header, report, now_ms):
            return False
        account.air = air << 7 | signal
        if rare is not None:
            rare.on_believed(self, account.serial, said, now_ms)
        if before is None or missed or self._fall_ms != NEVER_MS or _wants_other(before, report):
            self.dirty = True
        return True

    def all_heard(self) -> bool:
        """Has every unit of the group answered this leadership?"""
        return not [account for account in self.ledger.accounts if account.report is None]

    def unsure(self) -> bool:
        """Rule 12: does anybody hold, or may hold, a revision that its own does not follow?"""
        return len(self.others) > 0 or len(self.revisions.known) > 0

    # --- changes of the group

    def retired(self) -> bool:
        """Has the revision in force given the leadership to another unit?"""
        return self.revisions.in_force.leader != self.unit and self.revisions.pending is None

    # --- rounds

    def tick(self, now_ms):
        """Bodies to send now: GrantFrame, (Revision, in_force), tag of who was removed."""
        if now_ms < self.quiet_ms:
            return []
        period = now_ms >= self.send_at_ms
        if not period and not self.dirty and now_ms < self._fall_ms:
            return []
        timing = self.timing
        if now_ms < self._last_ms + timing.gap_ms and self._last_ms >= self.boot_ms:
            return []
        if self._greets(now_ms):
            return [self._frame([])] if period and self._note(now_ms, timing.gap_ms) else []
        plan = self._plan(now_ms)
        self.dirty = False
        if not period and plan == self._planned:
            return []
        self._planned = plan
        bodies = [self._frame(self._grants(plan))]
        # To a frame without amounts all units answer: they must not be asked so often.
        seeks = bodies[0].entries and self._seeks(now_ms)
        self._note(now_ms, timing.gap_ms if seeks else timing.period_ms)
        if seeks and now_ms - self._told_ms < timing.period_ms:
            return bodies
        self._told_ms = now_ms
        # Who is to send what it holds must not take another one before.
        if not self.others and self._revision_is_news(now_ms):
            bodies.append((self.revisions.newest(), self.revisions.pending is None))
        if self.strangers:
            bodies += load("core", "sharing", "strangers").to_be_told(self)
        return bodies

    # A unit that looks for its leader is on each channel for a moment only.
    def _seeks(self, now_ms):
        for account in self.ledger.accounts:
            heard_ms = account.received_ms
            missing_ms = now_ms - (self.boot_ms if heard_ms is None else heard_ms)
            if missing_ms > self.timing.silent_ms and (
                    missing_ms < _SEEK_MS or now_ms % _SEEK_EACH_MS < _SEEK_PART_MS):
                return True
        return False

    def _note(self, now_ms, until_next_ms):
        self._last_ms = now_ms
        self.send_at_ms = now_ms + until_next_ms
        return True

    def next_deadline_ms(self) -> int:
        """When `tick()` has something to do at the latest."""
        at_ms = self.send_at_ms
        if self.dirty or self._fall_ms < at_ms:
            early = max(self._last_ms + self.timing.gap_ms,
                        self.boot_ms if self.dirty else self._fall_ms)
            at_ms = min(at_ms, early)
        if at_ms < self.quiet_ms:
            at_ms = self.quiet_ms
        ready_ms = self.revisions.ready_ms()
        return at_ms if ready_ms is None else min(at_ms, ready_ms)

    def _greets(self, now_ms):
        # Rule 8: nobody is granted anything before all have said what they may still use.
        if self._greeting and (self.all_heard()
                               or now_ms - self.boot_ms >= self.timing.greet_ms):
            self._greeting = False
        return self._greeting

    def _frame(self, entries):
        revisions = self.revisions
        return frames.GrantFrame(revisions.newest().number, revisions.digest,
                                 revisions.in_force.number, entries, len(self.others) > 0)

    def _revision_is_news(self, now_ms):
        if now_ms < self.revision_until_ms or self.retired():
            return True
        number = self.revisions.newest().number
        shown = 0 if self.revisions.pending is None else frames.IN_FORCE
        for account in self.ledger.accounts:
            report = account.report
            if report is None:
                if now_ms >= self._unheard_ms:  # it may hear this leader all the same
                    self._unheard_ms = now_ms + LEFT_MS
                    return True
            elif report.revision < number or not (report.flags | shown) & frames.IN_FORCE:
                return True
        return False

    def _grants(self, plan):
        """Entries of a frame whose amounts are planned; notes them in the ledger."""
        entries = []
        sequence = self.sequence + 1
        for account, (amount_ma, phases) in zip(self.ledger.accounts, plan):
            if amount_ma is None:
                # A later amount is a raise from 0.
                account.last_ma = account.last_phases = 0
                continue
            account.amount_sent(sequence, amount_ma, phases)
            entries.append(frames.Grant(account.unit, account.nonce, account.number, amount_ma,
                                        phases))
        return entries

    def _plan(self, now_ms):
        """[(amount_ma or None, phases)] for the accounts in their order."""
        accounts = self.ledger.accounts
        self._fall_ms = NEVER_MS
        silent = [(None, 0)] * len(accounts)
        if self.handing_over is not None or self.unsure() or (
                self.revisions.newest().leader != self.unit):
            # The last: also after a boot in the middle of a handover its proposal is left of it.
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
        keep_ma = self.revisions.in_force.limit_ma
        # Cannot be by construction (rule 5), but a group's record is only as good as its
        # storage: when what is kept for units without a word does not fit, grant nothing.
        if a > keep_ma or b > keep_ma or c > keep_ma:
            return silent
        limit_ma = self.revisions.rising_limit_ma()
        caps = self.caps
        plan = Plan(accounts, holds, floors, targets_of(
            accounts, self.revisions, self._usages, now_ms,
            limit_ma if caps is None else caps.limit_ma(limit_ma, now_ms)))
        plan.keep(keep_ma)
        if now_ms - self.boot_ms >= self.timing.rest_x_ms or self.all_heard():
            self._fall_ms = plan.rise(limit_ma, now_ms)
        return plan.result(now_ms)


def _wants_other(before, report):
    return (before.ask_ma != report.ask_ma or before.spare_ma != report.spare_ma
            or before.cap_ma != report.cap_ma or before.phases != report.phases or before.priority
            != report.priority or before.offered_ma != report.offered_ma
            or (before.tail_ms > 0) != (report.tail_ms > 0))
