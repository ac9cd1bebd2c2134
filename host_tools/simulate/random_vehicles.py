# SPDX-License-Identifier: MIT
"""Random vehicles of random scenarios: late, slow, tapering, stepping, disobeying, half asleep."""


def vehicle(draw, unit, plug_s, unplug_s, duration_s, kinds) -> dict:
    """A vehicle's stay, as a scenario file has it. `kinds` counts what is out of the ordinary."""
    phases = draw.choice((1, 1, 2, 3))
    made = {
        "unit": unit, "plug_s": plug_s, "unplug_s": unplug_s,
        "max_a": draw.choice((6, 10, 16, 32, 32, 48, 80)), "phases": phases,
        "start_delay_s": draw.choice((0, 1, 3, 3, 10)),
        "ramp_a_per_s": draw.choice((0.3, 2, 8, 8, 100)),
        "reaction_s": draw.choice((0, 1, 3, 5, 5)), "under_a": draw.choice((0, 0, 0.3, 0.8)),
        "step_a": draw.choice((0, 0, 0.5, 1))}
    if phases > 1 and draw.random() < 0.4:
        made["wake_s"] = draw.randint(5, 90)
    if draw.random() < 0.15:
        made["needs_wh"] = draw.randint(20, 400)
    if draw.random() < 0.4:
        made["profile"] = _profile(draw, made, duration_s, kinds)
    if draw.random() < 0.05:
        made["obeys"] = False
    kinds["vehicles that follow after 5 s"] += made["reaction_s"] == 5
    kinds["vehicles that ramp slowly"] += made["ramp_a_per_s"] <= 2
    kinds["vehicles that draw in steps"] += made["step_a"] > 0
    kinds["vehicles that wake on a phase"] += "wake_s" in made
    kinds["vehicles that become full"] += "needs_wh" in made
    kinds["vehicles that disobey"] += "obeys" in made
    kinds["unplugged, most of them under load"] += unplug_s < duration_s
    return made


def _profile(draw, made, duration_s, kinds):
    plug_s = made["plug_s"]
    if draw.random() < 0.4 and duration_s - plug_s > 40:
        kinds["vehicles that taper"] += 1
        at_s = plug_s + draw.randint(10, 40)
        step_s = draw.choice((2, 5, 15))
        levels = [made["max_a"] * part / 10 for part in (9, 8, 7, 6, 5, 4, 3, 2, 0)]
        return [[at_s + turn * step_s, level] for turn, level in enumerate(levels)]
    kinds["vehicles that pause or change their mind"] += 1
    times = sorted(draw.sample(range(plug_s, duration_s + 2), 2))
    return [[at_s, draw.choice((0, 6, 8, 20, 32))] for at_s in times]
