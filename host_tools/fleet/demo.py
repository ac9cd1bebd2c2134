# SPDX-License-Identifier: MIT
"""The built-in scenario: an hour in which there is always something to see.

It repeats every two minutes. Vehicles arrive and leave; in the first minute the radio to one
unit fails. The others then give up what that unit may use by itself, and a vehicle that arrives
there charges with it. When the radio is back, everyone shares the whole circuit again. In every
other round the leader restarts as well, and no running session is disturbed.
"""

_ROUND_S = 120
_ROUNDS = 30
_LIMITS_A = {1: 32, 2: 40, 3: 48, 4: 50, 5: 55, 6: 60}
_MAX_A = {1: 32, 2: 16, 3: 32, 4: 24, 5: 40, 6: 10}
# When vehicles arrive and leave, seconds within the round: at the unit that is lost, and at the
# others in the order of their ids.
_LOST_STAY = (24, 104)
_STAYS = ((2, 112), (4, 76), (6, 114), (62, 116), (68, 110))


def scenario(count: int) -> dict:
    """Scenario for `count` units, 1 to 6, as the scenario files have it."""
    vehicles = []
    events = []
    for number in range(_ROUNDS):
        start_s = number * _ROUND_S
        vehicles += _vehicles(count, start_s)
        events += _radio(count, start_s)
        if number % 2 and count > 1:
            events.append({"at_s": start_s + 90, "do": "reboot", "unit": 1, "down_s": 2})
    return {
        "name": "virtual-fleet-%d" % count,
        "duration_s": _ROUNDS * _ROUND_S,
        "limit_a": _LIMITS_A[count],
        "units": [_unit(unit) for unit in range(1, count + 1)],
        "vehicles": vehicles,
        "air": {"loss": 0.02, "delay_ms": [1, 30]},
        "events": events,
    }


def lost_unit(count: int) -> int:
    """The unit whose radio fails; 0 if there is nobody to lose it."""
    return min(4, count) if count > 1 else 0


def _unit(unit):
    return {"id": unit, "role": "leader" if unit == 1 else "follower", "breaker_a": 60,
            "region": "us", "nameplate_a": 48, "phases": "L1"}


def _vehicles(count, start_s):
    lost = lost_unit(count)
    others = [unit for unit in range(1, count + 1) if unit != lost]
    stays = list(zip(others, _STAYS)) + ([(lost, _LOST_STAY)] if lost else [])
    return [{"unit": unit, "plug_s": start_s + plug_s, "unplug_s": start_s + unplug_s,
             "max_a": _MAX_A[unit], "under_a": 0.3} for unit, (plug_s, unplug_s) in stays]


def _radio(count, start_s):
    unit = lost_unit(count)
    if not unit:
        return []
    return [{"at_s": start_s + 10, "do": "air", "from": [unit], "loss": 1.0},
            {"at_s": start_s + 10, "do": "air", "to": [unit], "loss": 1.0},
            {"at_s": start_s + 52, "do": "air", "loss": 0.02}]
