# SPDX-License-Identifier: MIT
"""Random stories of an owner: one seed, one short scenario, as a scenario file has it.

Three to five units, some of them not paired yet, and in any order what an owner can do, while
units start anew, hang and lose power, frames are lost and the air is cut or jammed. The owner's
word that a unit has no power is true, and that unit gets power again only where it hears the
group (rules 12 and 13), if much later. Every unit would fit into the group, so that in the end
each can be let in.
"""

from collections import Counter
from random import Random

_BREAKERS = (16, 20, 25, 32, 40)
_MODES = ("equal", "equal", "minimum", "stop")
_NAMES = ("garage left", "voordeur", "Größe 2", "", "x" * 24)
_SILENCE_S = 36  # a promotion waits for 31 s without a leader, and for the owner
_LEARNS_S = 20  # who was declared without power hears in good air what has become of the group
_KINDS = ("pair", "pair", "pair", "pair", "wrong", "remove", "remove", "gone", "gone", "replace",
          "replace_gone", "rename", "hand_over", "promote", "limit", "limit", "fallback", "enable",
          "without", "again", "reset", "reset", "clone", "reboot", "reboot", "hang", "power",
          "block", "deaf", "noise", "jam", "heal", "heal", "older", "older_leader")

# What is counted of each kind, for people.
_WORDS = {
    "pair": "units paired", "wrong": "wrong codes", "remove": "members removed",
    "gone": "members removed on the owner's word", "replace": "units replaced",
    "replace_gone": "units replaced on the owner's word", "rename": "units renamed",
    "hand_over": "leadership handed over", "promote": "leaders replaced",
    "limit": "limits changed", "fallback": "fallbacks changed", "enable": "sharing switched",
    "without": "changes that go on without a unit", "again": "units asked to lead again",
    "reset": "units reset", "clone": "flashes copied onto another board", "reboot": "reboots",
    "hang": "hangs", "power": "power switched", "block": "links cut one way",
    "deaf": "units deaf or dumb", "noise": "noise on all links", "jam": "air jammed",
    "heal": "air healed", "older": "flash with an older copy",
    "older_leader": "leaders with an older copy"}


def owner_story(seed: int) -> tuple:
    """(scenario, Counter of what it injects by kind) of a seed."""
    author = _Author(seed)
    return author.write(), author.kinds


class _Author:
    def __init__(self, seed):
        self._seed = seed
        self._draw = draw = Random(f"owner/{seed}")
        self._units = list(range(1, draw.choice((3, 4, 4, 5)) + 1))
        self._leader = draw.choice(self._units)
        self._members = set(draw.sample(self._units, draw.randint(2, len(self._units))))
        self._members.add(self._leader)
        self._loss = draw.choice((0.0, 0.0, 0.05, 0.3))
        self._dark, self._blank, self._away = set(), set(), set()
        self._lasts_s = self._jammed_s = 0
        self.kinds = Counter()

    def write(self):
        """The scenario."""
        draw = self._draw
        units = [self._unit(number) for number in self._units]
        self._least_a = 6 * len(units)
        self._most_a = sum(sorted(unit["nameplate_a"] for unit in units)[:2]) - 1
        self._duration_s = draw.randint(50, 110)
        return {
            "name": f"owner-{self._seed}", "seed": self._seed, "duration_s": self._duration_s,
            "limit_a": draw.randint(self._least_a, self._most_a), "fallback": draw.choice(_MODES),
            "units": units,
            "vehicles": [{"unit": number, "max_a": draw.choice((10, 32)),
                          "phases": draw.choice((1, 3)),
                          "plug_s": draw.choice((0, 0, 0, draw.randint(1, 50)))}
                         for number in self._units if draw.random() < 0.8],
            "air": {"loss": self._loss, "duplicate": draw.choice((0.0, 0.1)),
                    "delay_ms": draw.choice(([1, 10], [1, 60], [0, 400]))},
            "events": self._events()}

    def _unit(self, number):
        draw = self._draw
        unit = {"id": number, "role": "leader" if number == self._leader else "follower",
                "breaker_a": draw.choice(_BREAKERS), "region": "iec",
                "nameplate_a": draw.choice((16, 32)),
                "phases": draw.choice(("L1", "L1", "L2", "L1L2L3")),
                "clock_ppm": draw.choice((0, -10000, 10000))}
        if number in self._members:
            return unit
        held = draw.choice(("blank", "blank", "alone", "key"))
        self.kinds["units unpaired at the start"] += held != "key"
        if held == "key":
            return {**unit, "member": False}
        return {**unit, "paired": False, "role": "alone" if held == "alone" else "follower"}

    def _events(self):
        draw = self._draw
        events, at_s = [], draw.uniform(1, 25)
        while at_s < self._duration_s - 1:
            kind = draw.choice(_KINDS)
            self._now_s, self._lasts_s = at_s, 0
            made = getattr(self, "_" + kind)()
            self.kinds[_WORDS[kind]] += bool(made)
            events += [{"at_s": round(at_s + event.pop("in_s", 0), 2), **event} for event in made]
            at_s += self._lasts_s + draw.choice((0.1, 1, 3, 8, 15)) * draw.uniform(0.5, 1.5)
        return [event for event in events if event["at_s"] < self._duration_s]

    # --- who there is

    def _one(self, units):
        units = sorted(units)
        return self._draw.choice(units) if units else None

    def _outside(self):
        return set(self._units) - self._members | self._blank - {self._leader}

    def _others(self):
        return self._members - {self._leader}

    def _well(self, in_s):
        """Good air from then on: who comes back hears the group."""
        return {"in_s": in_s, "do": "air", "loss": min(self._loss, 0.05), "delay_ms": [1, 40]}

    def _returns(self, unit, dark_s):
        """A unit of which the owner gave his word comes back as it was, where it hears."""
        if not self._may_return(dark_s) or self._draw.random() < 0.3:
            return []  # later than the story
        self._lasts_s = dark_s + _LEARNS_S
        self._dark.discard(unit)
        self._away.discard(unit)
        return [self._well(dark_s), {"in_s": dark_s, "do": "power", "unit": unit, "on": True}]

    def _may_return(self, in_s):
        at_s = self._now_s + in_s
        return self._jammed_s < at_s and at_s + _LEARNS_S < self._duration_s

    def _goes_dark(self, unit):
        self._dark.add(unit)
        self._away.add(unit)  # it gets no power by chance
        return {"do": "power", "unit": unit, "on": False}

    # --- what the owner does

    def _pair(self):
        unit = self._one(self._outside())
        if unit is None:
            return []
        self._members.add(unit)
        self._blank.discard(unit)
        return [{"do": "pair", "unit": unit}]

    def _wrong(self):
        unit = self._one(self._outside())
        if unit is None:
            return []
        labels = [other for other in self._units if other != unit]
        times = self._draw.choice((1, 1, 7))
        code = self._draw.choice(("wrong", self._draw.choice(labels)))
        self._lasts_s = times - 1
        return [{"in_s": turn, "do": "pair", "unit": unit, "code": code} for turn in range(times)]

    def _leaves(self):
        """Another member that can go: two stay."""
        return self._one(self._others()) if len(self._members) > 2 else None

    def _remove(self):
        unit = self._leaves()
        if unit is None:
            return []
        self._members.discard(unit)
        self._blank.discard(unit)
        return [{"do": "remove", "unit": unit}]

    def _gone(self):
        """A unit loses its power for long, and is removed with the owner's word."""
        unit = self._leaves()
        if unit is None or unit in self._dark:
            return []
        self._members.discard(unit)
        self._blank.discard(unit)
        events = [self._goes_dark(unit)]
        word_s = self._draw.choice((1, 5, 12))
        self._lasts_s = word_s + 7
        if self._draw.random() < 0.5:
            events.append({"in_s": word_s, "do": "remove", "unit": unit, "no_power": True})
        else:
            events += [{"in_s": word_s, "do": "remove", "unit": unit},
                       {"in_s": word_s + 6, "do": "no_power", "unit": unit}]
        return events + self._returns(unit, word_s + self._draw.choice((8, 25, 60)))

    def _replace(self, gone=False):
        old, new = self._one(self._others() - self._dark), self._one(self._outside())
        if old is None or new in (None, old):
            return []
        self._members = self._members - {old} | {new}
        self._blank -= {old, new}
        if not gone:
            return [self._draw.choice(({"do": "replace", "unit": old, "by": new},
                                       {"do": "pair", "unit": new, "replace": old}))]
        self._lasts_s = 4
        return [self._goes_dark(old),
                {"in_s": 3, "do": "replace", "unit": old, "by": new, "no_power": True}
                ] + self._returns(old, self._draw.choice((12, 40)))

    def _replace_gone(self):
        return self._replace(gone=True)

    def _rename(self):
        return [{"do": "rename", "unit": self._draw.choice(self._units),
                 "name": self._draw.choice(_NAMES)}]

    def _hand_over(self):
        heir = self._one(self._others() - self._dark - self._blank)
        if heir is None or self._leader in self._dark:
            return []
        self._leader = heir
        return [{"do": "hand_over", "unit": heir}]

    def _promote(self):
        """The leader dies, its owner promotes another one, and it returns: where it hears."""
        old, heir = self._leader, self._one(self._others() - self._dark - self._blank)
        gone_s = self._draw.choice((1, 8))
        returns_s = gone_s + _SILENCE_S + 1
        if (heir is None or old in self._dark
                or not self._may_return(returns_s)):
            return []
        self._leader = heir
        events = [{"do": "power", "unit": old, "on": False},
                  {"in_s": gone_s, "do": "promote", "unit": heir}, self._well(gone_s),
                  self._well(returns_s), {"in_s": returns_s, "do": "power", "unit": old,
                                          "on": True}]
        self._lasts_s = returns_s + _LEARNS_S
        return events

    def _limit(self):
        return [{"do": "limit", "limit_a": self._draw.randint(self._least_a, self._most_a)}]

    def _fallback(self):
        return [{"do": "fallback", "fallback": self._draw.choice(_MODES)}]

    def _enable(self):
        """Off for a while."""
        return [{"do": "enable", "on": False},
                {"in_s": self._draw.choice((1, 10, 30)), "do": "enable", "on": True}]

    def _without(self):
        """A change waits for a unit without power, and then no longer."""
        unit = self._one(self._others() - self._dark)
        if unit is None:
            return []
        self._dark.add(unit)
        return [{"do": "power", "unit": unit, "on": False}, {**self._limit()[0], "in_s": 1},
                {"in_s": self._draw.choice((3, 20)), "do": "go_on_without", "unit": unit}]

    def _again(self):
        return [{"do": "lead_again", "unit": self._draw.choice(self._units)}]

    def _reset(self):
        """A unit is reset at its cable; its row stays until it is paired anew, or removed."""
        unit = self._one(set(self._units) - {self._leader} - self._dark)
        if unit is None:
            return []
        if unit in self._members:
            self._blank.add(unit)
        return [{"do": "factory_reset", "unit": unit}]

    def _clone(self):
        """A member's flash is copied onto another board, of a member or of one outside."""
        unit = self._one(self._members - self._blank)
        onto = self._one(set(self._units) - {self._leader, unit} - self._dark)
        return [] if onto is None else [{"do": "clone", "unit": unit, "onto": onto}]

    # --- what happens to units and air

    def _reboot(self, hang_s=0):
        unit = self._one(set(self._units) - self._dark)
        if unit is None:
            return []
        return [{"do": "reboot", "unit": unit, "hang_s": hang_s,
                 "down_s": self._draw.choice((0, 1, 6, 12))}]

    def _hang(self):
        return self._reboot(self._draw.choice((1, 3, 5)))

    def _power(self):
        unit = self._one(set(self._units) - self._away)
        if unit is None:
            return []
        self._dark ^= {unit}
        return [{"do": "power", "unit": unit, "on": unit not in self._dark}]

    def _some(self):
        return sorted(self._draw.sample(self._units, self._draw.randint(1, len(self._units) - 1)))

    def _block(self):
        return [{"do": "air", "from": self._some(), "to": self._some(),
                 "loss": self._draw.choice((1.0, 0.7))}]

    def _deaf(self):
        return [{"do": "air", self._draw.choice(("from", "to")): self._some(), "loss": 1.0}]

    def _noise(self):
        return [{"do": "air", "loss": self._draw.choice((0.2, 0.5)), "duplicate": 0.2}]

    def _jam(self):
        """Nothing gets through for a while."""
        for_s = self._draw.choice((0.5, 3, 12, 35))
        self._jammed_s = self._now_s + for_s
        return [{"do": "air", "loss": 1.0}, {"in_s": for_s, "do": "air", "loss": self._loss}]

    def _heal(self):
        return [{"do": "air", "loss": self._loss, "delay_ms": [1, 40]}]

    def _older(self, unit=None):
        """A unit's storage has lost its last writes when it starts again."""
        unit = unit or self._one(set(self._units) - self._dark)
        if unit is None or unit in self._dark:
            return []
        self._lasts_s = 0.2
        return [{"do": "older_copy", "unit": unit, "writes": self._draw.choice((1, 1, 3))},
                {"in_s": 0.1, "do": "reboot", "unit": unit,
                 "down_s": self._draw.choice((0, 2, 12))}]

    def _older_leader(self):
        return self._older(self._leader)
