# SPDX-License-Identifier: MIT
"""What a unit's flash may hold at the start of a scenario: nothing, or an earlier group's record.

Plain values; `firmware.py` makes of them what the firmware would have stored.
"""

from collections import namedtuple

from host_tools.simulate.fields import (REQUIRED, ScenarioError, choice, flag, integer, listing,
                                        number, table)

NOTHING = "nothing"

_WIRINGS = ("L1", "L2", "L3", "L1L2L3", "L2L3L1", "L3L1L2")
_MINIMUM_MA = 6000

# Group that a unit was in before. limit_ma; units: ids of its members; leader: one of them;
# phases: the unit's wiring then, None for the present one; number: of the revision in force;
# same_group: had it the present group's id and key?
Earlier = namedtuple("Earlier", ("limit_ma", "units", "leader", "fallback", "enabled", "phases",
                                 "number", "same_group"))

_EARLIER = table({
    "limit_a": (number(0, 1280, 1000), REQUIRED),
    "units": (listing(integer(1, 250), least=1, most=16), REQUIRED),
    "leader": (integer(1, 250), REQUIRED),
    "fallback": (choice("equal", "minimum", "stop"), "equal"),
    "enabled": (flag, True),
    "phases": (choice(*_WIRINGS), None),
    "number": (integer(1, 2**31), 1),
    "same_group": (flag, False),
})


def starts_with(value, path):
    """Reader of the key `starts_with` of a unit."""
    if value == NOTHING:
        return NOTHING
    if not isinstance(value, dict):
        raise ScenarioError(path, value, 'must be "nothing", or an object: the record of an '
                            "earlier group")
    found = _EARLIER(value, path)
    units = tuple(found["units"])
    if len(set(units)) < len(units):
        raise ScenarioError(path + ".units", value["units"], "must be different units")
    if found["leader"] not in units:
        raise ScenarioError(path + ".leader", value["leader"], "must be one of its units")
    limit_ma = found.pop("limit_a")
    if limit_ma < _MINIMUM_MA * len(units):
        raise ScenarioError(path + ".limit_a", value["limit_a"], "must be at least "
                            f"{6 * len(units)} A, 6 A for each of {len(units)} units")
    return Earlier(limit_ma, **{**found, "units": units})
