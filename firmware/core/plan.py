# SPDX-License-Identifier: MIT
"""The amounts of one frame: first what may stay, then what may rise (design 3, rule 6).

What does not rise must fit beside the floors of all units; what rises must fit beside everything
that any unit may still be using. Aims come from the allocator and are trusted in nothing.
"""

from micropython import const

_OFFER_MIN_MA = const(6000)
_STEP_MA = const(100)
_PARTIAL_MA = const(2000)  # design 4, demand 9: a smaller partial raise waits for falling holds
_NOISE_MA = const(300)  # a change of the pilot is worth more than that
_SOON_MS = const(1500)  # design 4, demand 1: a newcomer waits so long for more than free room
_NEVER = const(1 << 62)


class Plan:
    """Lists go by account; vectors are mA on the circuit's three phases.

    holds, floors: of the accounts now; aims: (amount_ma, phases wanted).
    """

    def __init__(self, accounts, holds, floors, aims):
        self._accounts = accounts
        self._holds = holds
        self._floors = floors
        self._aims = aims
        # What does not rise: the smaller of aim and last sent, on phases of both.
        self._amounts = []
        for account, (aim_ma, wanted) in zip(accounts, aims):
            phases = account.last_phases & wanted
            amount_ma = min(aim_ma, account.last_ma) if phases else 0
            self._amounts.append([amount_ma, phases or wanted])

    def _at(self, i, p):
        amount_ma, phases = self._amounts[i]
        return amount_ma if phases >> p & 1 else 0

    def _set(self, i, amount_ma):
        amount_ma = amount_ma // _STEP_MA * _STEP_MA
        self._amounts[i][0] = amount_ma if amount_ma >= _OFFER_MIN_MA else 0

    def keep(self, limit_ma):
        """Cut until the sum of max(amount, floor) is within the limit on every phase."""
        units = range(len(self._accounts))
        for p in (0, 1, 2):
            for _ in self._accounts:
                over_ma = sum([max(self._at(i, p), self._floors[i][p]) for i in units]) - limit_ma
                if over_ma <= 0:
                    break
                above = [(self._at(i, p) - self._floors[i][p], i) for i in units]
                above_ma, i = max(above)
                if above_ma <= 0:
                    break  # the floors alone do not fit: no cut can help
                self._set(i, self._at(i, p) - min(above_ma, over_ma + _STEP_MA - 1))

    def rise(self, limit_ma, now_ms) -> int:
        """Raise towards the aims into free room. When to try again: a hold falls, or never."""
        units = range(len(self._accounts))
        used = [[max(self._holds[i][p], self._floors[i][p], self._at(i, p)) for p in (0, 1, 2)]
                for i in units]
        room = [limit_ma - sum([u[p] for u in used]) for p in (0, 1, 2)]
        order = [(-a.report.priority, self._amounts[i][0], a.unit, i)
                 for i, a in enumerate(self._accounts) if a.report is not None]
        unmet = False
        falling_ms = None
        for _, _, _, i in sorted(order):
            aim_ma, wanted = self._aims[i]
            amount_ma, phases = self._amounts[i]
            if aim_ma <= amount_ma and (wanted == phases or aim_ma == 0):
                continue
            up_ma = aim_ma
            for p in (0, 1, 2):
                if wanted >> p & 1:
                    up_ma = min(up_ma, used[i][p] + room[p])
            up_ma = up_ma // _STEP_MA * _STEP_MA
            if up_ma < aim_ma:
                unmet = True
                if falling_ms is None:
                    falling_ms = self._falling_ms(now_ms)
                if _waits(amount_ma, up_ma, falling_ms - now_ms):
                    continue
            if up_ma < _OFFER_MIN_MA or up_ma < amount_ma or (up_ma == amount_ma
                                                              and wanted == phases):
                continue
            self._amounts[i] = [up_ma, wanted]
            for p in (0, 1, 2):
                if wanted >> p & 1 and up_ma > used[i][p]:
                    room[p] -= up_ma - used[i][p]
                    used[i][p] = up_ma
        if not unmet:
            return _NEVER
        return min([a.next_fall_ms(now_ms) for a in self._accounts])

    def _falling_ms(self, now_ms):
        """When the next hold falls noticeably, or never."""
        falls = [a.falling_ms(now_ms) for a in self._accounts]
        return min([f for f in falls if f is not None] + [_NEVER])

    def result(self, now_ms):
        """[(amount_ma or None, phases)]: None for a unit whose last report is too old."""
        return [(amount[0], amount[1]) if a.reachable(now_ms) else (None, 0)
                for a, amount in zip(self._accounts, self._amounts)]


def _waits(amount_ma, up_ma, falls_in_ms):
    """Is a raise to less than the aim better left until more room is free?"""
    if amount_ma == 0:
        return falls_in_ms <= _SOON_MS
    gain_ma = up_ma - amount_ma
    return gain_ma < _NOISE_MA or falls_in_ms < _NEVER // 2 and gain_ma < _PARTIAL_MA
