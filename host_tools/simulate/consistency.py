# SPDX-License-Identifier: MIT
"""What no single value of a scenario shows: references, order, overlaps, and the group's limits.

Every check raises ScenarioError with the key path, the value and what is allowed.
"""

from host_tools.simulate import ownership
from host_tools.simulate.events import OTHERS
from host_tools.simulate.fields import ScenarioError

_BREAKERS = {"us": (15, 20, 30, 40, 50, 60), "iec": (10, 13, 16, 20, 25, 32, 40, 50, 63)}
_MINIMUM_MA = 6000  # IEC 61851-1: the least that a pilot can offer
_STEP_MA = 100


def check(scenario):
    """Raise ScenarioError if the scenario cannot be."""
    _check_units(scenario.units)
    _check_limit(scenario.limit_ma, "limit_a", [u for u in scenario.units if u.member])
    _check_delay(scenario.air, "air.delay_ms")
    if scenario.router and scenario.transport != "espnow":
        raise ScenarioError("router", True, "must be over espnow: with udp all units are in the "
                            "home Wi-Fi")
    known = {unit.id for unit in scenario.units}
    for index, vehicle in enumerate(scenario.vehicles):
        _check_vehicle(vehicle, f"vehicles[{index}]", known, scenario.duration_ms)
    _check_overlaps(scenario.vehicles)
    for index, event in enumerate(scenario.events):
        _check_event(event, f"events[{index}]", known, scenario)
    _check_story(scenario)
    ownership.check(scenario, _check_limit)


def _check_units(units):
    seen, serials = set(), {}
    for index, unit in enumerate(units):
        path = f"units[{index}]"
        if unit.id in seen:
            raise ScenarioError(path + ".id", unit.id, "is there twice: each must be different")
        seen.add(unit.id)
        if unit.serial in serials:
            raise ScenarioError(path + ".serial", unit.serial, "is that of unit "
                                f"{serials[unit.serial]} as well: each must be different")
        serials[unit.serial] = unit.id
        if unit.breaker_a not in _BREAKERS[unit.region]:
            raise ScenarioError(path + ".breaker_a", unit.breaker_a,
                                f"must be one of {_words(_BREAKERS[unit.region])} "
                                f"in region {unit.region}")
        _check_paired(unit, path)
    leaders = [unit.id for unit in units if unit.role == "leader"]
    if len(leaders) != 1:
        raise ScenarioError("units", f"with leaders {leaders}",
                            "a group must have exactly one leader")


def _check_paired(unit, path):
    if unit.role == "leader" and not unit.member:
        raise ScenarioError(path + ".member", False, "must be true for the leader")
    if unit.role == "alone" and unit.paired:
        raise ScenarioError(path + ".role", unit.role, "must be leader or follower for a unit "
                            "that is paired")
    if not unit.paired and unit.member:
        raise ScenarioError(path + ".member", True, "must be false for a unit that is not paired")
    if not unit.paired and unit.starts_with is not None:
        raise ScenarioError(path + ".paired", False, "must be true for a unit with starts_with, "
                            "which is given the group's key by cable")


def _check_limit(limit_ma, path, units):
    least_ma = _MINIMUM_MA * len(units)
    if len(units) == 1:
        most_ma, why = units[0].rating_ma, "the greatest output of the only unit"
    else:
        most_ma = sum(unit.nameplate_a for unit in units) * 1000 - 1000
        why = "the sum of the nameplates minus 1 A; with more, sharing is not needed"
    if limit_ma < least_ma:
        raise ScenarioError(path, limit_ma / 1000, f"must be at least {least_ma // 1000} A, "
                            f"6 A for each of {len(units)} units")
    if limit_ma > most_ma:
        raise ScenarioError(path, limit_ma / 1000, f"must be at most {most_ma / 1000:g} A, {why}")
    if limit_ma % _STEP_MA:
        raise ScenarioError(path, limit_ma / 1000, "must be a multiple of 0.1 A")


def _check_delay(air, path):
    if "delay_ms" in air and air["delay_ms"][0] > air["delay_ms"][1]:
        raise ScenarioError(path, list(air["delay_ms"]), "must be [least, most] with least first")


def _check_reference(unit, path, known):
    if unit is not None and unit not in known:
        raise ScenarioError(path, unit, f"must be one of the units {_words(sorted(known))}")


def _check_vehicle(vehicle, path, known, duration_ms):
    _check_reference(vehicle.unit, path + ".unit", known)
    if vehicle.plug_ms >= duration_ms:
        raise ScenarioError(path + ".plug_s", vehicle.plug_ms / 1000,
                            f"must be before the end at {duration_ms / 1000:g} s")
    if not vehicle.plug_ms < vehicle.unplug_ms <= duration_ms:
        raise ScenarioError(path + ".unplug_s", vehicle.unplug_ms / 1000,
                            f"must be after plug_s {vehicle.plug_ms / 1000:g} "
                            f"and at most {duration_ms / 1000:g}")
    if vehicle.wake_ms and vehicle.phases == 1:
        raise ScenarioError(path + ".wake_s", vehicle.wake_ms / 1000,
                            "must be 0 for a vehicle of one phase: it has none to wake")
    before_ms = -1
    for number, (at_ms, _) in enumerate(vehicle.profile):
        if at_ms <= before_ms:
            raise ScenarioError(f"{path}.profile[{number}][0]", at_ms / 1000,
                                f"must be later than the entry before at {before_ms / 1000:g} s")
        before_ms = at_ms


def _check_overlaps(vehicles):
    order = sorted(range(len(vehicles)), key=lambda i: (vehicles[i].unit, vehicles[i].plug_ms, i))
    for first, second in zip(order, order[1:]):
        a, b = vehicles[first], vehicles[second]
        if a.unit == b.unit and b.plug_ms < a.unplug_ms:
            raise ScenarioError(f"vehicles[{second}].plug_s", b.plug_ms / 1000,
                                f"must not be before {a.unplug_ms / 1000:g} s, when "
                                f"vehicles[{first}] leaves unit {a.unit}")


def _check_event(event, path, known, scenario):
    if event.at_ms >= scenario.duration_ms:
        raise ScenarioError(path + ".at_s", event.at_ms / 1000,
                            f"must be before the end at {scenario.duration_ms / 1000:g} s")
    _check_reference(event.unit, path + ".unit", known)
    _check_reference(event.other, f"{path}.{OTHERS.get(event.do)}", known)
    for key, links in (("from", event.sources), ("to", event.targets)):
        for index, unit in enumerate(links or ()):
            _check_reference(unit, f"{path}.{key}[{index}]", known)
    _check_delay(event.air, path + ".delay_ms")
    if event.do == "client" and scenario.transport != "espnow":
        raise ScenarioError(path + ".do", event.do, "must be over espnow: with udp no unit goes "
                            "to another channel by itself")
    if event.do == "channel" and not scenario.router:
        raise ScenarioError(path + ".do", event.do, "must be in a scenario with router true")


def _check_story(scenario):
    """Events in their order: nothing can be done to a unit that is not there to do it to."""
    dark, faults = set(), set()
    order = sorted(range(len(scenario.events)), key=lambda i: (scenario.events[i].at_ms, i))
    for index in order:
        event, path = scenario.events[index], f"events[{index}]"
        units = {event.unit} if event.unit is not None else {u.id for u in scenario.units}
        if event.do == "power":
            dark = dark - units if event.on else dark | units
        elif event.do == "reboot" and units <= dark:
            raise ScenarioError(path + ".do", "reboot", "must be of a unit that has power")
        elif event.do == "fault" and event.on:
            faults.add((event.unit, event.fault))
        elif event.do == "fault":
            gone = {(unit, fault) for unit, fault in faults
                    if unit == event.unit and event.fault in (None, fault)}
            if not gone:
                raise ScenarioError(path + ".clear", True, "must follow a fault "
                                    f"{event.fault or ''} of unit {event.unit}")
            faults -= gone


def _words(values) -> str:
    return ", ".join(str(value) for value in values)
