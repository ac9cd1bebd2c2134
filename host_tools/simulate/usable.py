# SPDX-License-Identifier: MIT
"""What the vehicles of a scenario would take under the perfect controller: `usable_wh`.

A world of its own: vehicles fill up sooner in it than in the run. It is computed from the scenario
alone, from one change to the next.
"""

from host_tools.simulate.ideal import car, drawn_ma, offers_ma
from host_tools.simulate.troubles import TROUBLES

_MA_MS_PER_AH = 3_600_000_000
_NEVER_MS = 1 << 62


class _Stay:
    """One vehicle's stay in the ideal world."""

    def __init__(self, key, spec, unit, volts):
        self.key, self.spec, self.unit = key, spec, unit
        self.ready_ms = spec.plug_ms + spec.ready_after_ms
        self.began_ms = None
        self.energy = 0
        self.needs = None if spec.needs_wh is None else spec.needs_wh * _MA_MS_PER_AH // volts

    def lanes(self, now_ms):
        """How many of the unit's phases it uses."""
        most = min(self.spec.phases, len(self.unit.wiring))
        asleep = self.spec.wake_ms and now_ms < self.wake_at_ms()
        return 1 if asleep else most

    def wake_at_ms(self):
        """When its other phases wake; never before it has begun."""
        return _NEVER_MS if self.began_ms is None else self.began_ms + self.spec.wake_ms

    def max_ma(self, now_ms):
        """Its own maximum."""
        at = [max_ma for at_ms, max_ma in self.spec.profile if at_ms <= now_ms]
        return at[-1] if at else self.spec.max_ma

    def wants(self, now_ms):
        """Is it there, past its start delay, and not full?"""
        full = self.needs is not None and self.energy >= self.needs
        there = self.ready_ms <= now_ms < self.spec.unplug_ms
        return there and not full and self.max_ma(now_ms) > 0


class _World:
    """Which units can give current, and under which limit."""

    def __init__(self, scenario, stays):
        self.limit_ma = scenario.limit_ma
        self._enabled = True
        self._dark = set()
        self._faults = set()
        self._units = {unit.id for unit in scenario.units}
        self._members = {unit.id for unit in scenario.units if unit.member}
        self._stays = stays

    def usable(self, unit) -> bool:
        """Can this unit give current?"""
        faulty = any(unit == at for at, _ in self._faults)
        return self._enabled and unit in self._members - self._dark and not faulty

    def apply(self, event):
        """One event of the story; a unit that comes back has its start delay again."""
        before = {unit for unit in self._units if self.usable(unit)}
        if event.do == "limit":
            self.limit_ma = event.limit_ma
        elif event.do == "enable":
            self._enabled = event.on
        elif event.do == "member":
            (self._members.add if event.on else self._members.discard)(event.unit)
        elif event.do == "power":
            units = self._units if event.unit is None else {event.unit}
            self._dark = self._dark - units if event.on else self._dark | units
        elif event.do == "fault" and event.fault not in TROUBLES:
            same = {(unit, fault) for unit, fault in self._faults
                    if unit == event.unit and event.fault in (None, fault)}
            self._faults = (self._faults | {(event.unit, event.fault)} if event.on
                            else self._faults - same)
        for stay in self._stays:
            if stay.unit.id not in before and self.usable(stay.unit.id):
                again_ms = event.at_ms + stay.spec.start_delay_ms
                stay.ready_ms = max(stay.ready_ms, again_ms)


def usable_wh(scenario, until_ms: int) -> float:
    """Energy that all vehicles would take together until then, Wh."""
    units = {unit.id: unit for unit in scenario.units}
    stays = [_Stay(key, spec, units[spec.unit], scenario.volts)
             for key, spec in enumerate(scenario.vehicles)]
    world = _World(scenario, stays)
    events = sorted(scenario.events, key=lambda event: event.at_ms)
    now_ms = 0
    while now_ms < until_ms:
        while events and events[0].at_ms <= now_ms:
            world.apply(events.pop(0))
        draws = _draws(world, stays, now_ms)
        next_ms = _next_change(until_ms, events, stays, draws, now_ms)
        for stay, (draw_ma, lanes) in zip(stays, draws):
            stay.energy += draw_ma * lanes * (next_ms - now_ms)
        now_ms = next_ms
    return sum(stay.energy for stay in stays) * scenario.volts / _MA_MS_PER_AH


def _draws(world, stays, now_ms):
    cars = {}
    for stay in stays:
        if stay.wants(now_ms) and world.usable(stay.unit.id):
            if stay.began_ms is None:
                stay.began_ms = now_ms
            cars[stay.key] = car(stay.key, stay.unit, stay.spec, stay.max_ma(now_ms),
                                 stay.lanes(now_ms))
    offers = offers_ma(world.limit_ma, cars.values())
    return [(drawn_ma(cars[stay.key], offers[stay.key]), len(cars[stay.key].phases))
            if stay.key in cars else (0, 0) for stay in stays]


def _next_change(until_ms, events, stays, draws, now_ms):
    times = [until_ms] + [event.at_ms for event in events[:1]]
    for stay, (draw_ma, lanes) in zip(stays, draws):
        times += [stay.ready_ms, stay.spec.unplug_ms, stay.wake_at_ms()]
        times += [at_ms for at_ms, _ in stay.spec.profile]
        if stay.needs is not None and draw_ma:
            times.append(now_ms - (stay.energy - stay.needs) // (draw_ma * lanes))
    return min(time for time in times if time > now_ms)
