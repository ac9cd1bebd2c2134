# SPDX-License-Identifier: MIT
"""The connector and vehicle of one unit, and what the vehicle may draw, seen from outside.

The connector applies its member's offer at once. The vehicle is the harshest there is: whenever
the contactor is closed it may draw the largest offer that its pilot made in the last `reaction`,
also one from before a reboot.
"""

from core.connector.pilot_state import C
from core.connector.offer_history import OfferHistory
from core.values import Snapshot

from host_tools.verify.exhaustive.scale import RATING_MA, STOP_MS, TIMING


class Outlet:
    """Attributes: want_ma; offered_ma: on the pilot; closed: contactor; history: the program's
    own view; past: (until ms, mA) of earlier offers, the view from outside."""

    def __init__(self, want_ma, now_ms):
        self.want_ma = want_ma
        self.offered_ma = 0
        self.closed = False
        self.past = ()
        self.restart(now_ms)

    def restart(self, now_ms):
        """The program boots: contactor open, no pilot, and it knows nothing of before."""
        self._offer(0, now_ms)
        self.closed = False
        self.history = OfferHistory(TIMING.reaction_own_ms)
        self.stop_ms = now_ms

    def _offer(self, amount_ma, now_ms):
        if amount_ma < self.offered_ma:
            self.past += ((now_ms + TIMING.reaction_ms, self.offered_ma),)
        self.offered_ma = amount_ma

    def step(self, allowed, now_ms):
        """Apply what the member allows."""
        amount_ma = min(allowed.amount_ma, RATING_MA)
        if self.offered_ma and not amount_ma:
            self.stop_ms = now_ms + STOP_MS
        self._offer(amount_ma, now_ms)
        self.history = self.history.noted(now_ms, (amount_ma, 0, 0, amount_ma))
        if allowed.open_now or not amount_ma and now_ms >= self.stop_ms:
            self.closed = False
        elif amount_ma and not self.closed and not self.history.sunk_ms(now_ms):
            self.closed = True  # rule 10

    def possible_ma(self, now_ms) -> int:
        """From outside: the most that the vehicle may draw."""
        if not self.closed:
            return 0
        return max([self.offered_ma] + [ma for until_ms, ma in self.past if until_ms > now_ms])

    def snapshot(self, now_ms) -> Snapshot:
        """What the member is told."""
        draw_ma = (min(self.offered_ma, self.want_ma) if self.closed else 0, 0, 0)
        history = self.history
        return Snapshot(now_ms, C, self.offered_ma, 1, self.closed, draw_ma,
                        history.possible_ma(now_ms, draw_ma, self.closed),
                        history.tail_ms(now_ms, draw_ma, self.closed), RATING_MA, 0, False, 0)
