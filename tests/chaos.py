# SPDX-License-Identifier: MIT
"""Random episodes on the small world: everything that may go wrong, at random, with one seed.

Loss, delay to 30 s, one-way links, replay, reboots, hangs, power loss, changes of limit, fallback
and enabling, clocks at the ends of their range. A vehicle here draws all that it may.
"""

import random

from tests.world import World

THEMES = {
    "any": ("block", "block", "unit", "heal", "heal", "demand", "demand", "lead", "boot", "slow",
            "replay", "burst", "hang", "revise", "enable"),
    "lead": ("lead", "lead", "lead", "leadhang", "unit", "block", "heal", "demand"),
    "unit": ("boot", "boot", "replay", "demand", "slow", "block", "heal", "heal"),
    "revise": ("revise", "revise", "block", "unit", "heal", "lead", "demand", "boot"),
    "net": ("block", "slow", "heal", "heal", "demand", "replay", "burst"),
    "hang": ("hang", "hang", "block", "heal", "demand", "lead", "leadhang"),
}
WANTS = (0, 6000, 16000, 32000, 48000)


class Episode:
    """One random episode; `run()` asserts the circuit rule throughout."""

    def __init__(self, seed, theme=None, seconds=120):
        r = self.random = random.Random(seed)
        self.seconds = seconds
        n = r.choice((2, 2, 3, 3, 4))
        limit_ma = 6000 * n + 1000 * r.choice((0, 4, 10, 20, 30))
        ppm = [r.choice((-10000, 0, 10000)) for _ in range(n)]
        self.world = w = World(n, limit_ma, r.choice(("equal", "equal", "minimum", "stop")),
                               seed=seed, ppm=ppm)
        w.base_loss = r.choice((0, 0, 0.05, 0.3))
        w.delay_ms = (0, r.choice((10, 200, 1000, 3000)))
        theme = theme or r.choice(sorted(THEMES))
        if theme in ("unit", "net") and r.random() < 0.5:
            w.base_loss, w.delay_ms = r.choice((0, 0.05)), (0, r.choice((10, 200, 1000)))
        self.gap_ms = r.choice((15000, 6000, 2000))
        kinds = THEMES[theme]
        self.kinds = r.sample(kinds, r.randint(3, len(kinds)))
        self.back = {}  # unit: true ms at which it boots
        self.events = []
        for node in w.nodes:
            node.want_ma = r.choice(WANTS)

    def run(self):
        w = self.world
        next_ms = self.random.randrange(3000, 20000)
        while w.now_ms < self.seconds * 1000:
            if w.now_ms >= next_ms:
                next_ms = w.now_ms + self.random.randrange(200, 2 * self.gap_ms)
                kind = self.random.choice(self.kinds)
                self.events.append((w.now_ms, kind))
                getattr(self, "_" + kind)()
            self._return()
            w.step()
            w.check()

    def _return(self):
        for unit in sorted(self.back):
            if self.world.now_ms >= self.back[unit]:
                del self.back[unit]
                node = self.world.node(unit)
                node.die()
                node.boot()

    def _any(self):
        return self.random.choice(self.world.nodes)

    def _other(self):
        return self.random.choice(self.world.nodes[1:])

    def _block(self):
        unit = self._other().unit
        link = self.random.choice(((1, unit), (unit, 1)))
        self.world.loss[link] = self.random.choice((1.0, 1.0, 0.7))

    def _unit(self):
        self.world.cut(1, self._other().unit)

    def _heal(self):
        if self.random.random() < 0.5:
            self.world.heal()
        else:
            unit = self._other().unit
            for link in ((1, unit), (unit, 1)):
                self.world.loss.pop(link, None)
                self.world.extra_ms.pop(link, None)

    def _demand(self):
        self._any().want_ma = self.random.choice(WANTS)

    def _slow(self):
        unit = self._other().unit
        link = self.random.choice(((1, unit), (unit, 1)))
        self.world.extra_ms[link] = self.random.choice((600, 2000, 5000, 9000, 15000, 30000))

    def _replay(self):
        for _ in range(self.random.randint(1, 6)):
            self.world.replay()

    def _burst(self):
        for node in self.world.nodes[1:]:
            for link in ((1, node.unit), (node.unit, 1)):
                if self.random.random() < 0.5:
                    self.world.loss[link] = 1.0

    def _down(self, node, choices):
        if node.unit not in self.back:
            node.die()
            self.back[node.unit] = self.world.now_ms + self.random.choice(choices)

    def _lead(self):
        self._down(self.world.node(1), (400, 1000, 2000, 3000, 6000, 9000, 12000, 15000, 25000,
                                        40000))

    def _boot(self):
        self._down(self._other(), (200, 400, 1000, 3000, 12000, 30000))

    # A hung program keeps its pins until its watchdog and boot.py have opened the contactor.
    def _freeze(self, node):
        if node.unit not in self.back:
            node.hung = True
            self.back[node.unit] = self.world.now_ms + self.random.choice((5000, 5000, 1000))

    def _hang(self):
        self._freeze(self._other())

    def _leadhang(self):
        self._freeze(self.world.node(1))

    def _revise(self):
        node = self.world.node(1)
        if node.member is None or node.hung or node.member.leader is None:
            return
        n = len(self.world.nodes)
        limit_ma = 6000 * n + 1000 * self.random.choice((0, 4, 10, 20, 30))
        fallback = self.random.choice(("equal", "equal", "minimum", "stop"))
        node.member.revise(node.local(self.world.now_ms), limit_ma=limit_ma, fallback=fallback)

    def _enable(self):
        node = self.world.node(1)
        if node.member is not None and not node.hung and node.member.leader is not None:
            node.member.revise(node.local(self.world.now_ms),
                               enabled=self.random.random() < 0.7)
