# SPDX-License-Identifier: MIT
"""What a search has shown, as figures and as tables."""

import time

from rich.table import Table

from host_tools.verify.exhaustive.scale import LIMIT_MA, STEP_MS, TIMING

_ROWS = (
    ("states", "states, each once"),
    ("transitions", "steps between them"),
    ("merged", "steps that led to a state known already"),
    ("worked", "steps of one unit worked out with the real objects"),
    ("ended", "states in which a lease has ended"),
    ("rose", "states in which a unit is at its fallback"),
    ("booted", "states in which a unit has booted and has no lease yet"),
    ("waiting", "states with late or doubled frames on their way"),
    ("full", "states in which the circuit is full to the last milliampere"),
    ("most_ma", "most that all vehicles could draw at any instant, mA"),
    ("limit_ma", "limit, mA"),
    ("cpu_s", "processor time, s"),
    ("states_per_s", "states per second"),
)


def figures(search) -> dict:
    """All figures of a search as plain values."""
    cpu_s = time.process_time() - search.begun_s
    facts, states = search.facts, search.states()
    return {
        "lease_steps": TIMING.lease_ms // STEP_MS, "reaction_steps": TIMING.reaction_ms // STEP_MS,
        "grow_steps": TIMING.grow_ms // STEP_MS, "states": states,
        "transitions": search.levels.transitions,
        "merged": search.levels.transitions - states, "worked": search.world.worked,
        "ended": facts.ended, "rose": facts.rose, "booted": facts.booted,
        "waiting": facts.waiting, "full": facts.full, "most_ma": search.levels.most_ma,
        "limit_ma": LIMIT_MA, "cpu_s": round(cpu_s, 1),
        "states_per_s": int(states / cpu_s) if cpu_s else 0,
        "layers": [{"faults": number, "states": sum(map(len, layer)), "steps": len(layer) - 1,
                    "complete": number < search.closed}
                   for number, layer in enumerate(search.layers)],
        "closed": search.is_closed, "violation": search.violation is not None}


def tables(found: dict) -> list:
    """Figures for people."""
    layers = Table("Faults besides losses", "States", "Steps", "Searched",
                   title="A leader and two followers")
    for row in found["layers"]:
        layers.add_row(str(row["faults"]), f"{row['states']:,}", str(row["steps"]),
                       "to the end" if row["complete"] else "in part")
    rows = Table("Figure", "Value", title="In all")
    for name, text in _ROWS:
        rows.add_row(text, f"{found[name]:,}")
    for table in (layers, rows):
        for column in table.columns[1:3]:
            column.justify = "right"
    return [layers, rows]
