# SPDX-License-Identifier: MIT
"""One vehicle during its stay at a connector (design 9).

It sees the pilot and the contactor, nothing else. Its draw is constant between events: a rise goes
in steps of 100 ms, a decrease is complete after `reaction_ms`. It follows what the pilot said
`reaction_ms` ago, so it is as slow as its kind may be.
"""

from host_tools.simulate.clock import VEHICLE, Alarm, Clock

_RAMP_STEP_MS = 100
_DUTY_MA = 10  # what a pilot of 13 bits offers less than was meant
_WAKING_MS = (2000, 30000)  # PWM gone for so long, and back, wakes one that sleeps
_MA_MS_PER_AH = 3_600_000_000


class Vehicle:
    """A vehicle plugged in now. `outlet`: offer_ma, contact, vehicle_changed(), draw_changed()."""

    def __init__(self, clock: Clock, spec, outlet, wired: int, volts: int):
        self.spec = spec
        self._clock, self._outlet, self._volts = clock, outlet, volts
        self._lanes = min(spec.phases, wired)
        self.draws_ma = [0] * self._lanes  # on the unit's own phases, first ones first
        self.s2 = False
        self.awake = not spec.wake_ms
        self.plugged_ms = clock.now_ms
        self._gone = False
        self._seen_ma = 0  # the offer that it follows
        self._goal_ma = 0
        self._readings = 0  # what it heard of the pilot before is void after it read it anew
        self._pwm_since_ms = None  # since when it was offered what it needs to charge
        self._wants_from_ms = clock.now_ms + spec.starts_after_ms
        self.asleep = False
        self._gone_ms = None  # since when PWM is gone while it sleeps
        self._started = False
        self._max_ma = spec.max_ma
        self._energy = 0  # mA ms
        self._counted_ms = clock.now_ms
        self._needs = None
        if spec.needs_wh is not None:
            self._needs = spec.needs_wh * _MA_MS_PER_AH // volts
        self._start = Alarm(clock, VEHICLE, self._try_start)
        self._ramp = Alarm(clock, VEHICLE, self._rise)
        self._full = Alarm(clock, VEHICLE, self._fill)
        self._wake = Alarm(clock, VEHICLE, self._wake_up)
        self._sleep = Alarm(clock, VEHICLE, self._fall_asleep)
        if spec.starts_after_ms:
            clock.at(self._wants_from_ms, VEHICLE, self._want, None)
        self._plan_profile()
        self.pilot_changed()

    def _plan_profile(self):
        for at_ms, max_ma in self.spec.profile:
            if at_ms <= self._clock.now_ms:
                self._max_ma = max_ma
            elif at_ms < self.spec.unplug_ms:
                self._clock.at(at_ms, VEHICLE, self._set_max, max_ma)

    @property
    def letter(self) -> str:
        """Pilot state without its number: B, or C with S2 closed."""
        return "C" if self.s2 else "B"

    @property
    def hungry(self) -> bool:
        """Would it charge if it were offered current?"""
        return (self._max_ma > 0 and not self._is_full()
                and self._clock.now_ms >= self._wants_from_ms)

    @property
    def max_ma(self) -> int:
        """Its own maximum now."""
        return self._max_ma

    @property
    def lanes(self) -> int:
        """How many of the unit's phases it uses now."""
        return self._lanes if self.awake else 1

    def delivered_wh(self) -> float:
        """Energy that it has taken so far."""
        self._count()
        return self._energy * self._volts / _MA_MS_PER_AH

    def unplug(self):
        """The plug is pulled, under load or not."""
        self._set_draws([0] * self._lanes)
        self._gone = True
        for alarm in (self._start, self._ramp, self._full, self._wake, self._sleep):
            alarm.set(None)
        self.s2 = False

    def pilot_changed(self):
        """The pilot advertises something else."""
        offer_ma = self._outlet.offer_ma
        if offer_ma < self.spec.min_ma - _DUTY_MA:
            self._pwm_since_ms = None
            self._start.set(None)
        elif self._pwm_since_ms is None:
            self._pwm_since_ms = self._clock.now_ms
            self._plan_start()
        self._look_at_pwm(offer_ma > 0)
        self._clock.at(self._clock.now_ms + self.spec.reaction_ms, VEHICLE, self._follow,
                       (self._readings, offer_ma))

    def contact_changed(self):
        """The contactor has closed or opened."""
        if not self._outlet.contact and not self.spec.obeys and self.s2:
            # Without mains it has nothing left to insist on.
            self._read_pilot()
            if self._seen_ma == 0:
                self._set_s2(False)
        self._settle()

    def _follow(self, heard):
        readings, offer_ma = heard
        if self._gone or readings != self._readings or not self.s2:
            return
        if offer_ma < self.spec.min_ma - _DUTY_MA:
            offer_ma = 0
        if not self.spec.obeys and self._outlet.contact:
            offer_ma = max(offer_ma, self._seen_ma)
        self._seen_ma = offer_ma
        if offer_ma == 0:
            self._set_s2(False)
        self._settle()

    def _read_pilot(self):
        self._readings += 1
        self._seen_ma = self._outlet.offer_ma

    def _set_max(self, max_ma):
        if self._gone:
            return
        self._max_ma = max_ma
        if max_ma == 0 and not self.spec.keeps_s2:
            self._set_s2(False)
        self._outlet.vehicle_changed()
        self._plan_sleep()
        self._try_start()
        self._settle()

    def _want(self, _):
        """What it was plugged in for begins."""
        if not self._gone:
            self._outlet.vehicle_changed()
            self._plan_start()
            self._plan_sleep()

    def _starts_ms(self):
        return max(self._pwm_since_ms, self._wants_from_ms) + self.spec.start_delay_ms

    def _plan_start(self):
        if self._pwm_since_ms is not None and not self.asleep:
            self._start.set(self._starts_ms())

    def _try_start(self):
        if self.s2 or self.asleep or self._pwm_since_ms is None:
            return
        keeps = self.spec.keeps_s2 and self._clock.now_ms >= self._wants_from_ms
        if (self.hungry or keeps) and self._clock.now_ms >= self._starts_ms():
            self._read_pilot()
            self._set_s2(True)
            self._settle()

    # Sleep: not while it charges, nor while it was offered something that it wants.

    def _plan_sleep(self):
        if self.spec.sleeps_ms is None or self.asleep:
            return
        if self.hungry and self._outlet.offer_ma:
            self._sleep.set(None)
        else:
            self._sleep.sooner(self._clock.now_ms + self.spec.sleeps_ms)

    def _fall_asleep(self):
        self.asleep = True
        self._gone_ms = None  # a pilot that was gone before does not wake it
        self._start.set(None)
        self._set_s2(False)
        self._outlet.vehicle_changed()

    def _look_at_pwm(self, there):
        if self.asleep and not there:
            self._gone_ms = self._clock.now_ms
        elif self.asleep and self._gone_ms is not None:
            gone_ms = self._clock.now_ms - self._gone_ms
            self._gone_ms = None
            if _WAKING_MS[0] <= gone_ms <= _WAKING_MS[1]:
                self.asleep = False
                self._outlet.vehicle_changed()
                self._plan_start()
        self._plan_sleep()

    def _set_s2(self, closed):
        if closed != self.s2:
            self.s2 = closed
            self._settle()
            self._outlet.vehicle_changed()

    def _settle(self):
        """Draw what may be drawn now: less at once, more by the ramp."""
        self._goal_ma = 0
        if self.s2 and self._outlet.contact and self._seen_ma:
            part_ma = self._seen_ma * self.spec.takes_permille // 1000
            goal_ma = 0 if self._is_full() else max(0, min(self._max_ma,
                                                           part_ma - self.spec.under_ma))
            step_ma = self.spec.step_ma
            self._goal_ma = goal_ma // step_ma * step_ma if step_ma else goal_ma
        if self._goal_ma and not self._started:
            self._started = True
            if not self.awake:
                self._wake.set(self._clock.now_ms + self.spec.wake_ms)
        goals = self._goals()
        self._set_draws([min(draw, goal) for draw, goal in zip(self.draws_ma, goals)])
        if self.draws_ma == goals:
            self._ramp.set(None)
        else:
            self._ramp.sooner(self._clock.now_ms + _RAMP_STEP_MS)

    def _goals(self):
        lanes = self.lanes
        return [self._goal_ma] * lanes + [0] * (self._lanes - lanes)

    def _rise(self):
        goals = self._goals()
        step_ma = max(1, self.spec.ramp_ma_per_s * _RAMP_STEP_MS // 1000)
        self._set_draws([min(draw + step_ma, goal) for draw, goal in zip(self.draws_ma, goals)])
        if self.draws_ma != goals:
            self._ramp.set(self._clock.now_ms + _RAMP_STEP_MS)

    def _wake_up(self):
        self.awake = True
        self._settle()
        self._outlet.vehicle_changed()

    def _count(self):
        now_ms = self._clock.now_ms
        self._energy += sum(self.draws_ma) * (now_ms - self._counted_ms)
        self._counted_ms = now_ms

    def _set_draws(self, draws_ma):
        if draws_ma == self.draws_ma:
            return
        self._count()
        self.draws_ma = draws_ma
        if self._needs is not None:
            total_ma = sum(draws_ma)
            left = self._needs - self._energy
            self._full.set(self._counted_ms + -(-left // total_ma) if total_ma else None)
        self._outlet.draw_changed()

    def _is_full(self):
        return self._needs is not None and self._energy >= self._needs

    def _fill(self):
        self._count()
        if not self.spec.keeps_s2:
            self._set_s2(False)
        self._settle()
        if self.s2:
            self._outlet.vehicle_changed()
        self._plan_sleep()
