# SPDX-License-Identifier: MIT
"""A unit of a small world (tests/world.py) as its owner's calls have it: with the app around its
member that looks once a second, and the place where it runs."""

from types import SimpleNamespace

from app.on_demand.events import begin
from app.unit import Unit
from core import reasons
from core.on_demand.refusal_words import sentence


def a_connector():
    """As status() looks at one."""
    return SimpleNamespace(state=1, offered_ma=0, fault=0, reason=reasons.NO_VEHICLE,
                           snapshot=lambda now_ms: SimpleNamespace(closed=False))


def unit_of(node):
    """What app.unit.Unit is to an owner, around the member of a node."""
    unit = SimpleNamespace(
        member=node.member, errors=[], goes_on=lambda: None, jobs=None, tested=None,
        timing=node.world.timing, connector=a_connector(),
        hal=SimpleNamespace(power_returned=lambda: True,
                            radio=SimpleNamespace(wake=lambda: None)))
    begin(unit, node.local())
    unit._signs = lambda now_ms: Unit._signs(unit, now_ms)
    return unit


def place_of(node):
    """Where it runs."""
    return SimpleNamespace(device=SimpleNamespace(
        running=True, unit=unit_of(node), watch=None,
        hardware=SimpleNamespace(clock=SimpleNamespace(now_ms=node.local))))


def said(refusal):
    """The sentence of a refusal as its owner reads it, without names; what is none as it is."""
    return sentence(refusal) if isinstance(refusal, tuple) else refusal


def run(world, seconds, *places, until=None):
    """Let the world go on, and the app of these places look once a second."""
    for _ in range(seconds):
        if until is not None and until():
            return
        world.run(1)
        for place in places:
            unit = place.device.unit
            now_ms = place.device.hardware.clock.now_ms()
            Unit._look(unit, now_ms)
            if unit.jobs is not None:
                unit.jobs.step(now_ms)
    assert until is None or until(), "not within %d s" % seconds
