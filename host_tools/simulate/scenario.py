# SPDX-License-Identifier: MIT
"""The scenario file: its keys, ranges and defaults (design 9), read into plain records.

Beyond the design's list, for changes of the group: `member` of a unit (true; false: it has the
group's key and is outside until the owner lets it in); `paired` (true; false: it was set up, but
is in no group and has no key; its role may then be "alone": it charges by itself, on a circuit of
its own until it is in the group). What the owner does, by the firmware's own owner functions; what
is refused or cannot be reached he tries again every second:

    {"at_s": 60, "do": "member", "unit": 4, "on": true}     adds a unit, or removes it: for ever
    {"at_s": 60, "do": "pair", "unit": 4}                  pairs a unit, for at most 5 min; "code":
                            "wrong": types a wrong one, 3: that of unit 3's label; "replace": 2: it
                            takes the place of unit 2
    {"at_s": 60, "do": "remove", "unit": 2, "no_power": true}   removes a unit; "no_power" (false):
                            with his word that it has no power
    {"at_s": 60, "do": "replace", "unit": 2, "by": 4}       unit 4 takes its place; "no_power"
    {"at_s": 60, "do": "no_power", "unit": 2}               his word, for one that leaves already
    {"at_s": 60, "do": "go_on_without", "unit": 2}          the change that waits for it does not
    {"at_s": 60, "do": "rename", "unit": 2, "name": "left"} at most 24 bytes
    {"at_s": 90, "do": "limit", "limit_a": 40}              whole amperes
    {"at_s": 90, "do": "fallback", "fallback": "minimum"}   another fallback for all
    {"at_s": 120, "do": "hand_over", "unit": 2}             the leader makes unit 2 the leader
    {"at_s": 300, "do": "promote", "unit": 3}               unit 3 takes over from a leader without
                                                            power, when it has been silent for 31 s
    {"at_s": 300, "do": "lead_again", "unit": 1}            a leader that stopped beside another
    {"at_s": 300, "do": "factory_reset", "unit": 2}         at its cable; then it is not paired
    {"at_s": 300, "do": "clone", "unit": 2, "onto": 4}      its flash is copied onto unit 4's board

His word that a unit has no power must be true where it stands, and he does not give it any more
when the unit has power again. He says what is of one moment (`no_power`, `go_on_without`,
`lead_again`) for at most a minute.

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
from dataclasses import dataclass, replace
from pathlib import Path

from host_tools.simulate import consistency
from host_tools.simulate.earlier import starts_with
from host_tools.simulate.events import AIR, FALLBACKS, HOURS_MAX, event, seconds, unit_id
from host_tools.simulate.fields import (REQUIRED, ScenarioError, choice, flag, hexadecimal,
                                        integer, listing, name, number, pair, table)

_FILE_MAX = 4_000_000


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
    paired: bool
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
_amps = number(0, 80, 1000)

_UNIT = table({
    "id": (unit_id, REQUIRED),
    "role": (choice("leader", "follower", "alone"), REQUIRED),
    "breaker_a": (choice(10, 13, 15, 16, 20, 25, 30, 32, 40, 50, 60, 63), REQUIRED),
    "region": (choice("us", "iec"), REQUIRED),
    "nameplate_a": (integer(6, 80), REQUIRED),
    "phases": (choice("L1", "L2", "L3", "L1L2L3", "L2L3L1", "L3L1L2"), REQUIRED),
    "priority": (integer(0, 9), 0),
    "clock_ppm": (integer(-10000, 10000), 0),
    "meter_error_permille": (integer(-100, 100), 0),
    "member": (flag, None),
    "paired": (flag, True),
    "serial": (hexadecimal(12), None),
    "starts_with": (starts_with, None),
    "min_a": (integer(6, 16), 6),
})

_VEHICLE = table({
    "unit": (unit_id, REQUIRED),
    "plug_s": (seconds, 0),
    "unplug_s": (seconds, None),
    "max_a": (_amps, REQUIRED),
    "phases": (choice(1, 2, 3), 1),
    "wake_s": (seconds, 0),
    "needs_wh": (number(0, 1_000_000, above=True), None),
    "start_delay_s": (number(0, 3600, 1000), 3000),
    "ramp_a_per_s": (number(0, 1000, 1000, above=True), 8000),
    "reaction_s": (number(0, 5, 1000), 3000),
    "under_a": (number(0, 8, 1000), 0),
    "step_a": (number(0, 6, 1000), 0),
    "obeys": (flag, True),
    "profile": (listing(pair(seconds, _amps)), ()),
    "min_a": (number(6, 80, 1000), 6000),
    "takes_part": (number(0.3, 1, 1000), 1000),
    "keeps_s2": (flag, False),
    "starts_after_s": (seconds, 0),
    "sleeps": (number(0, HOURS_MAX * 3600, 1000, above=True), None),
})

_SCENARIO = table({
    "name": (name, REQUIRED),
    "seed": (integer(0, 2**63 - 1), 1),
    "duration_s": (number(0, HOURS_MAX * 3600, 1000, above=True), REQUIRED),
    "limit_a": (number(0, 1280, 1000), REQUIRED),
    "fallback": (choice(*FALLBACKS), "equal"),
    "transport": (choice("espnow", "udp"), "espnow"),
    "volts": (integer(100, 300), None),
    "router": (flag, False),
    "units": (listing(_UNIT, least=1, most=16), REQUIRED),
    "vehicles": (listing(_VEHICLE), ()),
    "air": (table(AIR), {key: default for key, (_, default) in AIR.items()}),
    "events": (listing(event), ()),
})


def _unit(found):
    serial = found.pop("serial") or _SERIAL % found["id"]
    member = found.pop("member")
    return UnitSpec(serial=serial.upper(), member=found["paired"] if member is None else member,
                    **found)


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
