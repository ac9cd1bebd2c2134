# SPDX-License-Identifier: MIT
"""The amounts of one frame: first what may stay, then what may rise (design 3, rule 6).

What does not rise must fit beside the floors of all units; what rises must fit beside everything
that any unit may still be using. Targets come from the allocator and are trusted in nothing.
"""

from core.units import NEVER_MS, OFFER_MIN_MA, STEP_MA
from micropython import const

_PARTIAL_MA = const(2000)  # design 4, demand 9: a smaller partial raise waits for falling holds
_EVER_MS = const(1 << 29)  # what falls at all falls before
_NOISE_MA = const(300)  # a change of the pilot is worth more than that
_SOON_MS = const(1500)  # design 4, demand 1: a newcomer waits so long for more than free room


class Plan:
    """Lists go by account; vectors are mA on the circuit's three phases.

    holds, floors: of the accounts now; targets: (amount_ma, phases wanted).
    """

    __slots__ = ("_accounts", "_holds", "_floors", "_targets", "_amounts")

    def __init__(self, accounts, holds, floors, targets):
        self._accounts = accounts
        self._holds = holds
        self._floors = floors
        self._targets = targets
        # What does not rise: the smaller of target and last sent, on phases of both. Where they
        # have none in common nothing is left, for a phase that is added is a raise (rule 14).
        self._amounts = []
        for account, (target_ma, wanted) in zip(accounts, targets):
            phases = account.last_phases & wanted
            amount_ma = account.last_ma if account.last_ma < target_ma else target_ma
            self._amounts.append((amount_ma, phases) if phases else (0, wanted))

    def keep(self, limit_ma):
        """Cut until the sum of max(amount, floor) is within the limit on every phase."""
        total_ma = 0
        for (amount_ma, _), floor in zip(self._amounts, self._floors):
            total_ma += max(amount_ma, max(floor))
        if total_ma <= limit_ma:
            return  # it fits even if all were on one phase
        for p in (0, 1, 2):
            for _ in self._accounts:
                if not self._cut(p, limit_ma):
                    break

    def _cut(self, p, limit_ma):
        """Cut what is most above its floor on a phase, if that is over the limit."""
        over_ma = -limit_ma
        above_ma = most = i = 0
        for amount_ma, phases in self._amounts:
            kept_ma = self._floors[i][p]
            over_ma += kept_ma
            if phases >> p & 1 and amount_ma > kept_ma:
                over_ma += amount_ma - kept_ma
                if amount_ma - kept_ma >= above_ma:
                    above_ma, most = amount_ma - kept_ma, i
            i += 1
        if over_ma <= 0 or above_ma == 0:
            return False  # it fits, or the floors alone do not: no cut can help
        cut_ma = over_ma + STEP_MA - 1
        amount_ma, phases = self._amounts[most]
        amount_ma -= above_ma if above_ma < cut_ma else cut_ma
        amount_ma = amount_ma // STEP_MA * STEP_MA
        if amount_ma < _least_ma(self._accounts[most]):
            amount_ma = 0
        self._amounts[most] = amount_ma, phases
        return True

    def rise(self, limit_ma, now_ms) -> int:
        """Raise towards the targets into free room. When to try again: a hold falls, or never."""
        order = self._order()
        if not order:
            return NEVER_MS  # everybody has what it is to have, so no hold is waited for
        used = self._used()
        room = _room(limit_ma, used)
        unmet = False
        falling_ms = None
        for _, _, _, i in order:
            target_ma, wanted = self._targets[i]
            amount_ma, phases = self._amounts[i]
            # Up to what it may be using anyway a raise needs no room: that is counted already.
            # Above, it must fit into the free room of each phase that it wants.
            up_ma = target_ma
            for p in (0, 1, 2):
                if wanted >> p & 1:
                    up_ma = min(up_ma, used[i][p] + room[p])
            up_ma = up_ma // STEP_MA * STEP_MA
            if up_ma < target_ma:
                # Only a part fits now: the rest is tried again as soon as a hold falls.
                unmet = True
                if falling_ms is None:
                    falling_ms = self._falling_ms(now_ms)  # once a round: for all the same
                if _waits(amount_ma, up_ma, falling_ms - now_ms):
                    continue  # it keeps what it has
            # Under its smallest useful current it could not charge. No more than it has is no
            # raise; so much on more phases is one, less on more phases would take from it.
            if (up_ma < _least_ma(self._accounts[i]) or up_ma < amount_ma
                    or up_ma == amount_ma and wanted == phases):
                continue
            # What is given here is used, for everybody who comes after: each raise must fit beside
            # the raises before it, too.
            self._amounts[i] = up_ma, wanted
            for p in (0, 1, 2):
                if wanted >> p & 1 and up_ma > used[i][p]:
                    room[p] -= up_ma - used[i][p]
                    used[i][p] = up_ma
        if not unmet:
            return NEVER_MS  # all targets are reached
        return self._next_fall_ms(now_ms)

    def _order(self):
        """[(..., place)] of the units that are to get more, in the order in which they get it."""
        order = []
        for i in range(len(self._targets)):
            target_ma, wanted = self._targets[i]
            amount_ma, phases = self._amounts[i]
            # A larger amount, or one on more phases: both are raises (rule 14).
            if target_ma > amount_ma or target_ma and wanted != phases:
                account = self._accounts[i]
                # An amount answers a report (rule 2): a unit never heard can be given none.
                if account.report is not None:
                    # Priority first (design 4), then who has least, so that free room goes to
                    # those who wait; the unit's number makes the order the same everywhere.
                    order.append((-account.report.priority, amount_ma, account.unit, i))
        return sorted(order)

    def _next_fall_ms(self, now_ms):
        first_ms = NEVER_MS
        for account in self._accounts:
            first_ms = min(first_ms, account.next_fall_ms(now_ms))
        return first_ms

    def _used(self):
        """Vectors: the most that each unit may be using, what it gets at least included."""
        used = []
        for (amount_ma, phases), hold, floor in zip(self._amounts, self._holds, self._floors):
            used.append([max(hold[0], floor[0], amount_ma if phases & 1 else 0),
                         max(hold[1], floor[1], amount_ma if phases & 2 else 0),
                         max(hold[2], floor[2], amount_ma if phases & 4 else 0)])
        return used

    def _falling_ms(self, now_ms):
        """When the next hold falls noticeably, or never. What falls by less than a meter's error
        frees nothing that is worth waiting for: it comes again with each report."""
        first_ms = NEVER_MS
        for account in self._accounts:
            falls_ms = account.falling_ms(now_ms)
            if falls_ms is not None and falls_ms < first_ms:
                first_ms = falls_ms
        return first_ms

    def result(self, now_ms):
        """[(amount_ma or None, phases)]: None for a unit whose last report is too old."""
        amounts = self._amounts
        for i in range(len(amounts)):
            if not self._accounts[i].reachable(now_ms):
                amounts[i] = (None, 0)
        return amounts


def _room(limit_ma, used):
    room = [limit_ma, limit_ma, limit_ma]
    for vector in used:
        for p in (0, 1, 2):
            room[p] -= vector[p]
    return room


def _least_ma(account):
    """Smallest current that is useful at a unit (its `min_a`)."""
    return OFFER_MIN_MA if account.report is None else account.report.min_ma


def _waits(amount_ma, up_ma, falls_in_ms):
    """Is a raise to less than the target better left until more room is free?"""
    if amount_ma == 0:
        # Who has nothing takes what is free, or its vehicle would not start; only more that
        # comes at once is waited for.
        return falls_in_ms <= _SOON_MS
    # Between two changes of the duty lie 5 s (IEC 61851-1): a small raise now would delay the
    # larger one that follows. If nothing falls any more, none follows.
    gain_ma = up_ma - amount_ma
    return gain_ma < _NOISE_MA or falls_in_ms < _EVER_MS and gain_ma < _PARTIAL_MA
