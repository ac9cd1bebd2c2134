# SPDX-License-Identifier: MIT
"""The owner's events of a scenario in their order: each must fit the group that the one before
made, and the owner's word that a unit has no power must be true when it is given.

Whether a unit takes part as is expected here depends on the air: what the group then is, the
units themselves say.
"""

from host_tools.simulate.events import RIGHT_CODE
from host_tools.simulate.fields import ScenarioError


def check(scenario, check_limit):
    """Raise ScenarioError if the owner's events cannot be. check_limit(limit_ma, path, units)."""
    story = _Story(scenario, check_limit)
    order = sorted(range(len(scenario.events)), key=lambda i: (scenario.events[i].at_ms, i))
    for index in order:
        event = scenario.events[index]
        found = getattr(story, event.do, None)
        if found is not None:
            found(event, f"events[{index}]")


class _Story:
    """What the group is expected to be. Its methods are called as the events are."""

    def __init__(self, scenario, check_limit):
        self._units = {unit.id: unit for unit in scenario.units}
        self._members = {unit.id for unit in scenario.units if unit.member}
        self._leader = next(unit.id for unit in scenario.units if unit.role == "leader")
        self._limit_ma, self._dark = scenario.limit_ma, set()
        self._reset = set()  # members that were reset since
        self._check = check_limit

    def power(self, event, path):
        """Power comes or goes."""
        some = set(self._units) if event.unit is None else {event.unit}
        self._dark = self._dark - some if event.on else self._dark | some

    def limit(self, event, path):
        """Another limit."""
        self._limit_ma = event.limit_ma
        self._check_limit(path + ".limit_a")

    def member(self, event, path):
        """A unit comes or goes."""
        if (event.unit in self._members) == event.on:
            raise ScenarioError(path + ".unit", event.unit,
                                "must be no member yet" if event.on else "must be a member")
        self._no_leader(event.unit, path + ".unit")
        self._become(self._members ^ {event.unit}, path)

    def pair(self, event, path):
        """A unit is paired."""
        self._outsider(event.unit, path + ".unit")
        if event.other is not None:
            self._other_member(event.other, path + ".replace")
        code = event.options["code"]
        if type(code) is int and (code not in self._units or code == event.unit):
            raise ScenarioError(path + ".code", code, "must be right, wrong, or another one of "
                                f"the units {_words(self._units)}, whose label is typed")
        if code == RIGHT_CODE:
            self._reset.discard(event.unit)
            self._become(self._members - {event.other} | {event.unit}, path)

    def remove(self, event, path):
        """A unit leaves."""
        self._other_member(event.unit, path + ".unit")
        self._word(event, path)
        self._become(self._members - {event.unit}, path)

    def replace(self, event, path):
        """Another unit takes the place of one."""
        self._other_member(event.unit, path + ".unit")
        self._outsider(event.other, path + ".by")
        self._word(event, path)
        self._become(self._members - {event.unit} | {event.other}, path)

    def hand_over(self, event, path):
        """The leader makes another unit the leader."""
        self._heir(event, path, self._leader in self._dark, "have power")

    def promote(self, event, path):
        """A unit takes over from a leader without power."""
        self._heir(event, path, self._leader not in self._dark, "have no power")

    def no_power(self, event, path):
        """The owner's word."""
        if event.unit not in self._dark:
            raise ScenarioError(path + ".unit", event.unit, "must have no power: the owner's word "
                                "for it must be true")

    def factory_reset(self, event, path):
        """A unit forgets."""
        self._no_leader(event.unit, path + ".unit")
        if event.unit in self._dark:
            raise ScenarioError(path + ".unit", event.unit, "must have power")
        self._reset.add(event.unit)

    def clone(self, event, path):
        """A flash is copied."""
        self._no_leader(event.other, path + ".onto")

    def _heir(self, event, path, wrong, must):
        members, leader = self._members, self._leader
        if event.unit == leader or event.unit not in members:
            raise ScenarioError(path + ".unit", event.unit, "must be another one of the members "
                                f"{_words(members)} than {leader}, who leads")
        if wrong:
            raise ScenarioError(path + ".do", event.do,
                                f"the leader, unit {leader}, must {must}")
        self._leader = event.unit

    def _outsider(self, unit, path):
        self._no_leader(unit, path)
        if unit in self._members - self._reset:
            raise ScenarioError(path, unit, "must be no member yet")

    def _other_member(self, unit, path):
        if unit not in self._members:
            raise ScenarioError(path, unit, "must be a member")
        self._no_leader(unit, path)

    def _no_leader(self, unit, path):
        if unit == self._leader:
            raise ScenarioError(path, unit, "must not be the leader")

    def _word(self, event, path):
        if event.no_power and event.unit not in self._dark:
            raise ScenarioError(path + ".no_power", True, f"unit {event.unit} must have no power: "
                                "the owner's word for it must be true")

    def _become(self, members, path):
        self._members = members
        self._check_limit("limit_a at " + path)

    def _check_limit(self, path):
        self._check(self._limit_ma, path, [self._units[unit] for unit in sorted(self._members)])


def _words(values) -> str:
    return ", ".join(str(value) for value in sorted(values))
