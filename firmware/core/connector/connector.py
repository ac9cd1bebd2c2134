# SPDX-License-Identifier: MIT
"""One connector: what its pilot offers, and when its contactor is closed (design 5).

`step` takes inputs and gives the levels to apply, every 20 ms; with unchanged inputs it changes
nothing before `next_deadline_ms`. It runs in a timer callback on the chip, while tasks call
`snapshot`: what that shows is one tuple, published at the end of a step.
"""

from core import reasons
from core.connector import pilot_duty
from core.connector.pilot_state import AGAIN_MS, A, B, C, D
from core.units import NEVER_MS
from core.values import Outputs, Snapshot
from micropython import const

# IEC 61851-1: 5 s between two changes of the duty, on a clock that may be 1 % fast.
DUTY_GAP_MS = const(5050)
_X1_HOLD_MS = const(3030)  # before PWM starts for the next vehicle
_STOP_MS = const(6000)  # IEC sequence 10.2: open under load if the vehicle has not let go
_FLOWS_MA = const(1000)  # a meter that shows so much is not wrong about an open contactor
_SHOWS_MA = const(200)  # less is nothing: what lies in a car keeps awake
_CHARGE_MASK = const(0x3FFFFFFF)
NO_DRAW = (0, 0, 0)


class Connector:
    """Attributes for display: fault (code or 0), offered_ma, reason; state: of the pilot, by its
    number (pilot_state.py; names: on_demand/state_words.py); draw_ma of the last step; changes,
    counted, of what the sharing task must hear of at once.
    """

    __slots__ = ("state", "reason", "fault", "offered_ma", "changes", "_config", "_pilot",
                 "protection", "_heat", "_heat_ma", "_habits", "_history", "_inputs", "_allowed",
                 "_outputs", "_due_ms", "_clear_asked", "_waits", "_blind", "_set_ma", "_duty",
                 "_changed_ms", "_fresh", "_contactor", "_guard", "_charge", "_most_ma",
                 "_charge_ms", "draw_ma", "_shown")

    def step(self, inputs, allowed, now_ms: int) -> Outputs:
        """Levels to apply now. inputs: values.Inputs; allowed: values.Offer of the member."""
        if now_ms < self._due_ms and inputs == self._inputs and allowed == self._allowed:
            return self._outputs
        self._due_ms = NEVER_MS
        self._inputs = inputs
        self._allowed = allowed
        read_ma = pilot_duty.amount_ma(inputs.duty_u16)
        self._observe(inputs, read_ma, now_ms)
        self.draw_ma = self._watch(inputs.draw_ma, now_ms)
        most_ma = max(self.draw_ma)
        if most_ma != self._most_ma:
            self._charge = ((self._charge + self._most_ma * (now_ms - self._charge_ms))
                            & _CHARGE_MASK)
            self._charge_ms = now_ms
            self._most_ma = most_ma
        self._set_offer(self._want(allowed, now_ms), now_ms)
        woke = self._guard is not None and self._set_guard(allowed, now_ms)
        self._set_contactor(inputs, woke or allowed.open_now, now_ms)
        self._finish(inputs, read_ma, now_ms)
        return self._outputs

    def next_deadline_ms(self) -> int:
        """When `step` must be called at the latest if nothing changes; NEVER_MS if not at all."""
        return self._due_ms

    def clear_fault(self):
        """A latched fault may be tried again, from the next step on."""
        self._clear_asked = True
        self._due_ms = 0

    def snapshot(self, now_ms: int) -> Snapshot:
        """What the member is told; may be called from a task between any two steps."""
        (state, offered_ma, outputs, draw_ma, live, cap_ma, charge, charge_ms, most_ma,
         phases_all, reason, history) = self._shown
        span_ms = max(0, now_ms - charge_ms)
        # Not in one product: large numbers would be garbage.
        charge = (charge - _CHARGE_MASK - 1 + most_ma * (span_ms & 1023)
                  + ((most_ma * (span_ms >> 10) & _CHARGE_MASK >> 10) << 10)) & _CHARGE_MASK
        return Snapshot(now_ms, state, offered_ma, self._config.wired & ~outputs.guard,
                        outputs.contactor, draw_ma,
                        history.possible_ma(now_ms, draw_ma, live),
                        history.tail_ms(now_ms, draw_ma, live), cap_ma, charge, phases_all,
                        reason)

    def _due(self, at_ms):
        if at_ms < self._due_ms:
            self._due_ms = at_ms

    def _observe(self, inputs, read_ma, now_ms):
        """Pilot state, the vehicle's coming and going, faults."""
        state = self._pilot
        state.step(inputs.pilot_high_mv, inputs.pilot_low_mv, inputs.duty_u16, now_ms)
        if state.state == A:
            if self._guard is not None:
                self._guard.unplugged()
            self._fresh = True
        protection = self.protection
        if self._clear_asked:
            self._clear_asked = False
            protection.clear()
            self._habits.forgive()
        heat = self._heat
        if heat is not None:
            heat.step(inputs.temperature_dc, now_ms)
            self._heat_ma = heat.limit_ma
            self._due(heat.due_ms)
        protection.step(inputs, state, self._contactor, self._history.largest(now_ms),
                        read_ma != self._set_ma, heat is not None and heat.hot, now_ms)
        self.fault = protection.fault
        self._due(protection.due_ms)

    def _watch(self, draw_ma, now_ms):
        """What the vehicle does again and again; the draw that is believed."""
        state = self._pilot.state
        habits = self._habits
        flows = self._contactor and self._set_ma
        habits.step(state, state == B and self._set_ma, flows and state == C,
                    flows and max(draw_ma) >= _SHOWS_MA, now_ms)
        self._due(habits.due_ms)
        self._blind = habits.blind or self.protection.meter_wrong
        assumed_ma = self._history.offer_ma[:3] if flows and self._blind else NO_DRAW
        return assumed_ma if self._blind else draw_ma

    def _want(self, allowed, now_ms):
        """The current to offer, mA, by one expression whose winner is the reason."""
        plugged = B <= self._pilot.state <= D
        config = self._config
        guarded = (not allowed.amount_ma or not config.wired & ~allowed.phases
                   or self._guard is not None and self._guard.accepts(allowed.phases))
        slow_ma = self.protection.ceiling_ma
        cable_ma = self.protection.cable_ma
        amount_ma = min(self._heat_ma, slow_ma, cable_ma, config.breaker_ma, config.board_ma,
                        allowed.amount_ma)
        habits = self._habits
        self._waits = waits = plugged and now_ms < habits.waits_ms
        self.reason = self.protection.reason or (
            reasons.NO_VEHICLE if not plugged else habits.why if waits
            else reasons.WAKING if habits.waking else reasons.PHASE_GUARD if not guarded else 0)
        if self.reason:
            return 0
        self.reason = (
            self._heat.reason if amount_ma == self._heat_ma
            else reasons.SLOW_VEHICLE if amount_ma == slow_ma
            else reasons.METER if self._blind else reasons.CABLE if amount_ma == cable_ma
            else reasons.BREAKER if amount_ma == config.breaker_ma
            else reasons.BOARD if amount_ma == config.board_ma else allowed.reason)
        return pilot_duty.floor_ma(amount_ma)

    def _set_offer(self, wanted_ma, now_ms):
        """Decreases at once; increases, from X1 too, 5 s after the last change."""
        if wanted_ma == self._set_ma:
            return
        if wanted_ma > self._set_ma:
            # What was begun is ended: X1 holds until the contactor has opened.
            if self._contactor and self._set_ma == 0:
                self.reason = reasons.WAIT_INCREASE
                return
            ready_ms = self._changed_ms + (_X1_HOLD_MS if self._fresh else DUTY_GAP_MS)
            if now_ms < ready_ms:
                self.reason = reasons.WAIT_INCREASE
                self._due(ready_ms)
                return
        self._change(wanted_ma, now_ms)
        self._fresh = self._fresh and not wanted_ma

    def _change(self, amount_ma, now_ms):
        self._set_ma = amount_ma
        self._duty = pilot_duty.duty_u16(amount_ma)
        self._changed_ms = now_ms

    def _set_guard(self, allowed, now_ms):
        guard = self._guard
        guard.set(allowed.phases, self._set_ma, self._contactor, self._history.largest(now_ms)[3])
        woke = guard.step(self.draw_ma, self._contactor, now_ms)
        self._due(guard.due_ms)
        if woke:
            self._change(0, now_ms)
            self.reason = reasons.PHASE_GUARD
        return woke

    def _set_contactor(self, inputs, open_now, now_ms):
        state = self._pilot
        ready = state.state == C or state.state == D and self._config.ventilation
        may_stay = not self.fault and not open_now and ready
        if self._contactor:
            if may_stay and self._set_ma == 0:
                # Stop in order: X1, the vehicle opens S2 within 3 s, we open at 6 s.
                may_stay = now_ms < self._changed_ms + _STOP_MS
                self._due(self._changed_ms + _STOP_MS)
            if not may_stay:
                self._contactor = False
                state.renew_diode()
                if not (self.fault or open_now or ready) and (self._set_ma or state.state == A):
                    self._habits.ended(now_ms)
                    self._due(now_ms + AGAIN_MS)
            return
        # A single reading that forbids it opens nothing, but nothing closes on it either.
        clean = state.steady and not inputs.rcm_tripped and inputs.cable_ma > 0
        if may_stay and self._set_ma and clean and state.diode_ok:  # so PWM runs
            # Rule 10: possible_ma was 0 while it was open, the room of a larger offer is gone.
            # Nor in the step that lowers it: what it was has yet to become history.
            wait_ms = self._history.sunk_ms(now_ms)
            if wait_ms:
                self._due(now_ms + wait_ms)
            elif self._history.offer_ma[3] <= self._set_ma:
                self._contactor = True
                self._habits.closed(now_ms)

    def _finish(self, inputs, read_ma, now_ms):
        """Remember the offer, say when the next step is due, publish."""
        # Until the output reads back the lower duty, the vehicle sees the higher one.
        offered_ma = max(self._set_ma, read_ma)
        guarded = 0 if self._guard is None else self._guard.mask
        outputs = self._outputs
        offers = self._history.offer_ma
        if offered_ma != self.offered_ma or guarded != outputs.guard:
            phases = self._config.wired & ~guarded
            offers = (offered_ma if phases & 1 else 0, offered_ma if phases & 2 else 0,
                      offered_ma if phases & 4 else 0, offered_ma)
        self._history = self._history.noted(now_ms, offers)
        self.offered_ma = offered_ma
        closed = inputs.contactor_closed if self._config.feedback else None
        # Also where an open one lets current through: what flows there is used.
        live = self._contactor or closed or (closed is None and max(self.draw_ma) > _FLOWS_MA)
        if live:
            self._due(self._history.next_ms(now_ms) or NEVER_MS)
        if self._pilot.pending:
            self._due(self._pilot.read_ms + AGAIN_MS)
        duty = pilot_duty.F_U16 if self.fault == reasons.WELDED else self._duty
        if (duty != outputs.duty_u16 or self._contactor != outputs.contactor
                or guarded != outputs.guard):
            self._outputs = Outputs(duty, self._contactor, guarded)
            # What must follow, as the contactor's feedback, is watched from the next step on.
            self._due(now_ms + AGAIN_MS)
        cap_ma = 0
        if not self.fault and not self._waits:
            cap_ma = min(self._config.board_ma, self._config.breaker_ma, self._heat_ma,
                         self.protection.ceiling_ma, self.protection.cable_ma)
        self._publish(live, pilot_duty.floor_ma(cap_ma))

    # A new tuple only if something in it is new: most steps would make nothing but garbage. The
    # charge changes with the draw, and the history with the offer or the guard; what else it
    # forgets has no effect any more.
    def _publish(self, live, cap_ma):
        was = self._shown
        draw_ma = self.draw_ma
        state = self.state = self._pilot.state
        tripped = self._guard is not None and self._guard.tripped
        if (was is None or state != was[0] or self.offered_ma != was[1]
                or self._outputs is not was[2] or draw_ma != was[3] or self.reason != was[10]):
            self.changes += 1
        elif live == was[4] and cap_ma == was[5] and tripped == was[9]:
            return
        self._shown = (state, self.offered_ma, self._outputs, draw_ma, live, cap_ma, self._charge,
                       self._charge_ms, self._most_ma, tripped, self.reason, self._history)
