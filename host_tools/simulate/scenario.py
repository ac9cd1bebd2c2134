# SPDX-License-Identifier: MIT
"""The scenario file: its keys, ranges and defaults (design 9), read into plain records.

Beyond the design's list, for changes of the group: `member` of a unit (true; false: it is paired,
and outside of the group until the owner lets it in), and the events

    {"at_s": 60, "do": "member", "unit": 4, "on": true}     the owner adds a unit, or removes it
    {"at_s": 90, "do": "fallback", "fallback": "minimum"}   another fallback for all
    {"at_s": 120, "do": "hand_over", "unit": 2}             the leader makes unit 2 the leader
    {"at_s": 300, "do": "promote", "unit": 3}               unit 3 takes over from a leader without
                                                            power, when it has been silent for 31 s

For what a unit is and holds at the start: `serial` (12 hexadecimal digits, no two alike; default:
made from its id), and `starts_with`: "nothing", or the record of an earlier group, for example

    {"limit_a": 90, "units": [1, 2, 3], "leader": 1}

with `fallback` ("equal"), `enabled` (true), `phases` (those that it has now), `number` of that
revision (1), and `same_group` (false: it has the id and key of another group). Left out: it has
been paired, as `member` says.

For what a unit has to cope with, `fault` events that do not stop it, ended by `clear` like others:

    meter_frozen, meter_zero, meter_nan    it shows what it showed last; 0; no number (for 3 s the
                                           driver says what it knew last, then nothing)
    proximity_outliers, temperature_outliers, rcm_outliers, pilot_outliers
                                           single wrong readings, "per_min" (6) of them
    temperature_dead                       "reads_c": what it reads; left out: nothing
    radio_dead                             neither sends nor receives; "raises": what each call
                                           raises (OSError, RuntimeError, MemoryError); "until":
                                           "reboot" or "power" bring it back
    flash_fails                            no write is stored

and these events:

    {"at_s": 90, "do": "older_copy", "unit": 1, "writes": 1}    at its next boot a key of the store
                            ("key", "group") holds what it did so many writes, or "back_s", ago
    {"at_s": 90, "do": "stall", "unit": 1, "in": "receive", "stall_s": 0.9}    so much time
                            passes when the sharing task next has read the "clock", or before it
                            asks the radio ("receive"), stores ("write") or sends ("send");
                            "pilot" (true): the pilot path goes on; "deaf" (false): frames are lost

For the channel, over espnow: `router` (false; true: there is a home Wi-Fi, on channel 1 at first,
which whoever leads is in), `signal_dbm` of the air and its events (-55), and the events

    {"at_s": 90, "do": "channel", "channel": 6}            the router moves to another channel
    {"at_s": 90, "do": "client", "unit": 3, "on": true}    somebody logs in at the access point of
                                                           a unit, or goes; a boot ends it too

`min_a` of a unit is its setting of that name. What vehicles do beyond the design's list:

    "min_a": 8             it charges only at an offer of at least that (6 to 80; default 6)
    "takes_part": 0.75     it draws this part of its offer, 0.3 to 1, and of that `under_a` less
    "keeps_s2": true       while PWM runs it stays in C, although it is full or pauses
    "starts_after_s": 3600 it wants current only so long after it was plugged in, and is in B
                           before; `start_delay_s` counts from then
    "sleeps": 300          offered nothing, or not wanting, for so many seconds it goes to sleep;
                           then it takes no offer until PWM stops for 2 to 30 s and comes back, or
                           it is plugged in anew

Records hold ms, mA, mV and Wh as whole numbers. What a single value cannot show, such as two
vehicles at one connector, is checked in `consistency.py`. The caller gets a Scenario or a
ScenarioError, never half of one.
"""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path

from host_tools.simulate import consistency
from host_tools.simulate.earlier import starts_with
from host_tools.simulate.fields import (REQUIRED, Missing, ScenarioError, choice, flag,
                                        hexadecimal, integer, listing, name, number, pair, ratio,
                                        table)
from host_tools.simulate.troubles import OUTLIERS, RAISES, TROUBLES

_HOURS_MAX = 14 * 24
_FILE_MAX = 4_000_000
FALLBACKS = ("equal", "minimum", "stop")
FAULTS = ("rcm", "welded", "overheat", "diode", "proximity", "pilot_short")


@dataclass(frozen=True)
class UnitSpec:
    """One unit. `wiring`: index of the circuit's phase for each of its own, in order."""

    id: int
    role: str
    breaker_a: int
    region: str
    nameplate_a: int
    phases: str
    priority: int
    clock_ppm: int
    meter_error_permille: int
    member: bool
    serial: str
    starts_with: "str | tuple | None"  # "nothing", an earlier.Earlier, or None
    min_a: int

    @property
    def wiring(self) -> tuple:
        """Index of the circuit's phase (0 to 2) for each of the unit's own phases, in order."""
        return tuple(int(digit) - 1 for digit in self.phases[1:].split("L"))

    @property
    def rating_ma(self) -> int:
        """Greatest output: breaker by the rule of its region, at most the nameplate."""
        share = 800 if self.region == "us" else 1000
        return min(self.breaker_a * share, self.nameplate_a * 1000)


@dataclass(frozen=True)
class VehicleSpec:
    """One vehicle and its stay at one unit. `needs_wh` None: without end."""

    unit: int
    plug_ms: int
    unplug_ms: int
    max_ma: int
    phases: int
    wake_ms: int
    needs_wh: "int | None"
    start_delay_ms: int
    ramp_ma_per_s: int
    reaction_ms: int
    under_ma: int
    step_ma: int
    obeys: bool
    profile: tuple  # of (at_ms, max_ma)
    min_ma: int = 6000
    takes_permille: int = 1000
    keeps_s2: bool = False
    starts_after_ms: int = 0
    sleeps_ms: "int | None" = None  # None: never

    @property
    def ready_after_ms(self) -> int:
        """From its plug to where it could draw, if it were offered enough all along."""
        return self.starts_after_ms + self.start_delay_ms


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
    channel: int = 0
    options: dict = field(default_factory=dict)  # of a trouble, of the flash, of a stall


@dataclass(frozen=True)
class Scenario:
    """Everything a run needs. `air`: loss, duplicate, delay_ms, signal_dbm at the start."""

    name: str
    seed: int
    duration_ms: int
    limit_ma: int
    fallback: str
    transport: str
    volts: int
    units: tuple
    vehicles: tuple
    air: dict
    events: tuple
    router: bool = False

    def with_seed(self, seed: "int | None") -> "Scenario":
        """The same scenario under another seed; None: unchanged."""
        return self if seed is None else replace(self, seed=seed)


_SERIAL = "A0B1C2%06X"  # of an id: three bytes of its maker, three of its own
_seconds = number(0, _HOURS_MAX * 3600, 1000)
_unit_id = integer(1, 250)
_amps = number(0, 80, 1000)
_delay = pair(number(0, 60000), number(0, 60000))

_UNIT = table({
    "id": (_unit_id, REQUIRED),
    "role": (choice("leader", "follower"), REQUIRED),
    "breaker_a": (choice(10, 13, 15, 16, 20, 25, 30, 32, 40, 50, 60, 63), REQUIRED),
    "region": (choice("us", "iec"), REQUIRED),
    "nameplate_a": (integer(6, 80), REQUIRED),
    "phases": (choice("L1", "L2", "L3", "L1L2L3", "L2L3L1", "L3L1L2"), REQUIRED),
    "priority": (integer(0, 9), 0),
    "clock_ppm": (integer(-10000, 10000), 0),
    "meter_error_permille": (integer(-100, 100), 0),
    "member": (flag, True),
    "serial": (hexadecimal(12), None),
    "starts_with": (starts_with, None),
    "min_a": (integer(6, 16), 6),
})

_VEHICLE = table({
    "unit": (_unit_id, REQUIRED),
    "plug_s": (_seconds, 0),
    "unplug_s": (_seconds, None),
    "max_a": (_amps, REQUIRED),
    "phases": (choice(1, 2, 3), 1),
    "wake_s": (_seconds, 0),
    "needs_wh": (number(0, 1_000_000, above=True), None),
    "start_delay_s": (number(0, 3600, 1000), 3000),
    "ramp_a_per_s": (number(0, 1000, 1000, above=True), 8000),
    "reaction_s": (number(0, 5, 1000), 3000),
    "under_a": (number(0, 8, 1000), 0),
    "step_a": (number(0, 6, 1000), 0),
    "obeys": (flag, True),
    "profile": (listing(pair(_seconds, _amps)), ()),
    "min_a": (number(6, 80, 1000), 6000),
    "takes_part": (number(0.3, 1, 1000), 1000),
    "keeps_s2": (flag, False),
    "starts_after_s": (_seconds, 0),
    "sleeps": (number(0, _HOURS_MAX * 3600, 1000, above=True), None),
})

_AIR = {"loss": (ratio, 0.0), "duplicate": (ratio, 0.0), "delay_ms": (_delay, (1, 10)),
        "signal_dbm": (integer(-126, 0), -55)}
_LINKS = listing(_unit_id, least=1)
_AT = {"at_s": (_seconds, REQUIRED), "do": (lambda value, path: value, REQUIRED)}
_ONE_OR_ALL = {"unit": (_unit_id, None)}

_EVENTS = {
    "air": table({**_AT, "from": (_LINKS, None), "to": (_LINKS, None),
                  **{key: (reader, None) for key, (reader, _) in _AIR.items()}}),
    "reboot": table({**_AT, **_ONE_OR_ALL, "down_s": (number(0, 3600, 1000), 0),
                     "hang_s": (number(0, 5, 1000), 0)}),
    "power": table({**_AT, **_ONE_OR_ALL, "on": (flag, REQUIRED)}),
    "limit": table({**_AT, "limit_a": (number(0, 1280, 1000), REQUIRED)}),
    "fault": table({**_AT, "unit": (_unit_id, REQUIRED),
                    "fault": (choice(*FAULTS, *TROUBLES), None), "clear": (flag, False),
                    "per_min": (integer(1, 600), None),
                    "reads_c": (number(-100, 300, 10), None),
                    "raises": (choice(*RAISES), None),
                    "until": (choice("reboot", "power"), None)}),
    "older_copy": table({**_AT, "unit": (_unit_id, REQUIRED), "key": (name, "group"),
                         "writes": (integer(1, 100), None), "back_s": (_seconds, None)}),
    "stall": table({**_AT, "unit": (_unit_id, REQUIRED),
                    "in": (choice("clock", "receive", "write", "send"), REQUIRED),
                    "stall_s": (number(0, 5, 1000, above=True), REQUIRED),
                    "pilot": (flag, True), "deaf": (flag, False)}),
    "enable": table({**_AT, "on": (flag, REQUIRED)}),
    "fallback": table({**_AT, "fallback": (choice(*FALLBACKS), REQUIRED)}),
    "member": table({**_AT, "unit": (_unit_id, REQUIRED), "on": (flag, REQUIRED)}),
    "channel": table({**_AT, "channel": (integer(1, 13), REQUIRED)}),
    "client": table({**_AT, "unit": (_unit_id, REQUIRED), "on": (flag, REQUIRED)}),
    "hand_over": table({**_AT, "unit": (_unit_id, REQUIRED)}),
    "promote": table({**_AT, "unit": (_unit_id, REQUIRED)}),
}

_FAULT_OPTIONS = {**{fault: {"per_min": 6} for fault in OUTLIERS},
                  "temperature_dead": {"reads_c": None},
                  "radio_dead": {"raises": None, "until": None}}
_FAULT_KEYS = ("per_min", "reads_c", "raises", "until")

_SCENARIO = table({
    "name": (name, REQUIRED),
    "seed": (integer(0, 2**63 - 1), 1),
    "duration_s": (number(0, _HOURS_MAX * 3600, 1000, above=True), REQUIRED),
    "limit_a": (number(0, 1280, 1000), REQUIRED),
    "fallback": (choice(*FALLBACKS), "equal"),
    "transport": (choice("espnow", "udp"), "espnow"),
    "volts": (integer(100, 300), None),
    "router": (flag, False),
    "units": (listing(_UNIT, least=1, most=16), REQUIRED),
    "vehicles": (listing(_VEHICLE), ()),
    "air": (table(_AIR), {key: default for key, (_, default) in _AIR.items()}),
    "events": (listing(lambda value, path: _event(value, path)), ()),
})


def _event(value, path):
    if not isinstance(value, dict) or "do" not in value:
        raise ScenarioError(path, value, "must be an object with at_s and do")
    do = choice(*_EVENTS)(value["do"], path + ".do")
    found = _EVENTS[do](value, path)
    if do == "fault" and not found["clear"] and found["fault"] is None:
        raise ScenarioError(path + ".fault", Missing(),
                            "must be one of " + ", ".join(FAULTS + TROUBLES))
    air = {key: found[key] for key in _AIR if found.get(key) is not None}
    if do == "air" and not air:
        raise ScenarioError(path, value, "must name at least one of " + ", ".join(_AIR))
    return Event(
        at_ms=found["at_s"], do=do, unit=found.get("unit"), air=air,
        sources=_tuple(found.get("from")), targets=_tuple(found.get("to")),
        down_ms=found.get("down_s", 0), hang_ms=found.get("hang_s", 0),
        limit_ma=found.get("limit_a", 0), fault=found.get("fault"),
        fallback=found.get("fallback"), channel=found.get("channel", 0),
        options=_options(do, value, found, path),
        on=found.get("on", not found.get("clear", False)))


def _options(do, value, found, path):
    """What only some events have: of a fault those keys that its kind knows."""
    if do == "older_copy":
        if (found["writes"] is None) == (found["back_s"] is None):
            raise ScenarioError(path, value, "must have either writes or back_s")
        return {key: found[key] for key in ("key", "writes", "back_s")}
    if do == "stall":
        return {key: found[key] for key in ("in", "stall_s", "pilot", "deaf")}
    if do != "fault":
        return {}
    known = {} if found["clear"] else _FAULT_OPTIONS.get(found["fault"], {})
    for key in _FAULT_KEYS:
        if key in value and key not in known:
            raise ScenarioError(f"{path}.{key}", value[key],
                                f"is not a key of a {found['fault']} fault that begins")
    return {key: found[key] if key in value else default for key, default in known.items()}


def _tuple(values):
    return None if values is None else tuple(values)


def _unit(found):
    serial = found.pop("serial") or _SERIAL % found["id"]
    return UnitSpec(serial=serial.upper(), **found)


def _vehicle(found, duration_ms):
    unplug_ms = found.pop("unplug_s")
    return VehicleSpec(
        unit=found["unit"], plug_ms=found["plug_s"],
        unplug_ms=duration_ms if unplug_ms is None else unplug_ms,
        max_ma=found["max_a"], phases=found["phases"], wake_ms=found["wake_s"],
        needs_wh=found["needs_wh"], start_delay_ms=found["start_delay_s"],
        ramp_ma_per_s=found["ramp_a_per_s"], reaction_ms=found["reaction_s"],
        under_ma=found["under_a"], step_ma=found["step_a"], obeys=found["obeys"],
        profile=tuple(found["profile"]), min_ma=found["min_a"],
        takes_permille=found["takes_part"], keeps_s2=found["keeps_s2"],
        starts_after_ms=found["starts_after_s"], sleeps_ms=found["sleeps"])


def from_dict(content) -> Scenario:
    """Scenario from the parsed JSON. Raises ScenarioError."""
    found = _SCENARIO(content, "")
    duration_ms = found["duration_s"]
    units = tuple(_unit(unit) for unit in found["units"])
    regions = [unit.region for unit in units if unit.role == "leader"] or [units[0].region]
    volts = found["volts"] or (240 if regions[0] == "us" else 230)
    scenario = Scenario(
        found["name"], found["seed"], duration_ms, found["limit_a"], found["fallback"],
        found["transport"], volts, units,
        tuple(_vehicle(vehicle, duration_ms) for vehicle in found["vehicles"]),
        found["air"], tuple(found["events"]), found["router"])
    consistency.check(scenario)
    return scenario


def _no_constant(text):
    raise ScenarioError("scenario", text, "must be JSON: NaN and Infinity are not numbers there")


def _no_twins(pairs):
    found = {}
    for key, value in pairs:
        if key in found:
            raise ScenarioError(key, value, "is there twice in one object")
        found[key] = value
    return found


def load(source) -> Scenario:
    """Scenario from a file's path or from a dict. Raises ScenarioError for anything unfit."""
    if isinstance(source, dict):
        return from_dict(source)
    try:
        data = Path(source).read_bytes()
        if len(data) > _FILE_MAX:
            raise ScenarioError(str(source), len(data), f"must be at most {_FILE_MAX} bytes long")
        content = json.loads(data.decode("utf-8"), parse_constant=_no_constant,
                             object_pairs_hook=_no_twins)
    except OSError as error:
        reason = error.strerror or str(error)
        raise ScenarioError(str(source), reason, "must be a readable file") from None
    except ScenarioError:
        raise
    except (ValueError, RecursionError) as error:  # not UTF-8, no JSON, too many digits, too deep
        raise ScenarioError(str(source), str(error), "must be JSON in UTF-8") from None
    return from_dict(content)
