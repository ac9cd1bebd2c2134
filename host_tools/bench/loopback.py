# SPDX-License-Identifier: MIT
"""A whole group in one process without hardware, air or clock: members hand frames to each other.

For measuring the core alone, on CPython and on MicroPython (so no newer Python in here). Every
vehicle charges, draws 0.3 A less than offered, and all compete for the circuit.
"""

from core import reasons
from core.connector import pilot_state
from core.load import load
from core.sharing.follower import UnitConfig
from core.sharing.frames import Row
from core.timing import Timing
from core.values import Snapshot

_KEY = bytes(range(32))
_RATING_MA = 48000
_UNDER_MA = 300


class Loopback:
    """Units 1 to count, unit 1 leads. now_ms: their common clock."""

    def __init__(self, count, limit_ma, now_ms=1 << 29):
        from core.group.on_demand.proposal import make  # as on a board: not held for ever
        self.now_ms = now_ms
        rows = [Row(unit, _serial(unit), 0, 1, _RATING_MA, _RATING_MA, 6000)
                for unit in range(1, count + 1)]
        self._revision = make(1, 1, True, "equal", limit_ma, rows)
        self.members = [self.make_member(unit) for unit in range(1, count + 1)]
        self.frames = 0
        self.bytes = 0

    def make_member(self, unit):
        """One unit that is in the group already."""
        config = UnitConfig(_serial(unit), _RATING_MA, 1, False, 0, _RATING_MA, 6000)
        return load("core", "sharing", "member").new_member(
            config, self._record(unit), Timing(), 1000 + unit, self.now_ms)

    def _record(self, unit):
        if unit == 1:
            return load("core", "group", "first_record").first_record(
                _KEY, _serial(unit), self._revision)
        record = load("core", "group", "first_record").joining_record(_KEY, _serial(unit), 1)
        plain = load("core", "group", "record").revision_record(self._revision)
        record["group"].update({"revision": plain, "confirmed": plain, "member": True})
        return record

    def run(self, until_ms):
        """Let time pass in steps of 0.1 s; frames arrive at once."""
        while self.now_ms < until_ms:
            self.now_ms += 100
            for member in self.members:
                self._step(member)

    def _step(self, member):
        now_ms = self.now_ms
        offer = member.offer(now_ms)
        amount_ma = offer.amount_ma
        draw_ma = max(0, amount_ma - _UNDER_MA)
        member.on_connector(Snapshot(
            now_ms, pilot_state.C, amount_ma, offer.phases, amount_ma > 0, (draw_ma, 0, 0),
            (amount_ma, 0, 0), 0, _RATING_MA, draw_ma * now_ms & 0x3fffffff, False,
            reasons.LEASE), now_ms)
        member.tick(now_ms)
        if member.record_to_store(now_ms) is not None:
            member.on_stored(True, now_ms)
        for destination, payload in member.frames_to_send():
            self.frames += 1
            self.bytes += len(payload)
            for other in self.members:
                if other is not member and destination in (0, other.group.unit):
                    other.on_frame(member.group.unit, payload, now_ms)

    def offers_ma(self):
        """Present offer of each unit, mA."""
        return [member.offer(self.now_ms).amount_ma for member in self.members]


def _serial(unit):
    return bytes((0, 0, 0, 0, 0, unit))


class Stopwatch:
    """Adds up the time of what it has wrapped. clock_us: a function."""

    def __init__(self, clock_us):
        self.spent_us = 0
        self.calls = 0
        self._clock_us = clock_us

    def timed(self, method):
        """The same method, timed. Methods are not found by text: a build renames them."""
        clock_us = self._clock_us

        def timed(*arguments):
            begun_us = clock_us()
            answer = method(*arguments)
            self.spent_us += clock_us() - begun_us
            self.calls += 1
            return answer

        return timed


def round_us(count, clock_us, seconds=60):
    """Microseconds that the leader of `count` units takes for one round: its ledger believes a
    report of each, the allocator shares, the ledger checks. Frames are not counted in."""
    group = Loopback(count, 10000 * count)
    group.run(group.now_ms + 30000)
    leader = group.members[0].leader
    before = leader.sequence
    stopwatch = Stopwatch(clock_us)
    kind = type(leader)  # its objects have no room for other methods
    on_report, tick = kind.on_report, kind.tick
    kind.on_report, kind.tick = stopwatch.timed(on_report), stopwatch.timed(tick)
    try:
        group.run(group.now_ms + seconds * 1000)
    finally:
        kind.on_report, kind.tick = on_report, tick
    return stopwatch.spent_us // (leader.sequence - before)


def turn_ns(clock_us, turns=300000):
    """Nanoseconds of one turn of an empty loop: the interpreter's own speed."""
    best_us = None
    for _ in range(5):
        begun_us = clock_us()
        for _ in range(turns):
            pass
        spent_us = clock_us() - begun_us
        best_us = spent_us if best_us is None else min(best_us, spent_us)
    return best_us * 1000 // turns
