# SPDX-License-Identifier: MIT
"""How a drill begins, what its owner does, and how it looks at frames."""

from core.sharing import frames
from core.sharing.on_demand import revising
from host_tools.records import row
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


def revise(w, **changes):
    """Let the leader change the group."""
    node = w.node(w.leader().unit)
    assert revising.revise(node.member, node.local(), **changes) is None
    node.wake()


def in_force(w, number, seconds=60):
    """Wait until a revision is in force; seconds that it took."""
    return w.run(seconds, until=lambda: w.leader().revisions.in_force.number == number)


def rows(w, *units):
    return [row(u) for u in units]
