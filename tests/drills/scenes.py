# SPDX-License-Identifier: MIT
"""How a drill begins, and how it looks at frames."""

from core.sharing import frames
from tests.rules import read
from tests.world import World


def settled(n, limit_ma, fallback="equal", wants=(), seconds=14, **world) -> World:
    """A group whose units have what they want or their share."""
    w = World(n, limit_ma, fallback, **world)
    for node, want_ma in zip(w.nodes, wants):
        node.want_ma = want_ma
    w.run(seconds)
    return w


def heard(w, unit, wanted):
    """List that collects payloads of a unit's frames for which wanted(header, body)."""
    found = []

    def listen(source, destination, payload):
        if source == unit and wanted(*read(payload)):
            found.append(payload)
    w.listeners.append(listen)
    return found


def grants_to(body, unit):
    """Amount for a unit in a frame, 0 if it holds none."""
    if not isinstance(body, frames.GrantFrame):
        return 0
    return max([e.amount_ma for e in body.entries if e.unit == unit] + [0])


def live(w, *units):
    """Have all of these a live lease?"""
    return all(w.node(u).member.lease_state(w.node(u).local()) == "live" for u in units)
