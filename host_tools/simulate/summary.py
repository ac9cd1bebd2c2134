# SPDX-License-Identifier: MIT
"""summary.json of a run (design 9)."""

from host_tools.simulate.usable import usable_wh


def summarise(simulation) -> dict:
    """All figures of a simulation, up to where it has been played."""
    rule, scenario = simulation.circuit_rule, simulation.scenario
    delivered = simulation.story.delivered_wh()
    usable = usable_wh(scenario, simulation.now_ms)
    return {
        "name": scenario.name,
        "seed": scenario.seed,
        "duration_s": simulation.now_ms / 1000,
        "over_limit_ms": rule.over_limit_ms,
        "over_limit_peak_ma": rule.over_limit_peak_ma,
        "phase_wake_ms": rule.phase_wake_ms,
        "excess_ms": rule.excess_ms,
        "drawn_over_limit_ms": rule.drawn_over_limit_ms,
        "revision_wait_ms": simulation.revision_wait.longest_ms,
        "delivered_wh": delivered,
        "usable_wh": round(usable, 1),
        "utilisation": round(sum(delivered) / usable, 4) if usable else 1.0,
        "settle": simulation.settling.entries,
        "longest_wait_s": simulation.waits.longest_ms / 1000,
        "contactor_cycles": sum(node.board.cycles for node in simulation.nodes.values()),
        "frames": simulation.air.frames,
        "frame_bytes": simulation.air.bytes,
        "offer_changes": {str(unit): len(changes)
                          for unit, changes in simulation.offer_changes.by_unit.items()},
        "violations": {checker.name: checker.count for checker in simulation.checkers},
    }
