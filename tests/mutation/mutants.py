# SPDX-License-Identifier: MIT
"""Deliberate faults in the sharing rules, one each, to prove that the tests can fail.

A mutant is a function that breaks one thing with pytest's `monkeypatch` (or anything with its
`setattr`). It carries the theme of random episodes in which it shows soonest.
"""

import host_tools  # noqa: F401  (sets the import path)
from core import ledger, lease, leader, member, plan
from core.group import Group
from core.ledger import Account, Ledger
from core.lease import Lease
from core.timing import Timing

MUTANTS = {}


def mutant(theme):
    """Register a fault and the theme of episodes that shows it."""
    def register(function):
        MUTANTS[function.__name__] = (function, theme)
        return function
    return register


@mutant("net")
def lease_counted_from_receipt(patch):
    """Rule 2: a late grant would be worth as much as a prompt one."""
    original = Lease.grant

    def grant(self, number, amount_ma, phases, now_ms):
        taken = original(self, number, amount_ma, phases, now_ms)
        if taken:
            self._granted = (amount_ma, phases, now_ms + self._timing.lease_ms)
        return taken
    patch.setattr(Lease, "grant", grant)


@mutant("net")
def any_report_renews(patch):
    """Rule 3: a grant for a report older than the lease would renew it."""
    def grant(self, number, amount_ma, phases, now_ms):
        self._granted = (amount_ma, phases, now_ms + self._timing.lease_ms)
        self._ever = True
        return True
    patch.setattr(Lease, "grant", grant)


@mutant("net")
def increase_before_the_decrease_is_acknowledged(patch):
    """Rule 6: only the last amount sent would count, not those that may have been missed."""
    original = Account.hold

    def hold(self, now_ms):
        kept = self._sent, self.base_ma, self._tails
        self._sent, self._tails = self._sent[-1:], []
        self.base_ma = min(self.base_ma, self.last_ma)
        try:
            return original(self, now_ms)
        finally:
            self._sent, self.base_ma, self._tails = kept
    patch.setattr(Account, "hold", hold)


@mutant("net")
def acknowledged_before_the_echo(patch):
    """Rule 6: a sent amount would be forgotten with the next report, whatever it echoes."""
    original = Account.believe

    def believe(self, nonce, number, report, echo_sent_ms, now_ms):
        original(self, nonce, number, report, echo_sent_ms, now_ms)
        self._sent = []
    patch.setattr(Account, "believe", believe)


@mutant("net")
def tail_halved(patch):
    """Rule 6: the old offer would be given away while the vehicle may still follow it."""
    original = Account._add_tail

    def add_tail(self, vector, end_ms):
        begin_ms = self.received_ms or 0
        original(self, vector, begin_ms + max(0, end_ms - begin_ms) // 2)
    patch.setattr(Account, "_add_tail", add_tail)


@mutant("net")
def no_time_for_the_vehicle(patch):
    """Rule 6: no 5 s for the vehicle after a decrease or the end of a lease."""
    patch.setattr(Account, "_add_tail", lambda self, vector, end_ms: None)


@mutant("net")
def no_reaction_after_the_lease(patch):
    """Rule 6: room would be free the moment a lease ends."""
    original = Account.hold

    def hold(self, now_ms):
        return original(self, now_ms + self._timing.react_x_ms)
    patch.setattr(Account, "hold", hold)


@mutant("net")
def lease_never_waited_for(patch):
    """Rule 6: a silent unit's base would sink to its fallback at once."""
    original = Account._set_base

    def set_base(self, report, now_ms):
        original(self, report, now_ms)
        self._base_end_ms = now_ms - self._timing.react_x_ms
    patch.setattr(Account, "_set_base", set_base)


@mutant("net")
def no_reserve_for_a_silent_unit(patch):
    """Rule 6: a unit that may rise to its fallback by itself would have no room kept."""
    patch.setattr(Account, "due", lambda self, now_ms: self.report is None)


@mutant("net")
def no_reserve_for_a_deaf_unit(patch):
    """Rule 6: a unit whose reports arrive would count as reached by ours."""
    original = Account.believe

    def believe(self, nonce, number, report, echo_sent_ms, now_ms):
        original(self, nonce, number, report, now_ms, now_ms)
        self._rise_at_ms = now_ms + self._timing.lease_ms + self._timing.grow_ms
    patch.setattr(Account, "believe", believe)


@mutant("lead")
def no_reserve_for_a_unit_never_heard(patch):
    """Rule 6: after a leader's boot the silent ones would be forgotten."""
    original = Account.due
    patch.setattr(Account, "due", lambda self, now_ms: (
        self.report is not None and original(self, now_ms)))


@mutant("unit")
def fallback_at_once_after_boot(patch):
    """Rule 4: lease + grow would not be waited for."""
    original = Lease.__init__

    def init(self, timing, now_ms):
        original(self, timing, now_ms)
        self._granted = (0, 0, now_ms - timing.grow_ms)
    patch.setattr(Lease, "__init__", init)


@mutant("unit")
def offers_at_once_after_boot(patch):
    """Rule 4: the vehicle may still be following the offer from before the boot."""
    patch.setattr(Lease, "quiet", lambda self, now_ms: False)


@mutant("net")
def fallback_at_once_after_the_lease(patch):
    """Rule 4: no waiting at the rest level until the others have made room."""
    original = Lease.level

    def level(self, now_ms, fallback_ma, wired):
        found = original(self, now_ms, fallback_ma, wired)
        if found[2] in (lease.REST, lease.NONE) and self._ever:
            return fallback_ma, wired, lease.FALLBACK
        return found
    patch.setattr(Lease, "level", level)


@mutant("net")
def keeps_the_last_grant_without_a_lease(patch):
    """Rule 4: no drop to min(last grant, fallback)."""
    original = Lease.level

    def level(self, now_ms, fallback_ma, wired):
        found = original(self, now_ms, fallback_ma, wired)
        if found[2] == lease.REST:
            return self._granted[0], found[1], lease.REST
        return found
    patch.setattr(Lease, "level", level)


@mutant("net")
def renewals_need_not_fit(patch):
    """Rule 6: amounts that do not rise would be sent whatever is kept for others."""
    patch.setattr(plan.Plan, "keep", lambda self, limit_ma: None)


@mutant("net")
def raises_need_not_fit(patch):
    """Rule 6: raises would be judged against the floors, not against what may be in use."""
    original = plan.Plan.rise

    def rise(self, limit_ma, now_ms):
        self._holds = [[0, 0, 0]] * len(self._holds)
        return original(self, limit_ma, now_ms)
    patch.setattr(plan.Plan, "rise", rise)


@mutant("net")
def raise_judged_against_the_hold(patch):
    """Rule 6: an amount below the hold would not count as a raise."""
    original = plan.Plan.__init__

    def init(self, accounts, holds, floors, aims):
        original(self, accounts, holds, floors, aims)
        for i, (aim_ma, _) in enumerate(aims):
            self._amounts[i][0] = min(aim_ma, max(holds[i]))
    patch.setattr(plan.Plan, "__init__", init)


@mutant("lead")
def raises_before_all_have_answered(patch):
    """Rule 8: a restarted leader would raise beside units it has not heard."""
    patch.setattr(leader.Leader, "all_heard", lambda self: True)
    patch.setattr(Account, "due", lambda self, now_ms: (
        self.report is not None and now_ms + 15900 > self._rise_at_ms))


@mutant("lead")
def adopts_without_the_tail(patch):
    """Rule 8: what the vehicles are still following would be overlooked by a new leader."""
    original = Account.believe

    def believe(self, nonce, number, report, echo_sent_ms, now_ms):
        if self.report is None:
            report = report._replace(tail_ms=0)
        original(self, nonce, number, report, echo_sent_ms, now_ms)
    patch.setattr(Account, "believe", believe)


@mutant("lead")
def epoch_ignored(patch):
    """Rule 3: a late frame of an earlier leadership would be followed."""
    patch.setattr(member.Member, "_accepts", lambda self, header, now_ms: True)


@mutant("unit")
def any_boot_is_believed(patch):
    """Rule 7: a replayed report of an earlier boot would be believed."""
    patch.setattr(Account, "knows", lambda self, nonce, echo_sequence: True)


@mutant("lead")
def reports_to_earlier_leaderships_count(patch):
    """Rule 7: reports that echo another epoch would be believed."""
    original = Ledger.on_report

    def on_report(self, header, report, now_ms):
        header = header._replace(epoch=self._epoch)
        report = report._replace(echo_nonce=self._nonce)
        return original(self, header, report, now_ms)
    patch.setattr(Ledger, "on_report", on_report)


@mutant("unit")
def old_boot_forgotten(patch):
    """Rule 7: the hold of the boot before would not become a tail."""
    original = Account.believe

    def believe(self, nonce, number, report, echo_sent_ms, now_ms):
        if nonce != self.nonce:
            self._sent, self._tails, self.base_ma = [], [], 0
        original(self, nonce, number, report, echo_sent_ms, now_ms)
    patch.setattr(Account, "believe", believe)


@mutant("revise")
def revision_in_one_step(patch):
    """Rule 12: a proposed revision's fallback would be used at once."""
    original = Group.hear

    def hear(self, revision, in_force, now_ms):
        changed = original(self, revision, True, now_ms)
        self._raised = None
        self.fallback_ma = self._row_fallback_ma()
        return changed
    patch.setattr(Group, "hear", hear)


@mutant("revise")
def in_force_without_waiting_for_all(patch):
    """Rule 12: one acknowledgement would do."""
    from core.revision import Revisions
    patch.setattr(Revisions, "ready_ms", lambda self: 0 if self.pending is not None else None)


@mutant("revise")
def raised_fallback_used_at_once(patch):
    """Rule 12: leases from before would still be running."""
    def raise_to(self, fallback_ma, now_ms):
        self._raised = (now_ms, fallback_ma)
    patch.setattr(Group, "_raise_to", raise_to)


@mutant("net")
def clocks_do_not_drift(patch):
    """Times: no allowance for two clocks that run 2 % apart."""
    patch.setattr(Timing, "stretch", lambda self, span_ms: span_ms)
    patch.setattr(Timing, "shrink", lambda self, span_ms: span_ms)


__all__ = ["MUTANTS", "ledger"]
