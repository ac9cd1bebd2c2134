# SPDX-License-Identifier: MIT
"""A small circuit for tests of demand and allocation: vehicles, estimators, a leader's caution.

No frames, leases or pilot voltages (the simulator has those): an offer that sinks still counts
for 5.3 s, a rising one waits 5 s after the last change, reports take 0.3 s. Currents are mA on
one phase; time moves in steps of 0.1 s.
"""

from core.allocation.allocator import Demand, allocate
from core.connector.pilot_state import A, B, C
from core.allocation.on_demand.turns import give
from core.allocation.usage import Usage
from core.allocation.on_demand.demand import new_demand

TICK_MS = 100
_HOLD_MS = 5300
_REPORT_TICKS = 3
_NOTHING = (0, 0)


class Vehicle:
    """One plug-in: what the scenario format's vehicle does, on one phase."""

    def __init__(self, plug_s, max_a, under_a=0.0, step_a=0.0, reaction_s=3, ramp_a_per_s=8,
                 start_delay_s=3, profile=(), unplug_s=None, full_s=None):
        self.plug_ms = int(plug_s * 1000)
        self.unplug_ms = int(unplug_s * 1000) if unplug_s else 1 << 40
        self.profile = [(0, int(max_a * 1000))]
        self.profile += [(int(at * 1000), int(amps * 1000)) for at, amps in profile]
        if full_s:
            self.profile.append((int(full_s * 1000), 0))
        self.under_ma = int(under_a * 1000)
        self.step_ma = int(step_a * 1000)
        self.delay_ticks = int(reaction_s * 1000) // TICK_MS
        self.ramp_ma = int(ramp_a_per_s * TICK_MS)
        self.start_delay_ms = int(start_delay_s * 1000)
        self.seen = []  # offers of the last reaction time, oldest first
        self.pwm_ms = 0  # how long it has had an offer
        self.draw_ma = 0
        self.ready = False

    def max_ma(self, now_ms):
        return [ma for at, ma in self.profile if at <= now_ms][-1]

    def plugged(self, now_ms):
        return self.plug_ms <= now_ms < self.unplug_ms

    def wants(self, now_ms):
        """What it would draw without any limit, once past its start delay."""
        ready_ms = self.plug_ms + self.start_delay_ms
        return self.max_ma(now_ms) if self.plugged(now_ms) and now_ms >= ready_ms else 0

    def drawn_of(self, offer_ma, now_ms):
        """What it draws of an offer once it has followed."""
        if offer_ma < 6000:
            return 0
        ma = min(self.max_ma(now_ms), offer_ma - self.under_ma)
        return ma - ma % self.step_ma if self.step_ma else ma

    def tick(self, now_ms, offer_ma):
        self.pwm_ms = self.pwm_ms + TICK_MS if offer_ma >= 6000 else 0
        self.seen.append(offer_ma)
        followed = self.seen.pop(0) if len(self.seen) > self.delay_ticks else self.seen[0]
        starting = self.pwm_ms >= self.start_delay_ms and self.max_ma(now_ms) > 0
        self.ready = self.plugged(now_ms) and (starting or (self.ready and offer_ma < 6000
                                                            and followed >= 6000))
        if not self.ready:
            self.draw_ma = 0
            return
        if offer_ma >= 6000 and followed < 6000:
            followed = offer_ma  # S2 closes on the present duty
        self.draw_ma = min(self.drawn_of(followed, now_ms), self.draw_ma + self.ramp_ma)


class Unit:
    """A connector with its estimator, and what the leader knows of it."""

    def __init__(self, number, vehicles, rating_ma=48000, meter_permille=0, priority=0):
        self.number = number
        self.vehicles = vehicles
        self.rating_ma = rating_ma
        self.meter_permille = meter_permille
        self.priority = priority
        self.estimator = new_demand(rating_ma, 6000)
        self.usage = Usage(0)
        self.charge = 0
        self.offer_ma = 0
        self.changed_ms = -10000
        self.granted_ma = 0
        self.past = []  # (until ms, offer): what the vehicle may still draw
        self.reports = [(_NOTHING, False)] * _REPORT_TICKS
        self.changes = []  # times of offer changes
        self.draw_ma = 0

    def vehicle(self, now_ms):
        for vehicle in self.vehicles:
            if vehicle.plugged(now_ms):
                return vehicle
        return None

    def tick(self, now_ms):
        vehicle = self.vehicle(now_ms)
        self._offer(now_ms)
        self.draw_ma = 0
        if vehicle:
            vehicle.tick(now_ms, self.offer_ma)
            self.draw_ma = vehicle.draw_ma
        measured = self.draw_ma + self.draw_ma * self.meter_permille // 1000
        self.charge = (self.charge + measured * TICK_MS) & 0x3fffffff
        ready = vehicle is not None and vehicle.ready
        if now_ms % 500 == self.number * 100 % 500:
            state = C if ready else B if vehicle else A
            self.estimator.step(now_ms, state, self.offer_ma, self.charge, ready, measured)
        self.reports.append(((self.estimator.ask_ma, self.estimator.spare_ma), ready))
        self.reports.pop(0)

    def _offer(self, now_ms):
        target = self.granted_ma
        if target == self.offer_ma:
            return
        if target > self.offer_ma and now_ms - self.changed_ms < 5000:
            return
        if self.draw_ma:
            self.past.append((now_ms + _HOLD_MS, self.offer_ma))
        self.offer_ma = target
        self.changed_ms = now_ms
        self.changes.append(now_ms)

    def hold_ma(self, now_ms):
        self.past = [entry for entry in self.past if entry[0] > now_ms]
        return max([self.offer_ma, self.granted_ma] + [ma for _, ma in self.past])

    def demand(self, now_ms):
        (ask_ma, spare_ma), _ = self.reports[0]
        return Demand(self.number, ask_ma, spare_ma, self.rating_ma, 1, self.priority,
                      self.estimator.energy_as, self.usage.active, self.usage.since_ms(now_ms),
                      6000)


class Circuit:
    """The leader's round every 0.1 s: decreases at once, increases into room that is free."""

    def __init__(self, limit_ma, units):
        self.limit_ma = limit_ma
        self.units = units
        self.now_ms = 0
        self.history = []  # (ms, drawn mA, ideal mA)

    def run(self, until_s):
        while self.now_ms < until_s * 1000:
            self.now_ms += TICK_MS
            for unit in self.units:
                unit.tick(self.now_ms)
            self._round()
            drawn = sum(unit.draw_ma for unit in self.units)
            self.history.append((self.now_ms, drawn, self._ideal_ma()))
        return self

    def _round(self):
        now = self.now_ms
        demands = [unit.demand(now) for unit in self.units]
        self._turn(demands)
        amounts = allocate((self.limit_ma,) * 3, demands)
        holds = [unit.hold_ma(now) for unit in self.units]
        falling = any(h > max(u.offer_ma, u.granted_ma) for u, h in zip(self.units, holds))
        for unit, demand, (_, amount) in zip(self.units, demands, amounts):
            unit.usage.note(now, demand.ask_ma, amount)
            if amount < unit.granted_ma:
                unit.granted_ma = amount
        holds = [unit.hold_ma(now) for unit in self.units]
        room = self.limit_ma - sum(holds)
        assert room >= 0
        for unit, hold, (_, amount) in zip(self.units, holds, amounts):
            if amount > unit.granted_ma:
                reach = min(amount, hold + room) // 100 * 100
                small = reach < amount and reach - unit.granted_ma < 2000 and falling
                if reach > unit.granted_ma and reach >= 6000 and not small:
                    unit.granted_ma = reach
                    room -= max(0, reach - hold)

    def _turn(self, demands):
        idle, turn = [], -1
        for k, (unit, demand) in enumerate(zip(self.units, demands)):
            if unit.usage.rests(self.now_ms, demand.ask_ma > 0, unit.offer_ma >= 6000):
                turn = k
            elif demand.spare_ma and not demand.ask_ma and not unit.granted_ma:
                idle.append((unit.usage, k))
        if turn < 0 and idle:
            turn = give(self.now_ms, idle)
        if turn >= 0:
            demands[turn] = demands[turn]._replace(ask_ma=6000)

    def _ideal_ma(self):
        # What the vehicles would draw of max-min fair offers, each offered just what it needs.
        demands = []
        wishing = []
        for unit in self.units:
            vehicle = unit.vehicle(self.now_ms)
            wish = vehicle.wants(self.now_ms) if vehicle else 0
            if wish:
                wishing.append(vehicle)
                ask = wish + vehicle.under_ma
                demands.append(Demand(unit.number, ask, ask, unit.rating_ma, 1, unit.priority,
                                      0, True, 1 << 29, 6000))
        amounts = allocate((self.limit_ma,) * 3, demands)
        return sum(v.drawn_of(ma, self.now_ms) for v, (_, ma) in zip(wishing, amounts))

    def utilisation_permille(self, from_s=0):
        """Delivered over ideal since from_s."""
        rows = [row for row in self.history if row[0] >= from_s * 1000]
        return 1000 * sum(row[1] for row in rows) // sum(row[2] for row in rows)

    def settle_ms(self, at_s, within_ma, stay_ms=10000):
        """Time after at_s until the total stays that close to the ideal for 10 s; None: never."""
        start = int(at_s * 1000)
        since = None
        for ms, drawn, ideal in self.history:
            if ms < start:
                continue
            if abs(drawn - ideal) > within_ma:
                since = None
            else:
                since = ms if since is None else since
                if ms - since >= stay_ms:
                    return since - start
        return None

    def changes(self, from_s, to_s):
        """Offer changes of each unit in a span of time."""
        return [sum(from_s * 1000 <= at < to_s * 1000 for at in unit.changes)
                for unit in self.units]
