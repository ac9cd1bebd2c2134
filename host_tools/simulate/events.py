# SPDX-License-Identifier: MIT
"""The events of a scenario file: their keys, ranges and defaults, read into plain records."""

from dataclasses import dataclass, field

from host_tools.simulate.fields import (REQUIRED, Missing, ScenarioError, choice, flag, integer,
                                        listing, name, number, pair, ratio, table, words)
from host_tools.simulate.troubles import OUTLIERS, RAISES, TROUBLES

HOURS_MAX = 14 * 24
FALLBACKS = ("equal", "minimum", "stop")
FAULTS = ("rcm", "welded", "overheat", "diode", "proximity", "pilot_short")
NAME_BYTES = 24
STEERED = ("max_a", "min_a", "priority", "pause", "soft_limit")
RIGHT_CODE, WRONG_CODE = "right", "wrong"


@dataclass(frozen=True)
class Event:
    """Something that happens at `at_ms`; which of the other fields count depends on `do`."""

    at_ms: int
    do: str
    unit: "int | None" = None  # None: all units
    sources: "tuple | None" = None  # None: all
    targets: "tuple | None" = None
    air: dict = field(default_factory=dict)  # only the keys that the event names
    down_ms: int = 0
    hang_ms: int = 0
    on: bool = True
    limit_ma: int = 0
    fault: "str | None" = None  # None where faults are cleared: all that the unit has
    fallback: "str | None" = None
    other: "int | None" = None  # unit that is replaced, that replaces, or whose board is written
    no_power: bool = False
    channel: int = 0
    options: dict = field(default_factory=dict)  # of a trouble, the flash, a stall, pairing, name


seconds = number(0, HOURS_MAX * 3600, 1000)
unit_id = integer(1, 250)
delay = pair(number(0, 60000), number(0, 60000))

AIR = {"loss": (ratio, 0.0), "duplicate": (ratio, 0.0), "delay_ms": (delay, (1, 10)),
       "signal_dbm": (integer(-126, 0), -55)}
_LINKS = listing(unit_id, least=1)
_AT = {"at_s": (seconds, REQUIRED), "do": (lambda value, path: value, REQUIRED)}
_ONE = {**_AT, "unit": (unit_id, REQUIRED)}
_ONE_OR_ALL = {**_AT, "unit": (unit_id, None)}


def _whole_amps(value, path):
    """mA of whole amperes: the owner's functions take no others."""
    limit_ma = number(0, 1280, 1000)(value, path)
    if limit_ma % 1000:
        raise ScenarioError(path, value, "must be a whole number of amperes")
    return limit_ma


def _code(value, path):
    """What is typed: the unit's own code, a wrong one, or that of another unit's label."""
    if isinstance(value, str):
        return choice(RIGHT_CODE, WRONG_CODE)(value, path)
    return unit_id(value, path)


_EVENTS = {
    "air": table({**_AT, "from": (_LINKS, None), "to": (_LINKS, None),
                  **{key: (reader, None) for key, (reader, _) in AIR.items()}}),
    "reboot": table({**_ONE_OR_ALL, "down_s": (number(0, 3600, 1000), 0),
                     "hang_s": (number(0, 5, 1000), 0)}),
    "power": table({**_ONE_OR_ALL, "on": (flag, REQUIRED)}),
    "limit": table({**_AT, "limit_a": (_whole_amps, REQUIRED)}),
    "fault": table({**_ONE, "fault": (choice(*FAULTS, *TROUBLES), None), "clear": (flag, False),
                    "per_min": (integer(1, 600), None),
                    "reads_c": (number(-100, 300, 10), None),
                    "raises": (choice(*RAISES), None),
                    "until": (choice("reboot", "power"), None)}),
    "older_copy": table({**_ONE, "key": (name, "group"), "writes": (integer(1, 100), None),
                         "back_s": (seconds, None)}),
    "stall": table({**_ONE, "in": (choice("clock", "receive", "write", "send"), REQUIRED),
                    "stall_s": (number(0, 5, 1000, above=True), REQUIRED),
                    "pilot": (flag, True), "deaf": (flag, False)}),
    "enable": table({**_AT, "on": (flag, REQUIRED)}),
    "fallback": table({**_AT, "fallback": (choice(*FALLBACKS), REQUIRED)}),
    "member": table({**_ONE, "on": (flag, REQUIRED)}),
    "pair": table({**_ONE, "code": (_code, RIGHT_CODE),
                   "replace": (unit_id, None)}),
    "remove": table({**_ONE, "no_power": (flag, False)}),
    "replace": table({**_ONE, "by": (unit_id, REQUIRED), "no_power": (flag, False)}),
    "rename": table({**_ONE, "name": (words(NAME_BYTES), REQUIRED)}),
    "channel": table({**_AT, "channel": (integer(1, 13), REQUIRED)}),
    "client": table({**_ONE, "on": (flag, REQUIRED)}),
    "hand_over": table(_ONE),
    "promote": table(_ONE),
    "no_power": table(_ONE),
    "go_on_without": table(_ONE),
    "lead_again": table(_ONE),
    "factory_reset": table(_ONE),
    "steer": table({**_ONE, "what": (choice(*STEERED), REQUIRED), "value": (integer(0, 80), None),
                    "ttl_s": (integer(1, 86400), None), "owner": (flag, False)}),
    "clone": table({**_ONE, "onto": (unit_id, REQUIRED)}),
}

_FAULT_OPTIONS = {**{fault: {"per_min": 6} for fault in OUTLIERS},
                  "temperature_dead": {"reads_c": None},
                  "radio_dead": {"raises": None, "until": None}}
_FAULT_KEYS = ("per_min", "reads_c", "raises", "until")
_OPTIONS = {"older_copy": ("key", "writes", "back_s"), "pair": ("code",), "rename": ("name",),
            "steer": ("what", "value", "ttl_s", "owner"),
            "stall": ("in", "stall_s", "pilot", "deaf")}
OTHERS = {"pair": "replace", "replace": "by", "clone": "onto"}


def event(value, path: str) -> Event:
    """Reader of one entry of `events`."""
    if not isinstance(value, dict) or "do" not in value:
        raise ScenarioError(path, value, "must be an object with at_s and do")
    do = choice(*_EVENTS)(value["do"], path + ".do")
    found = _EVENTS[do](value, path)
    if do == "fault" and not found["clear"] and found["fault"] is None:
        raise ScenarioError(path + ".fault", Missing(),
                            "must be one of " + ", ".join(FAULTS + TROUBLES))
    air = {key: found[key] for key in AIR if found.get(key) is not None}
    if do == "air" and not air:
        raise ScenarioError(path, value, "must name at least one of " + ", ".join(AIR))
    other = found.get(OTHERS.get(do))
    if other is not None and other == found["unit"]:
        raise ScenarioError(f"{path}.{OTHERS[do]}", other, "must be another one than unit")
    return Event(
        at_ms=found["at_s"], do=do, unit=found.get("unit"), air=air,
        sources=_tuple(found.get("from")), targets=_tuple(found.get("to")),
        down_ms=found.get("down_s", 0), hang_ms=found.get("hang_s", 0),
        limit_ma=found.get("limit_a", 0), fault=found.get("fault"),
        fallback=found.get("fallback"), options=_options(do, value, found, path),
        other=other, no_power=found.get("no_power", False),
        channel=found.get("channel", 0),
        on=found.get("on", not found.get("clear", False)))


def _options(do, value, found, path):
    """What only some events have: of a fault those keys that its kind knows."""
    if do == "older_copy" and (found["writes"] is None) == (found["back_s"] is None):
        raise ScenarioError(path, value, "must have either writes or back_s")
    if do != "fault":
        return {key: found[key] for key in _OPTIONS.get(do, ())}
    known = {} if found["clear"] else _FAULT_OPTIONS.get(found["fault"], {})
    for key in _FAULT_KEYS:
        if key in value and key not in known:
            raise ScenarioError(f"{path}.{key}", value[key],
                                f"is not a key of a {found['fault']} fault that begins")
    return {key: found[key] if key in value else default for key, default in known.items()}


def _tuple(values):
    return None if values is None else tuple(values)
