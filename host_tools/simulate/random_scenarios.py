# SPDX-License-Identifier: MIT
"""Random scenarios for property tests: one seed, one scenario, as a scenario file has it.

Each is 90 to 240 s long, so that leases end (10 s) and fallbacks rise (21 s later), and has a
theme, so that what breaks together happens together: a calm air does not find what a deaf unit
and a rebooting leader find.
"""

from random import Random

_BREAKERS = {"us": (15, 20, 30, 40, 50, 60), "iec": (10, 13, 16, 20, 25, 32, 40, 63)}
_ONE_PHASE = ("L1", "L2", "L3")
_THREE_PHASES = ("L1L2L3", "L2L3L1", "L3L1L2")
_FAULTS = ("rcm", "welded", "overheat", "diode", "proximity", "pilot_short")
# What happens in each theme; a kind named twice is twice as likely.
_THEMES = {
    "any": ("block", "cut_off", "heal", "heal", "reboot", "hang", "power", "limit", "enable",
            "fault"),
    "air": ("block", "block", "cut_off", "split", "noise", "slow", "heal"),
    "leader": ("leader_reboot", "leader_reboot", "leader_hang", "block", "cut_off", "heal"),
    "boots": ("reboot", "reboot", "hang", "power", "all_power", "block", "heal"),
    "revisions": ("limit", "limit", "enable", "block", "cut_off", "heal", "leader_reboot"),
    "vehicles": ("noise", "fault", "reboot"),
}


def random_scenario(seed: int, duration_s: "int | None" = None, large: bool = False) -> dict:
    """The scenario of this seed. duration_s: None for 90 to 240. large: 7 to 16 units, not 6."""
    return _Author(seed, large).write(duration_s)


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

    def write(self, duration_s):
        draw = self._draw
        self._duration_s = duration_s or draw.randint(90, 240)
        units = self._units()
        scenario = {
            "name": f"random-{self._seed}", "seed": self._seed,
            "duration_s": self._duration_s, "limit_a": self._limit_a(units),
            "fallback": draw.choice(("equal", "equal", "minimum", "stop")),
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
            units.append({
                "id": number, "role": "leader" if number == self._leader else "follower",
                "breaker_a": draw.choice(_BREAKERS[self._region]), "region": self._region,
                "nameplate_a": draw.choice((16, 32, 32, 48, 48, 80)),
                "phases": draw.choice(wiring), "priority": draw.choice((0, 0, 0, 1, 5)),
                "clock_ppm": draw.choice((-10000, 10000, 0, draw.randint(-10000, 10000))),
                "meter_error_permille": draw.choice((0, 0, 20, -20))})
        return units

    def _limit_a(self, units):
        least_a = 6 * len(units)
        most_a = sum(unit["nameplate_a"] for unit in units) - 1
        if len(units) == 1:
            share = 0.8 if self._region == "us" else 1
            most_a = int(min(units[0]["breaker_a"] * share, units[0]["nameplate_a"]))
        wish_a = least_a + self._draw.choice((0, 0, 4, 10, 20, 30, 60, 150))
        return max(least_a, min(wish_a, most_a))

    def _stays(self, unit):
        draw = self._draw
        stays, free_s = [], 0
        while len(stays) < 3 and draw.random() < 0.85:
            plug_s = free_s + draw.choice((0, 1, 5, draw.randint(0, 40)))
            unplug_s = plug_s + draw.choice((draw.randint(5, 60), 1000, 1000))
            if plug_s >= self._duration_s - 1:
                break
            stays.append(self._vehicle(unit, plug_s, min(unplug_s, self._duration_s)))
            free_s = min(unplug_s, self._duration_s)
        return stays

    def _vehicle(self, unit, plug_s, unplug_s):
        draw = self._draw
        phases = draw.choice((1, 1, 2, 3))
        vehicle = {
            "unit": unit, "plug_s": plug_s, "unplug_s": unplug_s,
            "max_a": draw.choice((6, 10, 16, 32, 32, 48, 80)), "phases": phases,
            "start_delay_s": draw.choice((0, 1, 3, 3, 10)),
            "ramp_a_per_s": draw.choice((2, 8, 8, 100)),
            "reaction_s": draw.choice((0, 1, 3, 5, 5)), "under_a": draw.choice((0, 0, 0.3, 0.8)),
            "step_a": draw.choice((0, 0, 0.5, 1))}
        if phases > 1 and draw.random() < 0.4:
            vehicle["wake_s"] = draw.randint(5, 90)
        if draw.random() < 0.15:
            vehicle["needs_wh"] = draw.randint(20, 400)
        if draw.random() < 0.3:
            times = sorted(draw.sample(range(plug_s, self._duration_s + 2), 2))
            vehicle["profile"] = [[at_s, draw.choice((0, 6, 8, 20, 32))] for at_s in times]
        if draw.random() < 0.05:
            vehicle["obeys"] = False
        return vehicle

    def _events(self, units):
        draw = self._draw
        gap_s = draw.choice((4, 10, 25))
        events, self._dark, self._faulty = [], set(), {}
        at_s = draw.uniform(1, 20)
        while at_s < self._duration_s - 1:
            kind = draw.choice(_THEMES[self._theme])
            events += [{"at_s": round(at_s, 2), **event}
                       for event in getattr(self, "_" + kind)(units)]
            at_s += draw.uniform(0.2, 2 * gap_s)
        return events

    def _some(self):
        """A few units, at least one."""
        units = list(range(1, self._count + 1))
        return sorted(self._draw.sample(units, self._draw.randint(1, max(1, self._count - 1))))

    def _block(self, units):
        """One direction of some links, the leader's more often than not."""
        ends = self._draw.choice(({"from": [self._leader], "to": self._some()},
                                  {"from": self._some(), "to": [self._leader]},
                                  {"from": self._some(), "to": self._some()}))
        return [{"do": "air", **ends, "loss": self._draw.choice((1.0, 1.0, 0.7))}]

    def _cut_off(self, units):
        some = self._some()
        return [{"do": "air", "from": some, "loss": 1.0}, {"do": "air", "to": some, "loss": 1.0}]

    def _split(self, units):
        some = self._some()
        rest = [n for n in range(1, self._count + 1) if n not in some] or some
        return [{"do": "air", "from": some, "to": rest, "loss": 1.0},
                {"do": "air", "from": rest, "to": some, "loss": 1.0}]

    def _heal(self, units):
        return [{"do": "air", "loss": self._base_loss, "delay_ms": [1, 40]}]

    def _noise(self, units):
        return [{"do": "air", "loss": self._draw.choice((0.2, 0.5, 0.8)),
                 "duplicate": self._draw.choice((0.0, 0.3))}]

    def _slow(self, units):
        least = self._draw.choice((0, 500, 5000))
        return [{"do": "air", "from": self._some(),
                 "delay_ms": [least, least + self._draw.choice((100, 5000, 25000))]}]

    def _reboot(self, units, unit=None, hang_s=0):
        unit = unit or self._draw.randint(1, self._count)
        if unit in self._dark:
            return []
        return [{"do": "reboot", "unit": unit, "hang_s": hang_s,
                 "down_s": self._draw.choice((0, 0.5, 2, 6, 12, 30))}]

    def _hang(self, units, unit=None):
        return self._reboot(units, unit, self._draw.choice((1, 3, 5)))

    def _leader_reboot(self, units):
        return self._reboot(units, self._leader)

    def _leader_hang(self, units):
        return self._hang(units, self._leader)

    def _power(self, units):
        unit = self._draw.randint(1, self._count)
        self._dark ^= {unit}
        return [{"do": "power", "unit": unit, "on": unit not in self._dark}]

    def _all_power(self, units):
        on = bool(self._dark)
        self._dark = set() if on else set(range(1, self._count + 1))
        return [{"do": "power", "on": on}]

    def _limit(self, units):
        return [{"do": "limit", "limit_a": self._limit_a(units)}]

    def _enable(self, units):
        return [{"do": "enable", "on": self._draw.random() < 0.6}]

    def _fault(self, units):
        unit = self._draw.randint(1, self._count)
        fault = self._faulty.pop(unit, None)
        if fault is not None:
            return [{"do": "fault", "unit": unit, "fault": fault, "clear": True}]
        self._faulty[unit] = self._draw.choice(_FAULTS)
        return [{"do": "fault", "unit": unit, "fault": self._faulty[unit]}]
