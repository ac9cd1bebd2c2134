# SPDX-License-Identifier: MIT
"""The connector and vehicle of the small world: no pilot voltages, the harshest vehicle there is.

The connector applies its member's offer at once, both ways. The vehicle may draw the largest
offer that its pilot made in the last 5 s of true time, also one from before a reboot, whenever
the contactor is closed.
"""

from core.connector.guard import Guard
from core.connector.pilot_state import A, B, C
from core.connector.offer_history import OfferHistory
from core.values import Snapshot

_STOP_MS = 6000
_WAKE_MS = 1000  # rule 14's exception
_NEVER = 1 << 62


class Outlet:
    """Attributes: want_ma; draws_ma: what the meter sees at most, None for what it wants; state
    A, B or C; uses: phases on which the vehicle draws, None for all; idle_ma: what it draws on
    the others. offered_ma: on the pilot; closed: contactor."""

    def __init__(self, config, timing):
        self.config = config
        self._timing = timing
        self.want_ma = 0
        self.draws_ma = None
        self.state = C
        self.uses = None
        self.idle_ma = 0
        self.offered_ma = 0
        self.closed = False
        self.closings = 0
        self._past = []  # (true ms until which it counts, mA)
        self._woke_ms = None  # true ms since which a guarded phase draws
        self._reason = 0

    def restart(self, now_ms):
        """The program that drives it has booted; the vehicle has not. now_ms: the unit's."""
        self._history = OfferHistory(self._timing.reaction_own_ms)
        self.guard = Guard(self.config.wired, self.config.metered)
        self._stop_ms = now_ms

    def power_lost(self, true_ms):
        """The contactor opens, the pilot goes."""
        self._offer(0, true_ms)
        self.closed = False

    def _offer(self, amount_ma, true_ms):
        if amount_ma < self.offered_ma:
            self._past.append((true_ms + self._timing.reaction_ms, self.offered_ma))
        self.offered_ma = amount_ma

    def step(self, allowed, now_ms, true_ms):
        """Apply what the member allows. now_ms: the unit's clock."""
        wants = self.state != A and self.want_ma
        amount_ma = min(allowed.amount_ma, self.config.rating_ma) if wants else 0
        if not self.guard.accepts(allowed.phases):
            amount_ma = 0
        if amount_ma < self.offered_ma and not amount_ma:
            self._stop_ms = now_ms + _STOP_MS
        self._offer(amount_ma, true_ms)
        self._reason = allowed.reason
        if self.state == A:
            self.guard.unplugged()
        self.guard.set(allowed.phases, amount_ma, self.closed, self._history.largest(now_ms)[3])
        woke = self.guard.step(self.draw_ma(), self.closed, now_ms)
        if woke:
            self._offer(0, true_ms)
        self._note(now_ms)
        stopped = self.offered_ma == 0 and now_ms >= self._stop_ms
        if woke or allowed.open_now or self.state != C or stopped:
            self.closed = False
        elif self.offered_ma and not self.closed and not self._history.sunk_ms(now_ms):
            self.closed = True  # rule 10
            self.closings += 1
            self._note(now_ms)

    def _note(self, now_ms):
        offered_ma, mask = self.offered_ma, self.config.wired & ~self.guard.mask
        self._history = self._history.noted(now_ms, tuple(
            offered_ma if mask >> p & 1 else 0 for p in (0, 1, 2)) + (offered_ma,))

    def draw_ma(self):
        """What the vehicle draws on each of the circuit's phases."""
        if not self.closed:
            return (0, 0, 0)
        uses = self.config.wired if self.uses is None else self.uses
        drawn_ma = min(self.offered_ma, self.want_ma if self.draws_ma is None else self.draws_ma)
        return tuple(drawn_ma if uses >> p & 1 else self.idle_ma if self.config.wired >> p & 1
                     else 0 for p in (0, 1, 2))

    def possible_ma(self, phase, true_ms):
        """From outside: the most it may draw on a phase, mA; a guarded phase at its draw."""
        if not self.closed or not self.config.wired >> phase & 1:
            return 0
        if self.guard.mask >> phase & 1:
            return self._guarded_ma(self.draw_ma()[phase], true_ms)
        self._past = [p for p in self._past if p[0] > true_ms]
        return max([self.offered_ma] + [amount_ma for _, amount_ma in self._past])

    def _guarded_ma(self, draw_ma, true_ms):
        if draw_ma <= 500:
            self._woke_ms = None
            return draw_ma
        if self._woke_ms is None:
            self._woke_ms = true_ms
        assert true_ms - self._woke_ms <= _WAKE_MS, "the guard did not open"
        return 0

    def snapshot(self, now_ms):
        """What the member is told."""
        draw_ma = self.draw_ma()
        history = self._history
        plugged = self.state != A and self.want_ma
        return Snapshot(now_ms, self.state if plugged else A, self.offered_ma,
                        self.config.wired & ~self.guard.mask, self.closed, draw_ma,
                        history.possible_ma(now_ms, draw_ma, self.closed),
                        history.tail_ms(now_ms, draw_ma, self.closed), self.config.rating_ma, 0,
                        self.guard.tripped, self._reason)

    def due_ms(self, now_ms):
        """When a step changes something without a new offer, on the unit's clock."""
        due_ms = self.guard.due_ms
        if self.offered_ma == 0 and self.closed:
            due_ms = min(due_ms, self._stop_ms)
        if self.offered_ma and self.state == C and not self.closed:
            due_ms = min(due_ms, now_ms + self._history.sunk_ms(now_ms))
        return min(due_ms, self._history.next_ms(now_ms) or _NEVER)

    def plug(self, state=C):
        """The vehicle's own doing: A unplugged, B connected, C wants its contactor closed."""
        assert state in (A, B, C)
        self.state = state
