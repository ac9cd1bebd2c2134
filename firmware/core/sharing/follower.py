# SPDX-License-Identifier: MIT
"""One unit's part in the group: its lease, its demand, its reports, the offer it may make.

Every unit has one, the leader too (rule 9): reports and grants of the leader's own connector take
the same path, only in memory. The pilot path calls `offer()` from a timer; all it reads is kept
in values that change in one assignment.
"""

from collections import namedtuple

from core import reasons
from core.connector.pilot_state import A
from core.sharing import frames
from core.sharing.lease import FALLBACK, LIVE
from core.units import OFFER_MIN_MA
from core.values import Offer, Snapshot
from micropython import const

_DEMAND_MS = const(500)  # design 4: the draw is a mean of 0.5 s
_PILOT_MS = const(60)  # an answer waits until the pilot path has applied the amount

# serial: 6 bytes; rating_ma: greatest output of this unit; wired: mask of circuit phases; metered:
# one meter each; min_ma: smallest current that is useful here.
UnitConfig = namedtuple("UnitConfig", ("serial", "rating_ma", "wired", "metered", "priority",
                                       "nameplate_ma", "min_ma"))


class Follower:
    """Lease, demand and reports of one unit. Times are its own clock, ms.

    heard: (epoch, sequence, boot nonce, leader) of the newest frame heard; report_at_ms: when the
    next report is due; snapshot: what the pilot path read back, None before.
    """

    __slots__ = ("group", "nonce", "lease", "demand", "_use", "timing", "tag", "number",
                 "heard", "behind", "heard_ms", "snapshot", "_state", "_demand_at_ms",
                 "last_report_ms", "report_at_ms", "_reported")

    # --- frames from the leader

    def hears(self, header, now_ms, answer: bool):
        """Move to a newer frame of the leader (rule 3). answer: report at once."""
        self.heard = (header.epoch, header.sequence, header.nonce, header.sender)
        self.heard_ms = now_ms
        if answer:
            self.say_soon(now_ms)

    def on_grants(self, frame, now_ms):
        """Take this unit's amount out of a grant frame, if it holds one for this boot."""
        group = self.group
        self.behind = frame.in_force < group.confirmed_number or \
            (frame.ask or frame.revision <= group.stored_number) and \
            frame.digest != group.stored_digest
        mine = None
        for entry in frame.entries:
            if entry.nonce == self.nonce and entry.unit == group.unit:
                mine = entry
        # Not of its own leadership, by the tag: another unit may have its number by now.
        if group.confirmed_number < frame.in_force != group.number() and (
                group.leader_tag != self.tag):
            # While nothing newer is proposed only units of the one in force have an entry.
            group.hear_of(frame.in_force, mine is not None and frame.revision == frame.in_force)
        if mine is None or not group.takes or frame.in_force < group.confirmed_number:
            return
        before = self.lease.level(now_ms, 0, 0)
        if mine.phases & ~group.config.wired == 0 and self.lease.grant(
                mine.number, mine.amount_ma, mine.phases, now_ms):
            if before != self.lease.level(now_ms, 0, 0):
                self.say_soon(now_ms + _PILOT_MS)

    # --- the pilot path

    def offer(self, now_ms, said=None) -> Offer:
        """What this unit's connector may offer now, and why (rules 1, 2 and 4).

        said: the last answer, which is given again as long as it is right: 50 new ones a second
        would be garbage.
        """
        group = self.group
        fallback_ma = group.fallback(now_ms)
        amount_ma = 0
        phases = group.config.wired
        stalled = self.lease.stalled(now_ms, fallback_ma)
        if stalled:
            reason = reasons.STALLED
        elif not group.takes:
            reason = group.outside
            if reason == reasons.WAITS_FOR_LEADER and self.heard[2]:
                reason = reasons.STRANGER  # the leader is heard, and has no row for it
        elif now_ms < self.lease.quiet_ms:
            reason = reasons.BOOT_QUIET
        else:
            amount_ma, phases, kind = self.lease.level(now_ms, fallback_ma, phases)
            if amount_ma < OFFER_MIN_MA:
                amount_ma = 0
                if kind == LIVE:
                    reason = reasons.PAUSED
                elif group.cap_ma is not None:
                    reason = reasons.UNSURE
                elif now_ms - self.heard_ms < self.timing.silent_ms and self.heard[2]:
                    reason = reasons.NOT_GRANTED
                else:
                    reason = reasons.NO_LEASE
            elif kind == LIVE:
                reason = reasons.LEASE
            else:
                reason = reasons.FALLBACK if kind == FALLBACK else reasons.REST
        if said is None or amount_ma != said[0] or phases != said[1] or reason != said[2]:
            return Offer(amount_ma, phases, reason, stalled)
        return said

    def offer_until_ms(self, now_ms) -> int:
        """When `offer()` changes next by time alone."""
        raised = self.group.raised
        change_ms = self.lease.next_change_ms(now_ms)
        if not self.lease.live(now_ms):  # another reason is given when the leader is silent
            silent_ms = self.heard_ms + self.timing.silent_ms
            if now_ms < silent_ms < change_ms:
                change_ms = silent_ms
        if raised is not None and now_ms < raised[0] < change_ms:
            return raised[0]
        return change_ms

    # --- the sharing task

    def tick(self, now_ms):
        """Estimate demand and see whether there is something new to report."""
        self.group.settle(now_ms)
        snapshot = self.snapshot
        if snapshot is None:
            return
        state = snapshot.pilot_state
        if state != self._state or (self._demand_at_ms is not None
                                    and now_ms >= self._demand_at_ms):
            self.demand.step(now_ms, state, snapshot.offered_ma, snapshot.charge,
                             snapshot.closed, max(snapshot.draw_ma))
            plugged = state > A
            self._demand_at_ms = now_ms + _DEMAND_MS if plugged else None
            self._state = state
            if self._use is not None:
                if plugged:
                    self._use.step(now_ms, snapshot.draw_ma, snapshot.offered_ma, snapshot.closed)
                else:
                    self._use.unplugged()
        if self._reported != self._news(snapshot):
            self.say_soon(now_ms)

    def _wanted(self, s):
        """Mask of the phases to be granted (rule 14)."""
        return self.group.config.wired if self._use is None else self._use.wanted(s.phases_all)

    # What makes a report worth sending before its time.
    def _news(self, s):
        return (s.offered_ma, s.offered_phases, s.closed, s.cap_ma, s.phases_all,
                s.pilot_state > A, max(s.possible_ma) // 1000,
                self.demand.ask_ma, self.demand.spare_ma, self._wanted(s),
                self.group.stored_number, self.group.stored_in_force())

    def say_soon(self, now_ms):
        """Report at once, or as soon as the least time since the last report is over."""
        at_ms = max(now_ms, self.last_report_ms + self.timing.gap_ms)
        if at_ms < self.report_at_ms:
            self.report_at_ms = at_ms

    def next_deadline_ms(self) -> int:
        """When `tick()` or a report is due at the latest."""
        if self._demand_at_ms is None:
            return self.report_at_ms
        return min(self.report_at_ms, self._demand_at_ms)

    def report(self, now_ms):
        """(Header, Report) to send now. A grant for it is worth `lease` from this moment."""
        self.number += 1
        self.lease.report_sent(self.number, now_ms)
        self.last_report_ms = now_ms
        self.report_at_ms = now_ms + self.timing.period_ms
        epoch, sequence, nonce, leader = self.heard
        group = self.group
        config = group.config
        header = frames.Header(frames.REPORT, group.unit, epoch, self.nonce, self.number,
                               self.tag)
        lease = self.lease
        s = self.snapshot
        # Also where it may not be used now: one frame may change that.
        level_ma, phases, kind = lease.level(now_ms, group.fallback(now_ms), config.wired)
        flags = 0
        if group.stored_in_force():
            flags = frames.IN_FORCE
        if s is None:  # the pilot path has not run yet: nothing is offered, nothing is asked for
            s = Snapshot(now_ms, 0, 0, 0, False, (0, 0, 0), (0, 0, 0), 0, 0, 0, False, 0)
        else:
            self._reported = self._news(s)
        if s.closed:
            flags |= frames.CLOSED
        # Until it would rise to its fallback by itself, if nothing more came.
        rise_ms = max(0, lease.granted[2] + self.timing.grow_ms - now_ms)
        stored_ma = group.fallback_ma  # the most that it may be without another frame (rule 6)
        if group.raised is not None:
            stored_ma = max(stored_ma, group.raised[1])
        return header, frames.Report(
            leader, nonce, sequence, level_ma, phases,
            lease.granted[2] - now_ms if kind == LIVE else 0, s.offered_ma, s.offered_phases,
            s.possible_ma, s.tail_ms, rise_ms, group.stored_number, flags,
            min(self.demand.ask_ma, s.cap_ma), min(self.demand.spare_ma, s.cap_ma), s.cap_ma,
            self._wanted(s), s.draw_ma, s.pilot_state, s.reason,
            config.priority, self.demand.energy_as, group.stored_digest, config.wired,
            config.rating_ma, config.min_ma, stored_ma,
            group.signal | frames.NAMED_BIT if group.name else group.signal)
