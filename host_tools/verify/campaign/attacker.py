# SPDX-License-Identifier: MIT
"""An attacker on the air of a simulated group: records everything, and lacks the key.

It replays what it has heard, at once or much later, to whom it likes and under any sender's name,
and changes bytes of frames. What it does comes from its own random numbers, so that the rest of a
scenario stays as it is without it.
"""

from random import Random

from host_tools.simulate.clock import STORY

_KEPT = 400  # frames; the rest replace older ones at random, so that some are very old
_GAP_MS = (100, 4000)
_BURST = (1, 1, 1, 3, 12)


class Attacker:
    """Attacks a Simulation from its start. `counts`: frames injected, by kind."""

    def __init__(self, simulation, seed: int):
        self._clock, self._air = simulation.clock, simulation.air
        self._units = sorted(simulation.nodes)
        self._random = Random(f"{seed}/attacker")
        self._heard = []
        self._origins = {}  # payload: who sent it
        self.counts = {"replayed frames": 0, "forged frames": 0}
        self._air.listen(self._hear)
        self._plan()

    def _hear(self, source, destination, payload):
        self._origins[payload] = source
        if len(self._heard) < _KEPT:
            self._heard.append((source, payload))
        elif self._random.random() < 0.3:
            self._heard[self._random.randrange(_KEPT)] = source, payload

    def _plan(self):
        self._clock.at(self._clock.now_ms + self._random.randint(*_GAP_MS), STORY,
                       self._strike, None)

    def _strike(self, _):
        draw = self._random
        for _ in range(draw.choice(_BURST) if self._heard else 0):
            recent = draw.random() < 0.5
            source, payload = draw.choice(self._heard[-8:] if recent else self._heard)
            if draw.random() < 0.2:
                source = draw.choice(self._units)
            kind = "replayed frames"
            if draw.random() < 0.4:
                kind, payload = "forged frames", self._forged(payload)
            self.counts[kind] += 1
            self._air.inject(source, draw.choice(self._units), payload,
                             self._origins.get(payload))
        self._plan()

    def _forged(self, payload):
        draw = self._random
        forged = bytearray(payload)
        way = draw.choice(("bits", "bits", "bytes", "short", "long"))
        if way == "bits":
            forged[draw.randrange(len(forged))] ^= 1 << draw.randrange(8)
        elif way == "bytes":
            for _ in range(draw.randint(2, 8)):
                forged[draw.randrange(len(forged))] ^= draw.randint(1, 255)
        elif way == "short":
            del forged[draw.randrange(len(forged)):]
        else:
            forged += draw.randbytes(draw.randint(1, 20))
        # Two changes may cancel out: an untouched frame would be a replay.
        return bytes(forged) if bytes(forged) != payload else bytes(forged[:-1])
