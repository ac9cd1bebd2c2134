# SPDX-License-Identifier: MIT
"""How soon everyone with demand has an offer under a live lease again, once the air has healed.

Judged at the end of a scenario, in a quiet tail that is added to it. Left out are scenarios where
something else than the air keeps a unit down: a boot, a fault, a switched-off group, what is still
wished of a unit, a unit without power or outside of the group, or a change of the group, in the
last minute before (rules 8, 10 and 12 of the design then hold room back).
"""

TAIL_S = 45
MOST_MS = 15000
_CALM_S = 60
_STEP_MS = 250
_MINIMUM_MA = 6000
_OWN_WAITS = ("reboot", "power", "enable", "member", "hand_over", "promote")


def with_tail(content: dict) -> dict:
    """The scenario with a healed air for TAIL_S more seconds; stays that last to the end do."""
    end_s = content["duration_s"]
    vehicles = [{**vehicle, "unplug_s": end_s + TAIL_S}
                if vehicle.get("unplug_s", end_s) >= end_s else vehicle
                for vehicle in content["vehicles"]]
    heal = {"at_s": end_s, "do": "air", "loss": 0.0, "duplicate": 0.0, "delay_ms": [1, 10]}
    return {**content, "duration_s": end_s + TAIL_S, "vehicles": vehicles,
            "events": content["events"] + [heal]}


def is_judged(content: dict) -> bool:
    """Is the air all that has to recover at the end of this scenario (without its tail)?"""
    since_s = content["duration_s"] - _CALM_S
    dark, enabled = set(), True
    outside = {unit["id"] for unit in content["units"] if not unit.get("member", True)}
    for event in content["events"]:
        late = event["at_s"] + event.get("down_s", 0) + event.get("hang_s", 0) > since_s
        if event["do"] == "fault" or event["do"] in _OWN_WAITS and late:
            return False
        if event["do"] == "steer" and "value" in event and (
                "ttl_s" not in event or event["at_s"] + event["ttl_s"] > content["duration_s"]):
            return False
        if event["do"] == "member":
            (outside.discard if event["on"] else outside.add)(event["unit"])
        if event["do"] == "power":
            units = {event.get("unit")} if "unit" in event else {u["id"] for u in content["units"]}
            dark = dark - units if event["on"] else dark | units
        if event["do"] == "enable":
            enabled = event["on"]
    return enabled and not dark and not outside


def measure_ms(simulation, content: dict) -> "int | None":
    """Play the tail of a scenario; ms until all have recovered, None: not within it.

    content: without its tail. The simulation has been played to the tail's start.
    """
    simple = {vehicle["unit"] for vehicle in content["vehicles"] if _is_simple(vehicle)}
    others = {vehicle["unit"] for vehicle in content["vehicles"] if not _is_simple(vehicle)}
    start_ms = content["duration_s"] * 1000
    for now_ms in range(start_ms, start_ms + TAIL_S * 1000, _STEP_MS):
        simulation.advance(now_ms)
        if _recovered(simulation, simple - others):
            return now_ms - start_ms
    return None


def _is_simple(vehicle):
    """Wants current all the time, obeys, and wakes no guard."""
    return not {"profile", "needs_wh", "wake_s", "obeys"} & set(vehicle)


def _recovered(simulation, judged):
    rows = {row["id"]: row for row in simulation.rows()}
    if any(row["lease"] != "live" for row in rows.values()):
        return False
    for unit in judged:
        vehicle = simulation.nodes[unit].board.vehicle
        if vehicle is not None and vehicle.hungry and rows[unit]["offered_ma"] < _MINIMUM_MA:
            return False
    return True
