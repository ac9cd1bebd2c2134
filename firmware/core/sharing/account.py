# SPDX-License-Identifier: MIT
"""What one unit may still use, as its leader counts it (design 3, rules 6 and 7).

From the reports believed so far, and the amounts sent since. Times are the leader's clock; spans
of a unit's clock are stretched or shrunk by twice the drift.
"""

from core.load import load
from core.units import NEVER_MS
from micropython import const

_SENT_MAX = const(8)
_TAILS_MAX = const(6)
NOISE_MA = const(500)
_NONE = (0, -1, 0, 0)  # an amount that was never sent
METER_PART = const(50)  # a meter errs by 2 %
BOOTS_MOST = const(15)  # that on_demand/reception.py counts


def facts(it) -> int:
    """Wiring, rating and smallest current of a row or a report as one number, to compare."""
    return it.rating_ma // 10 << 8 | it.min_ma // 1000 << 3 | it.wired


class Account:
    """What one unit may use. Vectors are lists of three, mA on the circuit's phases."""

    __slots__ = ("_timing", "serial", "tag", "report", "received_ms", "nonce", "number", "_seen",
                 "base_ma", "base_phases", "_base_end_ms", "_aside_ma", "_tails", "_sent",
                 "last_ma", "last_phases", "_rise_at_ms", "unit", "fallback_ma", "wired", "facts",
                 "air", "past")

    def follow(self, row):
        """What is kept for the unit by the group's revisions: a row of change.reserved()."""
        self.unit = row.unit
        self.fallback_ma = row.fallback_ma
        self.wired = row.wired
        self.facts = facts(row)
        if self.report is not None:
            self._keep_stored(self.report)  # what it last said is as true as before

    # Rule 6: a unit may go by more than the leader has in force, or on other phases, and says so.
    # Here this only grows; what may be less again follows the group's revisions.
    def _keep_stored(self, report):
        if report.stored_ma > self.fallback_ma:
            self.fallback_ma = report.stored_ma
        if report.stored_ma:
            self.wired |= report.wired

    # --- rule 7: which reports are believed

    def frame_leaves(self, sequence):
        """A frame goes out: a nonce first seen before it is known once it is echoed."""
        if self._seen and self._seen[-1][1] is None:
            seen = ()
            for nonce, after in self._seen:
                seen += ((nonce, sequence if after is None else after),)
            self._seen = seen

    def believe(self, nonce, number, report, echo_sent_ms, now_ms):
        """Take over a believed report (rule 6)."""
        if nonce != self.nonce:
            # Its program began anew, its vehicle did not: what the old boot could use is a tail.
            load("core", "sharing", "account").boots(self, nonce, now_ms)
        self.number = number
        self.report = report
        if report.stored_ma > self.fallback_ma or report.wired & ~self.wired:
            self._keep_stored(report)
        # A unit takes nothing older than the newest frame that it heard (rule 3). So amounts up to
        # that one cannot come into use any more; those that did are in the level it reports.
        while self._sent and self._sent[0][0] <= report.echo_sequence:
            self._sent = self._sent[1:]
        self._set_base(report, now_ms)
        if self._tails:
            self._drop_tails(now_ms)
        if report.tail_ms > 0:
            # Its vehicle may still follow an offer from before. Earlier tails stay beside this
            # one: that it draws little now ends none, it may go up again within a reaction.
            end_ms = now_ms + self._timing.stretch(report.tail_ms) + self._timing.loop_ms
            self._add_tail(report.possible_ma, end_ms)
        if self.received_ms is None:
            # What it may use already is no raise. Not the base, which counts on the phases of the
            # offer too: where a guard has tripped these are all, and the lease is for fewer.
            self.last_ma, self.last_phases = report.level_ma, report.level_phases
        self.received_ms = now_ms
        # Its own clock may be fast, so it may rise sooner than it says.
        self._rise_at_ms = echo_sent_ms + self._timing.shrink(report.rise_ms)

    # What has ended counts no more anyway; this only makes room for what comes.
    def _drop_tails(self, now_ms):
        tails = ()
        for tail in self._tails:
            if tail[1] > now_ms:
                tails += (tail,)
        self._tails = tails

    def _set_base(self, report, now_ms):
        # The larger of both: the pilot may be behind the lease, and what a lease allows may be
        # offered at any moment, as when a vehicle is plugged in. For phases it is the same.
        self.base_ma = max(report.level_ma, report.offered_ma)
        phases = self.base_phases = report.level_phases | report.offered_phases
        # Under a lease that is so until its end, on a clock that may be slow; without one the
        # unit is at rest already, and only its vehicle's reaction is still waited for.
        if report.remaining_ms > 0:
            now_ms += self._timing.stretch(report.remaining_ms) + 2 * self._timing.loop_ms
        self._base_end_ms = now_ms
        # What is drawn on a phase that lease and pilot leave out: it trips no guard below 0.5 A,
        # so it may go on for long, and no tail ends it. On the other phases the base has it.
        a, b, c = report.draw_ma
        if phases & 1:
            a = 0
        if phases & 2:
            b = 0
        if phases & 4:
            c = 0
        self._aside_ma = [a, b, c] if a or b or c else None

    def _add_tail(self, vector, end_ms):
        tails = self._tails
        if len(tails) == _TAILS_MAX:
            # Memory is bounded. The two oldest become one, as high and as long as each of them:
            # nothing is forgotten, and a little too much is kept for a while.
            (a, end_a), (b, end_b) = tails[0], tails[1]
            merged = (max(a[0], b[0]), max(a[1], b[1]), max(a[2], b[2]))
            tails = ((merged, max(end_a, end_b)),) + tails[2:]
        self._tails = tails + ((tuple(vector), end_ms),)

    def amount_sent(self, sequence, amount_ma, phases):
        """An amount left in frame `sequence`, for the last believed report."""
        deadline_ms = self.received_ms + self._timing.rest_x_ms
        sent = self._sent
        _, last_ma, last_phases, last_deadline_ms = sent[-1] if sent else _NONE
        if last_ma == amount_ma and last_phases == phases:
            # Same amount again: the newer frame is acknowledged later and ends later.
            if last_deadline_ms > deadline_ms:
                deadline_ms = last_deadline_ms
            sent = sent[:-1]
        elif len(sent) == _SENT_MAX:
            # As for tails: one that counts as much as both, until the newer is acknowledged.
            a, b = sent[0], sent[1]
            sent = ((b[0], max(a[1], b[1]), a[2] | b[2], max(a[3], b[3])),) + sent[2:]
        self._sent = sent + ((sequence, amount_ma, phases, deadline_ms),)
        self.last_ma = amount_ma
        self.last_phases = phases

    # --- what it may use

    def hold(self, now_ms):
        """Vector: the most the unit may use now, by what it said and what was sent."""
        # Lease and reaction are over: without another word it is at min(last grant, fallback) by
        # rule 4. So a base within the fallback stays what it is, for ever.
        base = self.base_ma
        if base > self.fallback_ma and now_ms >= self._base_end_ms + self._timing.react_x_ms:
            base = self.fallback_ma
        phases = self.base_phases
        hold = [base if phases & 1 else 0, base if phases & 2 else 0, base if phases & 4 else 0]
        if self._sent or self._tails or self._aside_ma:
            self._raise(hold, now_ms)
        return hold

    def _raise(self, hold, now_ms):
        # Each amount that is not acknowledged may be the one that the unit heard last, however
        # many smaller ones came after it.
        fallback = self.fallback_ma
        for _, amount, phases, deadline_ms in self._sent:
            # A lease by it has ended, and the vehicle has followed: what remains is its rest.
            if now_ms >= deadline_ms and amount > fallback:
                amount = fallback
            if phases & 1 and amount > hold[0]:
                hold[0] = amount
            if phases & 2 and amount > hold[1]:
                hold[1] = amount
            if phases & 4 and amount > hold[2]:
                hold[2] = amount
        for vector, end_ms in self._tails:
            if now_ms < end_ms:  # then the vehicle has followed, whatever it draws before
                _at_least(hold, vector)
        if self._aside_ma:  # until a report says otherwise
            _at_least(hold, self._aside_ma)

    def due(self, now_ms) -> bool:
        """May the unit, without hearing anything more, rise to its fallback before an amount
        sent to others now has ended?"""
        # Never heard: it may have been alone for long, and rise at any moment. Else its rise must
        # lie behind the lease that others get now and the reaction after it, for by then the
        # leader cannot take that back from them.
        return self.report is None or now_ms + self._timing.rest_x_ms > self._rise_at_ms

    def floor(self, now_ms, hold):
        """Vector kept for a unit that may use it without being told."""
        fallback = self.fallback_ma
        if self.due(now_ms):
            # Its fallback is for all its phases, whatever it uses now.
            wired = self.wired
            return [fallback if wired & 1 else 0, fallback if wired & 2 else 0,
                    fallback if wired & 4 else 0]
        # It cannot rise before it is heard again: nothing more than it has must be kept, and of
        # that no more than it keeps when its lease ends.
        return [hold[0] if hold[0] < fallback else fallback,
                hold[1] if hold[1] < fallback else fallback,
                hold[2] if hold[2] < fallback else fallback]

    def reachable(self, now_ms) -> bool:
        """Is its last report recent enough for an amount to mean anything?"""
        return (self.received_ms is not None
                and now_ms < self.received_ms + self._timing.lease_ms)

    def next_fall_ms(self, now_ms) -> int:
        """When `hold` next falls by time alone, or 2**62."""
        first_ms = self._base_end_ms + self._timing.react_x_ms
        if first_ms <= now_ms:
            first_ms = NEVER_MS
        for tail in self._tails:
            if now_ms < tail[1] < first_ms:
                first_ms = tail[1]
        for sent in self._sent:
            if now_ms < sent[3] < first_ms:
                first_ms = sent[3]
        return first_ms

    def falling_ms(self, now_ms):
        """When the first tail ends that frees a good part of an ampere, or None."""
        first = None
        for vector, end_ms in self._tails:
            if now_ms < end_ms and (first is None or end_ms < first):
                for over_ma, later_ma in self._beyond(vector):
                    if over_ma > max(NOISE_MA, later_ma // METER_PART):
                        first = end_ms
        return first

    def _beyond(self, vector):
        """Per phase: (mA above what it has and will have, that), in mA."""
        beyond = []
        for p in (0, 1, 2):
            later_ma = max(self.base_ma if self.base_phases >> p & 1 else 0,
                           self.last_ma if self.last_phases >> p & 1 else 0)
            beyond.append((vector[p] - later_ma, later_ma))
        return beyond


def _at_least(hold, vector):
    for p in (0, 1, 2):
        if vector[p] > hold[p]:
            hold[p] = vector[p]
