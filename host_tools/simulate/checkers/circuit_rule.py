# SPDX-License-Identifier: MIT
"""The circuit rule (design 3): what all vehicles may draw, per phase, against the binding limit.

A vehicle may draw the largest offer of the last 5 s while its contactor is closed; on a guarded
phase it counts with its draw. Two things are reported apart: what a guarded phase draws before
the guard has opened the contactor (rule 14), and draws above every offer (rule 11).
"""

from host_tools.simulate.checkers.checker import Checker
from host_tools.simulate.clock import PIN, Alarm
from host_tools.simulate.offer_window import OfferWindow

_GUARD_MS = 1000  # rule 14: what the guard may take to open the contactor
_GUARD_MA = 500
_ASIDE_MS = 7000  # less than that counts from the next report on; then the others give way
_WELDED_MS = 11000  # a reaction after the boot, until which the program offers nothing
_LARGER_LIMIT_MS = 16000  # rule 12: a larger limit binds so much longer
_PHASES = (0, 1, 2)
_NOTHING = (0, 0, 0)


class _Share:
    """One unit's part in the sums, per phase: legal, waking and drawn, and what is above legal."""

    def __init__(self, clock, board, refresh, faded):
        self.board = board
        self.window = OfferWindow()
        self.fade = Alarm(clock, PIN, lambda: faded(board))
        self.guard_end = Alarm(clock, PIN, lambda: refresh(board))
        self.wake_ms = [None, None, None]  # since when a guarded phase draws so much
        self.wake_ma = [0, 0, 0]  # what it draws
        self.legal = self.waking = self.drawn = self.possible = _NOTHING
        self.woken = self.excess = False
        self.restarted_ms = -_WELDED_MS


class CircuitRule(Checker):
    """Adds up time over the limit, and the two kinds of it that are reported apart. apart: units
    that are on a circuit of their own as long as they are in it.
    """

    name = "circuit_rule"

    def __init__(self, clock, boards, limit_ma: int, apart=frozenset()):
        super().__init__(clock)
        self._apart = apart
        self._shares = {board.id: _Share(clock, board, self._refresh, self._faded)
                        for board in boards}
        self._listeners = []
        self._in_force_ma = limit_ma
        self._before = []  # (until_ms, limit_ma) of larger limits before
        self._limit_end = Alarm(clock, PIN, self._judge_now)
        self._legal, self._waking, self._drawn = [0] * 3, [0] * 3, [0] * 3
        self._counted_ms = 0
        self._over_ma = -limit_ma
        self._woken = self._excess = self._drawn_over = False
        self._quiet = True
        self.margin_ma = limit_ma  # least that was left of the limit that bound
        self.over_limit_ms = self.over_limit_peak_ma = 0
        self.phase_wake_ms = self.excess_ms = self.drawn_over_limit_ms = 0

    def listen(self, listener):
        """Call listener(board) when its vehicle may draw less because 5 s have passed."""
        self._listeners.append(listener)

    def refresh(self, units):
        """These units are on this circuit from now on."""
        for unit in sorted(units):
            self._refresh(self._shares[unit].board)

    def set_limit(self, limit_ma: int):
        """The limit in force is `limit_ma` from now on; a larger one before it binds longer."""
        if limit_ma == self._in_force_ma:
            return
        self.count_time()
        if limit_ma < self._in_force_ma:
            until_ms = self._clock.now_ms + _LARGER_LIMIT_MS
            self._before.append((until_ms, self._in_force_ma))
            self._limit_end.sooner(until_ms)
        self._in_force_ma = limit_ma
        self._judge()

    def limit_ma(self) -> int:
        """The limit that binds now."""
        self._before = [b for b in self._before if b[0] > self._clock.now_ms]
        return max([self._in_force_ma] + [limit for _, limit in self._before])

    def possible_ma(self, unit: int) -> tuple:
        """possible_ma of one unit, per phase of the circuit."""
        return self._shares[unit].possible

    def largest_ma(self, unit: int) -> int:
        """Largest offer of the last 5 s of one unit, its contactor closed or not."""
        return self._shares[unit].window.largest(self._clock.now_ms)

    def offer_changed(self, board):
        """The pilot advertises something else."""
        share = self._shares[board.id]
        share.window.change(board.offer_ma, self._clock.now_ms)
        self._refresh(board)

    def contact_changed(self, board):
        """The contactor has closed or opened."""
        self._refresh(board)

    def guard_changed(self, board):
        """Other phases are guarded."""
        self._refresh(board)

    def program_changed(self, board):
        """The program has started, or its pins are safe."""
        self._shares[board.id].restarted_ms = self._clock.now_ms

    def draw_changed(self, board):
        """The vehicle draws something else."""
        self._refresh(board)

    def count_time(self):
        """Add up the time since the last change under what was true in it."""
        span_ms = self._clock.now_ms - self._counted_ms
        self._counted_ms = self._clock.now_ms
        if span_ms > 0 and -self._over_ma < self.margin_ma:
            self.margin_ma = -self._over_ma
        if self._quiet or span_ms <= 0:
            return
        if self._over_ma > 0:
            self._note_over()
            self.over_limit_ms += span_ms
            self.over_limit_peak_ma = max(self.over_limit_peak_ma, self._over_ma)
        self.phase_wake_ms += span_ms if self._woken else 0
        self.excess_ms += span_ms if self._excess else 0
        self.drawn_over_limit_ms += span_ms if self._drawn_over else 0

    def _note_over(self):
        units = ", ".join(f"{unit}: {share.legal}" for unit, share in self._shares.items()
                          if any(share.legal))
        self.violated(0, f"{self._over_ma} mA over {self._bound_ma} mA until now ({units})")

    def _faded(self, board):
        self._refresh(board)
        for listener in self._listeners:
            listener(board)

    def _refresh(self, board):
        self.count_time()
        share = self._shares[board.id]
        old = share.legal, share.waking, share.drawn
        on_circuit = board.id not in self._apart
        share.drawn = board.draw_ma if on_circuit else _NOTHING
        if board.contact and on_circuit:
            self._weigh(share, board)
        else:
            share.legal = share.waking = share.possible = _NOTHING
            share.woken = share.excess = False
            share.wake_ms, share.wake_ma = [None, None, None], [0, 0, 0]
            share.guard_end.set(None)
            share.fade.set(None)
        new = share.legal, share.waking, share.drawn
        for sums, before, after in zip((self._legal, self._waking, self._drawn), old, new):
            if before != after:
                for phase in _PHASES:
                    sums[phase] += after[phase] - before[phase]
        self._judge()

    def _weigh(self, share, board):
        now_ms = self._clock.now_ms
        largest_ma = share.window.largest(now_ms)
        share.fade.set(share.window.next_ms())
        # Contactors open when told to, that is assumed: what flows through one that did not is
        # excess on a guarded phase, and on any when a program starts, which cannot know what was
        # offered before it.
        stuck = "welded" in board.faults and not board.output
        if stuck and now_ms < share.restarted_ms + _WELDED_MS:
            largest_ma = 0
        legal, waking, possible = [0] * 3, [0] * 3, [0] * 3
        share.woken = share.excess = False
        guard_end_ms = None
        for phase in board.wiring:
            draw_ma = board.draw_ma[phase]
            if not board.guarded >> phase & 1:
                share.wake_ms[phase], share.wake_ma[phase] = None, 0
                legal[phase] = largest_ma
                possible[phase] = max(largest_ma, draw_ma)
                share.excess = share.excess or draw_ma > largest_ma
                continue
            possible[phase] = draw_ma
            end_ms = self._guard_end_ms(share, phase, draw_ma, now_ms)
            if end_ms > now_ms:
                waking[phase] = draw_ma
                share.woken = share.woken or draw_ma > _GUARD_MA
                guard_end_ms = min(end_ms, guard_end_ms or end_ms)
            elif stuck:
                share.excess = share.excess or draw_ma > 0
            else:
                legal[phase] = draw_ma
        share.guard_end.set(guard_end_ms)
        share.legal, share.waking, share.possible = tuple(legal), tuple(waking), tuple(possible)

    def _guard_end_ms(self, share, phase, draw_ma, now_ms):
        before_ma, share.wake_ma[phase] = share.wake_ma[phase], draw_ma
        if draw_ma == 0:
            share.wake_ms[phase] = None
            return 0
        trips = draw_ma > _GUARD_MA
        if share.wake_ms[phase] is None or draw_ma > before_ma and not (
                trips and before_ma > _GUARD_MA):
            share.wake_ms[phase] = now_ms
        end_ms = share.wake_ms[phase] + (_GUARD_MS if trips else _ASIDE_MS)
        # The guard sleeps with its program, at most `hang`.
        return max(end_ms, now_ms + 100) if share.board.hung else end_ms

    def _judge_now(self):
        self.count_time()
        self._judge()

    def _judge(self):
        bound_ma = self._bound_ma = self.limit_ma() if self._before else self._in_force_ma
        if self._before:
            self._limit_end.sooner(self._before[0][0])
        self._over_ma = max(self._legal) - bound_ma
        self._drawn_over = max(self._drawn) > bound_ma
        self._woken = self._excess = False
        for share in self._shares.values():
            self._woken = self._woken or share.woken
            self._excess = self._excess or share.excess
        if any(self._waking):
            both = [a + b for a, b in zip(self._legal, self._waking)]
            self._woken = self._woken or max(both) > bound_ma >= max(self._legal)
        self._quiet = not (self._over_ma > 0 or self._drawn_over or self._woken or self._excess)
