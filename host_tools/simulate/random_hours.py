# SPDX-License-Identifier: MIT
"""Random scenarios of more than an hour, in which somebody could starve.

Few units and little trouble, on a circuit that is full or nearly so: the vehicles differ in when
they want current, how soon they start and how much of an offer they take.
"""

from collections import Counter
from random import Random

_DURATION_S = 4800
_SENSORS = ("proximity_outliers", "temperature_outliers", "rcm_outliers", "pilot_outliers",
            "meter_zero", "meter_nan", "meter_frozen")


def random_hours(seed: int) -> tuple:
    """(scenario, Counter of its kind) of 80 min with two or three units."""
    draw = Random(f"hours/{seed}")
    count = draw.choice((2, 2, 3))
    leader = draw.randint(1, count)
    phases = draw.choice(("L1", "L1", "L1L2L3"))
    priority = draw.choice((0, 0, 1))
    units = [{"id": number, "role": "leader" if number == leader else "follower",
              "breaker_a": 40, "region": "iec", "nameplate_a": 32, "phases": phases,
              "priority": priority * draw.randint(0, 1),
              "clock_ppm": draw.choice((-10000, 0, 10000))} for number in range(1, count + 1)]
    scenario = {
        "name": f"hours-{seed}", "seed": seed, "duration_s": _DURATION_S,
        "limit_a": draw.choice((6, 8, 12, 20)) * count,
        "fallback": draw.choice(("equal", "minimum", "stop")), "units": units,
        "vehicles": [_vehicle(draw, unit["id"]) for unit in units],
        "air": {"loss": draw.choice((0.0, 0.05, 0.2)), "duplicate": 0.01, "delay_ms": [1, 40]},
        "events": _events(draw, units)}
    return scenario, Counter({"stories of more than an hour": 1})


def _vehicle(draw, unit):
    made = {"unit": unit, "plug_s": draw.choice((0, 5, 60, 300)), "phases": 3,
            "max_a": draw.choice((8, 16, 32, 32)),
            "start_delay_s": draw.choice((0, 3, 10, 25, 60, 89)),
            "ramp_a_per_s": draw.choice((0.3, 8)), "reaction_s": draw.choice((1, 3, 5)),
            "under_a": draw.choice((0, 0.5, 1.5, 3, 6)), "step_a": draw.choice((0, 0.5, 1))}
    pause_s = draw.choice((0, 0, 400, 1200))
    if pause_s:  # it wants no current for a while, or nothing before
        from_s = draw.choice((0, 600))
        made["profile"] = [[from_s, 0], [from_s + pause_s, made["max_a"]]]
    return made


def _events(draw, units):
    """Now and then a short cut of the air or a boot, and often a sensor that lies."""
    events = []
    for _ in range(draw.choice((0, 0, 1, 3))):
        at_s, unit = draw.randint(300, _DURATION_S - 100), draw.choice(units)["id"]
        events += draw.choice((
            [{"at_s": at_s, "do": "reboot", "unit": unit, "down_s": 2}],
            [{"at_s": at_s, "do": "air", "to": [unit], "loss": 1.0},
             {"at_s": at_s + draw.choice((5, 20, 60)), "do": "air", "loss": 0.0}]))
    if draw.random() < 0.6:
        unit, fault = draw.choice(units), draw.choice(_SENSORS)
        if fault != "meter_frozen" or len(unit["phases"]) == 2:
            more = {"per_min": draw.choice((1, 6))} if "outliers" in fault else {}
            events.append({"at_s": draw.choice((0, 1000)), "do": "fault", "unit": unit["id"],
                           "fault": fault, **more})
    return events
