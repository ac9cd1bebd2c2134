# SPDX-License-Identifier: MIT
"""Makes a scenario that breaks a rule as small as it can be while it still breaks the same rule.

Greedy: whatever can go, goes, the largest parts first, until nothing more can or the tries are
used up. The air draws its random numbers frame by frame, so many a smaller scenario is another
story and does not break; one that does is proof enough.
"""

import copy
import time

from host_tools.simulate.fields import ScenarioError

_AFTER_S = 1
_DEFAULTS = {"vehicles": ("profile", "needs_wh", "wake_s", "step_a", "under_a", "ramp_a_per_s",
                          "start_delay_s", "reaction_s", "obeys"),
             "units": ("clock_ppm", "meter_error_permille", "priority")}


class Shrinker:
    """find: content -> list of (checker, at_ms, text); at most `tries` calls and `seconds`."""

    def __init__(self, find, tries: int = 300, seconds: float = 120):
        self._find = find
        self._tries = tries
        self._end_s = time.monotonic() + seconds

    def shrink(self, content: dict, checker: str) -> dict:
        """The smallest found that `checker` still objects to."""
        self._checker = checker
        self._best = content
        before = None
        while self._best != before and self._left():
            before = self._best
            for way in (self._cut_end, self._drop_events, self._drop_vehicles, self._drop_units,
                        self._drop_keys):
                way()
        return self._best

    def _left(self):
        return self._tries > 0 and time.monotonic() < self._end_s

    def _try(self, content) -> bool:
        """Keep `content` if it breaks the rule as well."""
        if content == self._best or not self._left():
            return False
        self._tries -= 1
        try:
            found = self._find(content)
        except ScenarioError:
            return False
        if not any(checker == self._checker for checker, _, _ in found):
            return False
        self._best = content
        return True

    def _cut_end(self):
        found = [at_ms for checker, at_ms, _ in self._find(self._best)
                 if checker == self._checker]
        if found:
            self._try(until(self._best, found[0] // 1000 + _AFTER_S))

    def _drop_events(self):
        self._drop_parts("events")

    def _drop_vehicles(self):
        self._drop_parts("vehicles")

    def _drop_parts(self, key):
        """Halves first, then smaller parts, down to single ones."""
        size = len(self._best[key])
        while size:
            first = 0
            while first < len(self._best[key]):
                rest = self._best[key][:first] + self._best[key][first + size:]
                if not self._try({**self._best, key: rest}):
                    first += size
            size //= 2

    def _drop_units(self):
        for unit in reversed(self._best["units"]):
            if unit["role"] == "follower":
                self._try(without_unit(self._best, unit["id"]))

    def _drop_keys(self):
        for part, keys in _DEFAULTS.items():
            for key in keys:
                plain = [{k: v for k, v in row.items() if k != key} for row in self._best[part]]
                self._try({**self._best, part: plain})
        self._try({key: value for key, value in self._best.items() if key != "air"})


def until(content: dict, end_s: int) -> dict:
    """The same story, ended sooner."""
    if end_s >= content["duration_s"]:
        return content
    vehicles = [{**vehicle, "unplug_s": min(vehicle.get("unplug_s", end_s), end_s)}
                for vehicle in content["vehicles"] if vehicle.get("plug_s", 0) < end_s]
    events = [event for event in content["events"] if event["at_s"] < end_s]
    return {**content, "duration_s": end_s, "vehicles": vehicles, "events": events}


def without_unit(content: dict, unit: int) -> dict:
    """The same story with one unit less."""
    smaller = copy.deepcopy(content)
    smaller["units"] = [row for row in smaller["units"] if row["id"] != unit]
    smaller["vehicles"] = [row for row in smaller["vehicles"] if row["unit"] != unit]
    events = []
    for event in smaller["events"]:
        for key in ("from", "to"):
            if key in event:
                event[key] = [other for other in event[key] if other != unit]
        if event.get("unit") != unit and event.get("from") != [] and event.get("to") != []:
            events.append(event)
    return {**smaller, "events": events}
