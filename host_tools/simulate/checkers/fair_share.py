# SPDX-License-Identifier: MIT
"""Nobody starves beside others that charge: utilisation hides one vehicle that gets nothing.

The measure is the perfect controller (ideal.py) over those who want current now. What a lost unit
may still use is taken off first, and so is what flows where the group has no say.
"""

from collections import deque

from host_tools.simulate.checkers.checker import Checker
from host_tools.simulate.checkers.waiting import MINIMUM_MA, WELL_DELAY_MS, WELL_LOSS
from host_tools.simulate.clock import LOOK, Alarm
from host_tools.simulate.ideal import Car, car, drawn_ma, offers_ma

FIRST_MS = 900_000  # from wanting to the first current; where minimums take turns, for each one
HOUR_MS = 3600_000
_LOOK_MS = 10_000
_CALM_MS = 60_000  # boots and changes of the group have waits of their own
_SLOWEST_START_MS = 90_000
_ABOVE_ALL = 99  # priority of what nobody can take away
_LEAST_SHARE = 2  # an hour's energy is at least the fair one over this


class _Hour:
    """One unit's vehicle: samples of the last hour in which it was judged."""

    def __init__(self):
        self.vehicle = None
        self.energy = 0  # of the unit, mA ms
        self.counted_ms = 0
        self.draw_ma = 0
        self.begin(None)

    def begin(self, vehicle):
        """Another vehicle, or this one wants current anew."""
        self.vehicle = vehicle
        self.waited_ms = 0
        self.fed = False
        self.clear()

    def clear(self):
        """Judge from here on."""
        self.samples, self.fair, self.got = deque(), 0, 0

    def add(self, fair, got):
        """One more sample. True when they fill an hour."""
        self.samples.append((fair, got))
        self.fair, self.got = self.fair + fair, self.got + got
        if len(self.samples) > HOUR_MS // _LOOK_MS:
            old_fair, old_got = self.samples.popleft()
            self.fair, self.got = self.fair - old_fair, self.got - old_got
        return len(self.samples) == HOUR_MS // _LOOK_MS


class FairShare(Checker):
    """Who wants current has its first within 15 min, and half of its fair share over any hour.

    Not counted: time in which the unit is ill, has no power or has just started, or cannot hear a
    leader that runs; in which sharing is off or the group changes; and, for the hour, in which the
    minimums of all do not fit, because then they take turns. limit_ma: the smaller one of the
    limit in force and of that wished for; terms: fallbacks that a lost unit may use; lasts_ms: of
    the whole scenario, one too short to be judged costs nothing.
    """

    name = "fair_share"

    def __init__(self, clock, nodes, air, stays, group, terms, circuit_rule, limit_ma,
                 lasts_ms):
        super().__init__(clock)
        self._nodes, self._air, self._stays, self._group = list(nodes), air, stays, group
        self._terms, self._circuit_rule, self._limit_ma = terms, circuit_rule, limit_ma
        self._hours = {node.id: _Hour() for node in nodes}
        self._alarm = Alarm(clock, LOOK, self._look)
        if lasts_ms > FIRST_MS:
            self._alarm.set(clock.now_ms + _LOOK_MS)

    def draw_changed(self, board):
        """The vehicle draws something else."""
        hour = self._hours[board.id]
        self._count(hour)
        hour.draw_ma = sum(board.draw_ma)
        hour.fed = hour.fed or hour.draw_ma > 0

    def _count(self, hour):
        now_ms = self._clock.now_ms
        hour.energy += hour.draw_ma * (now_ms - hour.counted_ms)
        hour.counted_ms = now_ms

    def _look(self):
        self._alarm.set(self._clock.now_ms + _LOOK_MS)
        got = {}
        for node in self._nodes:
            hour = self._hours[node.id]
            self._count(hour)
            got[node.id], hour.energy = hour.energy, 0
            wanting = node.board.vehicle if self._stays.asks(node.board) else None
            if wanting is not hour.vehicle:
                hour.begin(wanting)
            hour.fed = hour.fed or hour.draw_ma > 0
        if not self._group_is_calm():
            return
        cars, kept = self._weigh()
        if not any(one.key in got and self._is_judged(one.key) for one in cars):
            return
        every = cars + kept
        limit_ma = self._limit_ma()
        load = [sum(MINIMUM_MA for one in every if phase in one.phases) for phase in range(3)]
        offers = offers_ma(limit_ma, every)
        for one in cars:
            if self._is_judged(one.key):
                turns = max(load[phase] for phase in one.phases) > limit_ma
                fair_ma = drawn_ma(one, offers[one.key]) * len(one.phases)
                self._judge(one.key, fair_ma, got[one.key], len(cars) if turns else 0)

    def _group_is_calm(self):
        group, now_ms = self._group, self._clock.now_ms
        leader = group.leader
        return leader.running and now_ms - max(leader.booted_ms, group.changed_ms) > _CALM_MS

    def _node(self, unit):
        return next(node for node in self._nodes if node.id == unit)

    def _is_judged(self, unit):
        node = self._node(unit)
        delay_ms = node.board.vehicle.spec.start_delay_ms
        return (self._clock.now_ms - node.booted_ms > _CALM_MS and delay_ms <= _SLOWEST_START_MS)

    def _weigh(self):
        """(cars of those who want current and can have it, what is kept for the others)."""
        cars, kept = [], []
        for node in self._nodes:
            board = node.board
            if not self._has_say(node):
                self._keep(kept, board, self._terms.most_ma[node.id])
            elif self._stays.asks(board):
                vehicle = board.vehicle
                cars.append(car(node.id, board.spec, vehicle.spec, vehicle.max_ma, vehicle.lanes))
            elif not self._stays.sound(board):
                self._keep(kept, board, max(self._circuit_rule.possible_ma(node.id)))
        return cars, kept

    def _has_say(self, node):
        """Does the leader decide what this unit may use?"""
        leader = self._group.leader
        return (node.running and self._group.serves(node.id)
                and (node is leader or self._air.connects(leader.id, node.id, WELL_LOSS,
                                                          WELL_DELAY_MS)))

    def _keep(self, kept, board, amount_ma):
        if amount_ma:
            kept.append(Car(-board.id, board.wiring, max(MINIMUM_MA, amount_ma), _ABOVE_ALL,
                            amount_ma, 0, 0))

    def _judge(self, unit, fair_ma, got, takers):
        hour = self._hours[unit]
        if not fair_ma and not takers:
            return  # its share is less than it can use
        if not hour.fed:
            hour.waited_ms += _LOOK_MS
            if hour.waited_ms > FIRST_MS * (1 + takers):
                self.violated(unit, f"wants current and had none in {hour.waited_ms // 1000} s")
                hour.waited_ms = 0
        if takers:
            hour.clear()
        elif hour.add(fair_ma * _LOOK_MS, got) and hour.got * _LEAST_SHARE < hour.fair:
            self.violated(unit, f"had {hour.got * 100 // hour.fair} % of its fair share in an "
                          f"hour, {hour.fair // HOUR_MS} mA")
            hour.clear()
