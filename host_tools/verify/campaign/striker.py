# SPDX-License-Identifier: MIT
"""Watches a simulated group from outside and strikes at the worst moments.

Between a grant and its acknowledgement, while a change of the group waits to be in force, at the
end of a lease, when a fallback is about to come, while a leader starts: there a unit reboots or
hangs, or its air fails. What it does comes from its own random numbers.
"""

from random import Random

from host_tools.simulate.clock import LOOK, STORY
from host_tools.simulate.leases import GRANT, kind_of

_GAP_MS = (3000, 20000)
_LOOK_MS = 100
_SOON_MS = 400
_GREETS_MS = 3000
# Kinds of moments, and how long one is waited for before another kind is.
_PATIENCE_MS = {"at a grant": 3000, "during a change": 12000, "at a lease's end": 13000,
                "before a fallback": 36000, "as a leader starts": 5000}
_MOMENTS = tuple(_PATIENCE_MS)
_GRANTED = _MOMENTS[0]
_STRUCK = "struck"  # at a grant, in a moment


class Striker:
    """Strikes a Simulation until `until_ms`. `counts`: strikes by moment."""

    def __init__(self, simulation, seed: int, until_ms: int):
        self._simulation, self._clock = simulation, simulation.clock
        self._nodes, self._air = simulation.nodes, simulation.air
        self._leases = simulation.judges.leases
        self._random = Random(f"{seed}/striker")
        self._until_ms = until_ms
        self._moment = self._victim = None
        self._end_ms = self._turn = 0
        # Rules 12 and 13 rest on the owner's word: who left without power hears that it did when
        # it returns.
        self._cuts = not any(event.do in ("promote", "no_power") or event.no_power
                             for event in simulation.scenario.events)
        self.counts = {f"strikes {moment}": 0 for moment in _MOMENTS}
        self._air.listen(self._hear)
        self._rest()

    def _rest(self):
        self._moment = self._victim = None
        self._turn += 1
        self._clock.at(self._clock.now_ms + self._random.randint(*_GAP_MS), STORY, self._aim, None)

    def _aim(self, _):
        """Choose a kind of moment, and see to it that it comes where that can be done."""
        if self._clock.now_ms >= self._until_ms:
            return
        draw, leader = self._random, self._simulation.leader
        self._moment = draw.choice(_MOMENTS)
        self._victim = draw.choice([node for _, node in sorted(self._nodes.items())])
        self._end_ms = self._clock.now_ms + _PATIENCE_MS[self._moment]
        if self._moment in ("at a lease's end", "before a fallback") and self._cuts:
            self._air.change(None, [self._victim.id], {"loss": 1.0})
            self._clock.at(self._end_ms, STORY, self._restore, self._victim.id)
        elif self._moment == "as a leader starts" and leader.running:
            leader.reboot(500, 0)
        self._look(self._turn)

    def _look(self, turn):
        """Is this the moment? Grants are heard instead."""
        if turn != self._turn:
            return
        if self._is_now():
            self._strike(self._victim)
        elif self._clock.now_ms < self._end_ms:
            self._clock.at(self._clock.now_ms + _LOOK_MS, LOOK, self._look, turn)
        elif self._moment != _STRUCK:
            self._rest()

    def _is_now(self):
        moment, now_ms, unit = self._moment, self._clock.now_ms, self._victim.id
        leader = self._simulation.leader
        if moment == "during a change":
            return self._simulation.changing
        if moment == "as a leader starts":
            return leader.running and now_ms - leader.booted_ms < _GREETS_MS
        if moment == "at a lease's end":
            return 0 < self._leases.end_ms(unit) - now_ms <= _SOON_MS
        if moment == "before a fallback":
            return 0 < self._leases.fallback_ms(unit) - now_ms <= 2 * _SOON_MS
        return False

    def _hear(self, source, _, payload):
        """A grant has just left: nobody has answered it yet."""
        if self._moment == _GRANTED and kind_of(payload) == GRANT:
            self._moment = _STRUCK
            self._clock.at(self._clock.now_ms + self._random.randint(0, 60), STORY,
                           self._strike_granted, self._victim)

    def _strike_granted(self, node):
        self._moment = _GRANTED
        self._strike(node)

    def _strike(self, node):
        if self._clock.now_ms < self._until_ms:
            self.counts[f"strikes {self._moment}"] += 1
            draw = self._random
            if draw.random() < 0.3:
                node = self._simulation.leader
            ways = (self._reboot, self._reboot, self._hang, self._heal, self._cut, self._deafen)
            draw.choice(ways if self._cuts else ways[:4])(node)
        self._rest()

    def _reboot(self, node, hang_ms=0):
        node.reboot(self._random.choice((0, 500, 2000, 6000, 12000)), hang_ms)

    def _hang(self, node):
        self._reboot(node, self._random.choice((1000, 3000, 5000)))

    def _cut(self, node):
        self._air.change([node.id], None, {"loss": 1.0})
        self._deafen(node)

    def _heal(self, node):
        self._air.change(None, None, {"loss": 0.0})

    def _deafen(self, node):
        self._air.change(None, [node.id], {"loss": 1.0})
        after_ms = self._random.choice((500, 3000, 9000, 11000, 20000, 32000))
        self._clock.at(self._clock.now_ms + after_ms, STORY, self._restore, node.id)

    def _restore(self, unit):
        loss = self._simulation.scenario.air["loss"]
        self._air.change([unit], None, {"loss": loss})
        self._air.change(None, [unit], {"loss": loss})
