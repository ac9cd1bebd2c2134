# SPDX-License-Identifier: MIT
"""Random episodes on the small world: everything that may go wrong, at random, with one seed.

Loss, delay to 30 s, one-way links, replayed and forged frames, reboots, hangs, stalls, power
loss, failing storage, changes of limit, fallback, members and leader, vehicles that wait, start,
change phases; clocks at the ends of their range. A vehicle draws all that it may.
"""

import random

import host_tools  # noqa: F401  (sets the import path)
from core.connector.pilot_state import B, C
from core.sharing.on_demand.revising import revise
from host_tools.records import row
from tests.owner_words import hand_over, promote
from tests.rules import rise_ms
from tests.world import World

THEMES = {
    "any": ("block", "block", "unit", "heal", "heal", "demand", "demand", "lead", "boot", "slow",
            "replay", "burst", "hang", "revise", "enable", "stall", "close", "forge", "flash"),
    "lead": ("lead", "lead", "lead", "leadhang", "unit", "block", "heal", "demand"),
    "unit": ("boot", "boot", "replay", "demand", "slow", "block", "heal", "heal"),
    "revise": ("revise", "revise", "block", "unit", "heal", "lead", "demand", "boot", "flash"),
    "net": ("block", "slow", "heal", "heal", "demand", "replay", "burst", "forge"),
    "hang": ("hang", "hang", "stall", "stall", "block", "heal", "demand", "lead", "leadhang"),
    "close": ("close", "close", "demand", "block", "heal", "boot", "stall", "unit"),
    "phases": ("phases", "phases", "demand", "block", "heal", "boot", "lead", "close", "slow"),
    "members": ("add", "remove", "remove", "unit", "heal", "lead", "boot", "demand", "revise"),
    "move": ("hand_over", "promote", "promote", "unit", "heal", "lead", "boot", "demand", "slow",
             "flash"),
    "moments": ("moment", "moment", "moment", "heal", "demand", "revise", "close", "remove"),
}
AIR = ("unit", "block", "slow", "burst")
WANTS = (0, 6000, 16000, 32000, 48000)
_LATE_MS = 2 ** 30 - 60000  # clocks pass the largest small integer of MicroPython


class Episode:
    """One random episode; `run()` asserts the circuit rule throughout."""

    def __init__(self, seed, theme=None, seconds=120):
        r = self.random = random.Random(seed)
        self.seconds = seconds
        n = r.choice((2, 2, 3, 3, 4))
        if seed % 10 == 9:
            n = 6
        theme = theme or r.choice(sorted(THEMES))
        wired = None
        if theme == "phases" or theme == "any" and r.random() < 0.3:
            wired = [r.choice((1, 2, 4, 7, 7, 7)) for _ in range(n)]
        self.world = w = World(
            n, self._limit_ma(n), r.choice(("equal", "equal", "minimum", "stop")), seed=seed,
            ppm=[r.choice((-10000, 0, 10000)) for _ in range(n)], wired=wired,
            priorities=[r.choice((0, 0, 0, 5)) for _ in range(n)],
            start_ms=r.choice((0, _LATE_MS)))
        w.base_loss = r.choice((0, 0, 0.05, 0.3))
        w.delay_ms = (0, r.choice((10, 200, 1000, 3000)))
        if theme in ("unit", "net") and r.random() < 0.5:
            w.base_loss, w.delay_ms = r.choice((0, 0.05)), (0, r.choice((10, 200, 1000)))
        self.gap_ms = r.choice((15000, 6000, 2000))
        kinds = THEMES[theme]
        self.kinds = r.sample(kinds, r.randint(3, len(kinds)))
        self.back = {}  # unit: true ms at which it boots
        self.replaced = set()  # leaders whose owner has said that they have no power
        self.reachable_until_ms = 0
        self.events = []
        for node in w.nodes:
            node.want_ma = r.choice(WANTS)
            if theme == "phases" and r.random() < 0.7:
                node.outlet.uses = r.choice((1, 2, 4, 3)) & node.config.wired

    def _limit_ma(self, n):
        return 6000 * n + 1000 * self.random.choice((0, 4, 10, 20, 30))

    def run(self):
        """To the end, or to the first violation."""
        w = self.world
        event_ms = self.random.randrange(3000, 20000)
        end_ms = self.seconds * 1000
        while w.now_ms < end_ms:
            if w.now_ms >= event_ms:
                event_ms = w.now_ms + self.random.randrange(200, 2 * self.gap_ms)
                kind = self.random.choice(self.kinds)
                if kind not in AIR or w.now_ms >= self.reachable_until_ms:
                    self.events.append((w.now_ms, kind))
                    getattr(self, "_" + kind)()
            self._return()
            w.step(min([event_ms, end_ms] + list(self.back.values())))
            w.check()

    def _return(self):
        for unit in sorted(self.back):
            if self.world.now_ms >= self.back[unit]:
                del self.back[unit]
                if unit in self.replaced:
                    # Rule 13 rests on the owner's word: it gets power again only where it hears
                    # who leads. Cut off from the start it would lead beside the new one.
                    self.replaced.remove(unit)
                    self.world.heal()
                    self.reachable_until_ms = self.world.now_ms + 16000
                self.world.node(unit).boot()

    def _any(self):
        return self.random.choice(self.world.nodes)

    def _leads(self):
        """Node of the leader, or None while it is dead, hung or busy."""
        leader = self.world.leader()
        if leader is None:
            return None
        node = self.world.node(leader.unit)
        return None if node.busy() else node

    def _first(self):
        leader = self.world.leader()
        return self.world.node(1 if leader is None else leader.unit)

    def _other(self):
        first = self._first()
        return self.random.choice([n for n in self.world.nodes if n is not first])

    def _link(self):
        one, other = self._first().unit, self._other().unit
        return self.random.choice(((one, other), (other, one)))

    # --- air

    def _block(self):
        self.world.loss[self._link()] = self.random.choice((1.0, 1.0, 0.7))

    def _unit(self):
        self.world.cut(self._other().unit)

    def _heal(self):
        w = self.world
        if self.random.random() < 0.5:
            w.heal()
        else:
            unit = self._other().unit
            for links in (w.loss, w.extra_ms):
                for link in [k for k in links if unit in k]:
                    del links[link]

    def _slow(self):
        self.world.extra_ms[self._link()] = self.random.choice((600, 2000, 5000, 9000, 15000,
                                                                30000))

    def _replay(self):
        for _ in range(self.random.randint(1, 6)):
            self.world.replay()

    def _burst(self):
        first = self._first().unit
        for node in self.world.nodes:
            for link in ((first, node.unit), (node.unit, first)):
                if node.unit != first and self.random.random() < 0.5:
                    self.world.block(*link)

    def _forge(self):
        """Somebody without the key changes a byte of what was recorded."""
        if self.world.recorded:
            source, _, payload = self.random.choice(self.world.recorded)
            forged = bytearray(payload)
            forged[self.random.randrange(len(forged))] ^= self.random.randrange(1, 256)
            for node in self.world.nodes:
                self.world.inject(source, node.unit, bytes(forged))

    # --- vehicles

    def _demand(self):
        self._any().want_ma = self.random.choice(WANTS)

    def _close(self):
        node = self._any()
        node.outlet.plug(self.random.choice((B, C, C)))
        if node.want_ma == 0:
            node.want_ma = self.random.choice(WANTS)
        node.wake()

    def _phases(self):
        node = self._any()
        node.outlet.uses = self.random.choice((None, 1, 2, 4, 3))
        node.wake()

    # --- units

    def _down(self, node, choices):
        if node.unit not in self.back:
            node.die()
            self.back[node.unit] = self.world.now_ms + self.random.choice(choices)

    def _lead(self):
        self._down(self._first(), (400, 1000, 2000, 3000, 6000, 9000, 12000, 15000, 25000,
                                   40000))

    def _boot(self):
        self._down(self._other(), (200, 400, 1000, 3000, 12000, 30000))

    # A hung program keeps its pins until its watchdog and boot.py have opened the contactor.
    def _freeze(self, node):
        if node.unit not in self.back:
            node.hang()
            self.back[node.unit] = self.world.now_ms + self.random.choice((5000, 5000, 1000))

    def _hang(self):
        self._freeze(self._other())

    def _leadhang(self):
        self._freeze(self._first())

    def _stall(self):
        node = self._any()
        if node.unit not in self.back and not node.busy():
            node.stall(self.random.choice((0.3, 1, 2.8)))

    def _flash(self):
        node = self._any()
        node.store_works = not node.store_works

    # --- the worst moments

    def _moment(self):
        """Wait for a moment at which much depends on one unit, and strike there."""
        unit = self._any().unit
        moment = self.random.choice((self._lease_ends, self._fallback_comes, self._unanswered,
                                     self._tail_runs, self._greeting, self._revising))
        strike = self.random.choice(("unit", "block", "slow", "lead", "boot", "hang", "leadhang",
                                     "stall", "demand", "demand", "close", "flash", "replay"))
        end_ms = self.world.now_ms + 12000
        while self.world.now_ms < end_ms and not moment(self.world.node(unit)):
            self._return()
            self.world.step(min([end_ms] + list(self.back.values())))
            self.world.check()
        self.events.append((self.world.now_ms, moment.__name__ + strike))
        getattr(self, "_" + strike)()

    @staticmethod
    def _lease_ends(node):
        return node.member is not None and (
            0 < node.member.follower.lease.granted[2] - node.local() <= 400)

    @staticmethod
    def _fallback_comes(node):
        return node.member is not None and (
            0 < rise_ms(node.member.follower.lease, node.local()) <= 400)

    def _account(self, node):
        leader = self.world.leader()
        return None if leader is None else leader.ledger.account(node.tag)

    def _unanswered(self, node):
        account = self._account(node)
        return account is not None and account._sent and account._sent[-1][1] > account.base_ma

    def _tail_runs(self, node):
        account = self._account(node)
        return account is not None and account.falling_ms(node.local()) is not None

    def _greeting(self, node):
        leader = self.world.leader()
        return leader is not None and leader._greeting

    def _revising(self, node):
        leader = self.world.leader()
        return leader is not None and leader.revisions.pending is not None

    # --- changes of the group

    def _revise(self):
        node = self._leads()
        if node is not None:
            n = len(node.member.leader.revisions.newest().members)
            revise(node.member, node.local(), limit_ma=self._limit_ma(n),
                               fallback=self.random.choice(("equal", "equal", "minimum", "stop")))
            node.wake()

    def _enable(self):
        node = self._leads()
        if node is not None:
            revise(node.member, node.local(), enabled=self.random.random() < 0.7)
            node.wake()

    def _add(self):
        node = self._leads()
        if node is None or len(self.world.nodes) > 4:
            return
        newest = node.member.leader.revisions.newest()
        new = self.world.newcomer(node.unit)
        new.want_ma = self.random.choice(WANTS)
        rows = list(newest.members) + [row(new.unit)]
        revise(node.member, node.local(), members=rows,
                           limit_ma=max(newest.limit_ma, 6000 * len(rows)))
        node.wake()

    def _remove(self):
        node = self._leads()
        if node is None:
            return
        rows = list(node.member.leader.revisions.newest().members)
        if len(rows) > 2:
            gone = self.random.choice([row for row in rows if row.unit != node.unit])
            revise(node.member, node.local(), members=[row for row in rows if row != gone])
            node.wake()

    def _hand_over(self):
        node = self._leads()
        if node is not None:
            hand_over(node.member, self._other().unit, node.local())
            node.wake()

    def _promote(self):
        """The leader has died; after a while its owner makes another unit the leader."""
        w = self.world
        first = self._first()
        heirs = [n for n in w.nodes if n is not first and n.member is not None and not n.busy()]
        self.back.pop(first.unit, None)
        first.die()
        if not heirs:
            return
        heir = self.random.choice(heirs)
        w.heal()
        wait_ms = heir.member.follower.heard_ms + 31000 - heir.local()
        if heir.member.leader is None and wait_ms > 0:
            end_ms = w.now_ms + wait_ms + 1000
            while w.now_ms < end_ms:
                self._return()
                w.step(min([end_ms] + list(self.back.values())))
                w.check()
        if heir.member is not None and not heir.busy():
            promote(heir.member, heir.local(), True)
            heir.wake()
        self.replaced.add(first.unit)
        self.back[first.unit] = w.now_ms + self.random.choice((3000, 20000, 40000))
