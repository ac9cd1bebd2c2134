# SPDX-License-Identifier: MIT
"""Random scenarios for property tests: one seed, one scenario, as a scenario file has it.

Each is 90 to 240 s long, so that leases end (10 s) and fallbacks rise (21 s later), and has a
theme, so that what breaks together happens together: a calm air does not find what a deaf unit
and a rebooting leader find.
"""

from collections import Counter
from random import Random

from host_tools.simulate.random_steering import add_steering
from host_tools.simulate.random_troubles import add_troubles
from host_tools.simulate.random_vehicles import vehicle

_BREAKERS = {"us": (15, 20, 30, 40, 50, 60), "iec": (10, 13, 16, 20, 25, 32, 40, 63)}
_ONE_PHASE = ("L1", "L2", "L3")
_THREE_PHASES = ("L1L2L3", "L2L3L1", "L3L1L2")
_FAULTS = ("rcm", "welded", "overheat", "diode", "proximity", "pilot_short")
_MODES = ("equal", "equal", "minimum", "stop")
_SILENCE_S = 36  # a promotion waits for 31 s without a leader, and for the owner
_LEARNS_S = 20  # the old leader hears in good air who leads now
# What happens in each theme; a kind named twice is twice as likely.
_THEMES = {
    "any": ("block", "cut_off", "deaf", "dumb", "heal", "heal", "reboot", "hang", "power", "limit",
            "enable", "fault", "fallback", "member", "hand_over", "flap"),
    "air": ("block", "block", "cut_off", "deaf", "dumb", "split", "flap", "noise", "slow", "heal"),
    "leader": ("leader_reboot", "leader_reboot", "leader_hang", "block", "cut_off", "heal"),
    "boots": ("reboot", "reboot", "hang", "power", "all_power", "block", "heal"),
    "revisions": ("limit", "limit", "enable", "fallback", "block", "cut_off", "heal",
                  "leader_reboot"),
    "members": ("member", "member", "member", "limit", "block", "heal", "heal", "reboot",
                "leader_reboot"),
    "moves": ("hand_over", "hand_over", "promote", "promote", "limit", "deaf", "heal", "reboot"),
    "vehicles": ("noise", "fault", "reboot"),
}


def random_scenario(seed: int, duration_s: "int | None" = None, large: bool = False) -> dict:
    """The scenario of this seed. duration_s: None for 90 to 240. large: 7 to 16 units, not 6."""
    return random_story(seed, duration_s, large)[0]


def random_story(seed: int, duration_s: "int | None" = None, large: bool = False,
                 stretch: float = 1) -> tuple:
    """(scenario, Counter of what it injects by kind). stretch: longer than 90 to 240 s."""
    author = _Author(seed, large)
    scenario = author.write(duration_s, stretch)
    scenario = add_steering(add_troubles(scenario, seed, author.kinds), seed, author.kinds)
    return scenario, author.kinds


class _Author:
    def __init__(self, seed, large):
        self._seed = seed
        self._draw = draw = Random(f"scenario/{seed}")
        self._theme = draw.choice(sorted(_THEMES))
        self._count = draw.choice((1, 2, 2, 3, 3, 4, 5, 6))
        if large:
            self._count = draw.randint(7, 16)
        self._region = draw.choice(("us", "iec"))
        self._base_loss = draw.choice((0.0, 0.0, 0.05, 0.3))
        self._leader = draw.randint(1, self._count)
        self._members = set(range(1, self._count + 1))
        if self._theme == "members":
            outside = draw.sample(sorted(self._members - {self._leader}),
                                  draw.randint(0, (self._count - 1) // 2))
            self._members -= set(outside)
        self.kinds = Counter()

    def write(self, duration_s, stretch=1):
        draw = self._draw
        self._duration_s = duration_s or int(draw.randint(90, 240) * stretch)
        units = self._units()
        scenario = {
            "name": f"random-{self._seed}", "seed": self._seed,
            "duration_s": self._duration_s, "limit_a": self._set_limit(units),
            "fallback": draw.choice(_MODES),
            "transport": draw.choice(("espnow", "udp")), "units": units,
            "vehicles": [v for unit in units for v in self._stays(unit["id"])],
            "air": {"loss": self._base_loss, "duplicate": draw.choice((0.0, 0.01, 0.2)),
                    "delay_ms": draw.choice(([1, 10], [1, 60], [0, 400], [0, 3000]))},
            "events": self._events(units),
        }
        return scenario

    def _units(self):
        draw = self._draw
        wiring = draw.choice((("L1",), ("L1",), _ONE_PHASE, _THREE_PHASES,
                              _ONE_PHASE + _THREE_PHASES))
        units = []
        for number in range(1, self._count + 1):
            unit = {
                "id": number, "role": "leader" if number == self._leader else "follower",
                "breaker_a": draw.choice(_BREAKERS[self._region]), "region": self._region,
                "nameplate_a": draw.choice((16, 32, 32, 48, 48, 80)),
                "phases": draw.choice(wiring), "priority": draw.choice((0, 0, 0, 1, 5)),
                "clock_ppm": draw.choice((-10000, 10000, 0, draw.randint(-10000, 10000))),
                "meter_error_permille": draw.choice((0, 0, 20, -20))}
            self.kinds["clocks 1 % fast or slow"] += abs(unit["clock_ppm"]) == 10000
            units.append(unit if number in self._members else {**unit, "member": False})
        return units

    def _bounds_a(self, units):
        """Least and greatest limit of these units as a group."""
        least_a = 6 * len(units)
        most_a = sum(unit["nameplate_a"] for unit in units) - 1
        if len(units) == 1:
            share = 0.8 if self._region == "us" else 1
            most_a = int(min(units[0]["breaker_a"] * share, units[0]["nameplate_a"]))
        return least_a, most_a

    def _group(self, units, members=None):
        return [unit for unit in units if unit["id"] in (members or self._members)]

    def _set_limit(self, units):
        least_a, most_a = self._bounds_a(self._group(units))
        wish_a = least_a + self._draw.choice((0, 0, 4, 10, 20, 30, 60, 150))
        self._agreed_a = max(least_a, min(wish_a, most_a))
        return self._agreed_a

    def _stays(self, unit):
        draw = self._draw
        stays, free_s = [], 0
        while len(stays) < 3 and draw.random() < 0.85:
            # Nobody changes plugs faster than a unit can see it.
            plug_s = free_s + max(bool(stays), draw.choice((0, 1, 5, draw.randint(0, 40))))
            unplug_s = plug_s + draw.choice((draw.randint(5, 60), 1000, 1000))
            if plug_s >= self._duration_s - 1:
                break
            free_s = min(unplug_s, self._duration_s)
            stays.append(vehicle(draw, unit, plug_s, free_s, self._duration_s, self.kinds))
        return stays

    def _events(self, units):
        draw = self._draw
        gap_s = draw.choice((4, 10, 25))
        events, self._dark, self._faulty = [], set(), {}
        at_s = draw.uniform(1, 20)
        while at_s < self._duration_s - 1:
            kind = draw.choice(_THEMES[self._theme])
            self._now_s, self._lasts_s = at_s, 0
            made = getattr(self, "_" + kind)(units)
            events += [{"at_s": round(at_s + event.pop("in_s", 0), 2), **event}
                       for event in made]
            at_s += self._lasts_s + draw.uniform(0.2, 2 * gap_s)
        return [event for event in events if event["at_s"] < self._duration_s]

    def _did(self, kind, events):
        self.kinds[kind] += bool(events)
        return events

    def _some(self):
        """A few units, at least one."""
        units = list(range(1, self._count + 1))
        return sorted(self._draw.sample(units, self._draw.randint(1, max(1, self._count - 1))))

    # --- the air

    def _block(self, units):
        """One direction of some links, the leader's more often than not."""
        ends = self._draw.choice(({"from": [self._leader], "to": self._some()},
                                  {"from": self._some(), "to": [self._leader]},
                                  {"from": self._some(), "to": self._some()}))
        return self._did("links cut one way", [
            {"do": "air", **ends, "loss": self._draw.choice((1.0, 1.0, 0.7))}])

    def _deaf(self, units):
        return self._did("units deaf", [{"do": "air", "to": self._some(), "loss": 1.0}])

    def _dumb(self, units):
        return self._did("units dumb", [{"do": "air", "from": self._some(), "loss": 1.0}])

    def _cut_off(self, units):
        some = self._some()
        return self._did("units silent both ways", [
            {"do": "air", "from": some, "loss": 1.0}, {"do": "air", "to": some, "loss": 1.0}])

    def _split(self, units):
        some = self._some()
        rest = [n for n in range(1, self._count + 1) if n not in some] or some
        return self._did("groups isolated", [
            {"do": "air", "from": some, "to": rest, "loss": 1.0},
            {"do": "air", "from": rest, "to": some, "loss": 1.0}])

    def _flap(self, units):
        """Some links come and go."""
        some, way = self._some(), self._draw.choice(("from", "to"))
        period_s, times = self._draw.choice((0.5, 3, 9, 12)), self._draw.randint(2, 6)
        return self._did("links flapping", [
            {"in_s": turn * period_s, "do": "air", way: some, "loss": 1.0 - turn % 2}
            for turn in range(2 * times)])

    def _heal(self, units):
        return [{"do": "air", "loss": self._base_loss, "delay_ms": [1, 40]}]

    def _noise(self, units):
        return self._did("noise on all links", [
            {"do": "air", "loss": self._draw.choice((0.2, 0.5, 0.8)),
             "duplicate": self._draw.choice((0.0, 0.3))}])

    def _slow(self, units):
        least = self._draw.choice((0, 500, 5000))
        return self._did("links slow", [
            {"do": "air", "from": self._some(),
             "delay_ms": [least, least + self._draw.choice((100, 5000, 25000))]}])

    # --- units

    def _reboot(self, units, unit=None, hang_s=0):
        unit = unit or self._draw.randint(1, self._count)
        if unit in self._dark:
            return []
        return self._did("hangs" if hang_s else "reboots", [
            {"do": "reboot", "unit": unit, "hang_s": hang_s,
             "down_s": self._draw.choice((0, 0.5, 2, 6, 12, 30))}])

    def _hang(self, units, unit=None):
        return self._reboot(units, unit, self._draw.choice((1, 3, 5)))

    def _leader_reboot(self, units):
        return self._reboot(units, self._leader)

    def _leader_hang(self, units):
        return self._hang(units, self._leader)

    def _power(self, units):
        unit = self._draw.randint(1, self._count)
        self._dark ^= {unit}
        self.kinds["power cuts"] += unit in self._dark
        return [{"do": "power", "unit": unit, "on": unit not in self._dark}]

    def _all_power(self, units):
        on = bool(self._dark)
        self._dark = set() if on else set(range(1, self._count + 1))
        self.kinds["power cuts of all"] += not on
        return [{"do": "power", "on": on}]

    def _fault(self, units):
        unit = self._draw.randint(1, self._count)
        fault = self._faulty.pop(unit, None)
        if fault is not None:
            return [{"do": "fault", "unit": unit, "fault": fault, "clear": True}]
        self._faulty[unit] = self._draw.choice(_FAULTS)
        return self._did("hardware faults", [
            {"do": "fault", "unit": unit, "fault": self._faulty[unit]}])

    # --- what the owner changes

    def _limit(self, units):
        before = self._agreed_a
        kind = "limits lowered" if self._set_limit(units) < before else "limits raised"
        return self._did(kind, [{"do": "limit", "limit_a": self._agreed_a}])

    def _enable(self, units):
        return self._did("sharing switched", [
            {"do": "enable", "on": self._draw.random() < 0.6}])

    def _fallback(self, units):
        return self._did("fallbacks changed", [
            {"do": "fallback", "fallback": self._draw.choice(_MODES)}])

    def _member(self, units):
        """A unit joins or leaves; with the limit that the group then needs, if another one."""
        others = sorted(set(range(1, self._count + 1)) - {self._leader})
        if not others:
            return []
        unit = self._draw.choice(others)
        joins = unit not in self._members
        members = self._members ^ {unit}
        least_a, most_a = self._bounds_a(self._group(units, members))
        limit_a = max(least_a, min(self._agreed_a, most_a))
        before = self._bounds_a(self._group(units))
        if not before[0] <= limit_a <= before[1]:
            return []  # no limit is one of both groups
        events = [{"do": "member", "unit": unit, "on": joins}]
        if limit_a != self._agreed_a:
            events.insert(0, {"do": "limit", "limit_a": limit_a})
        self._agreed_a, self._members = limit_a, members
        return self._did("members added" if joins else "members removed", events)

    def _heir(self):
        heirs = sorted(self._members - self._dark - {self._leader})
        return self._draw.choice(heirs) if heirs else None

    def _hand_over(self, units):
        heir = self._heir()
        if heir is None or self._leader in self._dark:
            return []
        self._leader = heir
        return self._did("leadership handed over", [{"do": "hand_over", "unit": heir}])

    def _promote(self, units):
        """The leader dies, its owner promotes another one, and it returns: where it hears."""
        draw, old, heir = self._draw, self._leader, self._heir()
        gone_s = draw.choice((1, 8, 20))
        returns_s = gone_s + _SILENCE_S + draw.choice((1, 10))
        self._lasts_s = returns_s + _LEARNS_S
        if heir is None or old in self._dark or self._now_s + self._lasts_s > self._duration_s:
            self._lasts_s = 0
            return []
        self._leader = heir
        well = {"do": "air", "loss": min(self._base_loss, 0.05), "delay_ms": [1, 40]}
        return self._did("leaders replaced", [
            {"do": "power", "unit": old, "on": False},
            {"in_s": gone_s, "do": "promote", "unit": heir}, {"in_s": gone_s, **well},
            {"in_s": returns_s, **well}, {"in_s": returns_s, "do": "power", "unit": old,
                                          "on": True}])
