# SPDX-License-Identifier: MIT
"""Troubles of random scenarios: what ails some of them besides air, boots and the owner's changes.

They come from random numbers of their own and only add to a story, so that a seed's story is the
same with and without them.
"""

from random import Random

from host_tools.simulate.troubles import OUTLIERS, RAISES

_PART = 0.35  # of all stories have some
NEWCOMERS = "newcomers with a past"
_CALLS = ("clock", "clock", "receive", "receive", "write", "send")


def add_troubles(content: dict, seed: int, kinds) -> dict:
    """The scenario with its troubles, if its seed has any; `kinds` counts them."""
    author = _Author(content, seed, kinds)
    troubled = author.draw.random() < _PART
    events = author.events() if troubled else []
    return {**content, "units": author.units(), "events": content["events"] + events}


class _Author:
    def __init__(self, content, seed, kinds):
        self._content, self._kinds = content, kinds
        self.draw = Random(f"troubles/{seed}")
        self._ends_s = content["duration_s"] - 1
        self._begun = set()  # (unit, fault): one of each is enough

    def events(self):
        """One to four troubles of some units."""
        events = []
        for _ in range(self.draw.choice((1, 1, 2, 4))):
            kind = self.draw.choice(sorted(_KINDS))
            made = _KINDS[kind](self, self.draw.choice(self._content["units"]))
            if made:
                events += [event for event in made if event["at_s"] < self._ends_s]
                self._kinds[kind] += 1
        return events

    def units(self):
        """The units, with what some of them hold from before."""
        return [self._newcomer(unit) for unit in self._content["units"]]

    def _newcomer(self, unit):
        """A unit that is not in the group yet has often been in another one."""
        draw = self.draw
        if unit.get("member", True) or draw.random() < 0.2:
            return unit
        self._kinds[NEWCOMERS] += 1
        others = draw.sample(range(1, 251), draw.randint(0, 4))
        members = sorted({unit["id"], *others})
        # Not of the same group: who leaves one has acknowledged it, or was declared without power.
        past = {"limit_a": 6 * len(members) + draw.choice((0, 20, 100)), "units": members,
                "leader": draw.choice(members), "same_group": False}
        return {**unit, "starts_with": draw.choice(("nothing", past, past))}

    def _at(self, part=1.0):
        return round(self.draw.uniform(1, max(2, part * self._ends_s)), 2)

    def _with_end(self, unit, fault, **more):
        """A fault event, and in most cases its end."""
        if (unit["id"], fault) in self._begun:
            return []
        self._begun.add((unit["id"], fault))
        begins_s = self._at(0.8)
        begin = {"at_s": begins_s, "do": "fault", "unit": unit["id"], "fault": fault}
        end = {**begin, "at_s": round(begins_s + self.draw.uniform(1, 90), 2), "clear": True}
        events = [{**begin, **more}]
        return events + [end] if self.draw.random() < 0.7 else events

    def _is_dark(self, unit, at_s):
        dark = False
        for event in sorted(self._content["events"], key=lambda event: event["at_s"]):
            if (event["do"] == "power" and event.get("unit", unit) == unit
                    and event["at_s"] <= at_s + 1):
                dark = not event["on"]
        return dark

    # The owner has said that it gets no power before it is where it hears the group (rule 12).
    def _is_replaced(self, unit):
        events = self._content["events"]
        return any(event["do"] == "promote" for event in events) and any(
            event["do"] == "power" and event["on"] and event.get("unit") == unit
            for event in events)

    def meters(self, unit):
        """A meter that freezes is fit for one phase only: the guard of others would not see."""
        names = ("meter_zero", "meter_nan") + ("meter_frozen",) * (unit["phases"] in (
            "L1", "L2", "L3"))
        return self._with_end(unit, self.draw.choice(names))

    def outliers(self, unit):
        """Single wrong readings."""
        return self._with_end(unit, self.draw.choice(OUTLIERS),
                              per_min=self.draw.choice((1, 6, 30)))

    def heat(self, unit):
        """A temperature sensor whose wire is off."""
        reads = self.draw.choice(({}, {"reads_c": -50}, {"reads_c": -26}))
        return self._with_end(unit, "temperature_dead", **reads)

    def radios(self, unit):
        """A radio that is dead, for good or until a start."""
        if self._is_replaced(unit["id"]):
            return []
        until = self.draw.choice(({}, {"until": "reboot"}, {"until": "power"}))
        return self._with_end(unit, "radio_dead", **until)

    def errors(self, unit):
        """The same, with an error in each call."""
        events = self.radios(unit)
        for event in events[:1]:
            event["raises"] = self.draw.choice(sorted(RAISES))
        return events

    def failing(self, unit):
        """Flash that takes no write for a while."""
        return self._with_end(unit, "flash_fails")

    def older(self, unit):
        """Flash that has lost its last writes when the unit starts again."""
        at_s = self._at()
        # Power that comes back within the second is not there yet.
        if self._is_dark(unit["id"], at_s) or self._is_dark(unit["id"], at_s - 1):
            return []
        lost = self.draw.choice(({"writes": 1}, {"writes": 3}, {"back_s": 60}))
        if len(self._content["units"]) == 1:
            return []  # nobody else could tell it what its owner has lowered since
        return [{"at_s": at_s, "do": "older_copy", "unit": unit["id"], **lost},
                {"at_s": round(at_s + 0.1, 2), "do": "reboot", "unit": unit["id"],
                 "down_s": self.draw.choice((0, 2, 12))}]

    def stalls(self, unit):
        """Time that passes inside turns of one unit."""
        draw = self.draw
        return [{"at_s": self._at(), "do": "stall", "unit": unit["id"], "in": draw.choice(_CALLS),
                 "stall_s": round(draw.choice((0.1, 0.4, 0.9, draw.uniform(0.05, 3))), 2),
                 "pilot": draw.random() < 0.7, "deaf": draw.random() < 0.3}
                for _ in range(draw.choice((1, 5, 20)))]


_KINDS = {"meters that lie": _Author.meters, "sensors with outliers": _Author.outliers,
          "temperature sensors dead": _Author.heat, "radios dead": _Author.radios,
          "radios that raise": _Author.errors, "flash that fails": _Author.failing,
          "flash with an older copy": _Author.older, "turns that stand still": _Author.stalls}
KINDS = frozenset(_KINDS) | {NEWCOMERS}
