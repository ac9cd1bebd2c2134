# SPDX-License-Identifier: MIT
"""The same small world played straight on: nothing is renamed, forgotten or remembered.

Time runs, counters grow, storage is real. One random walk here and in the search's world must
show the same offers, the same draws and the same words.
"""

from core.sharing.on_demand.member import new_member

from host_tools.verify.exhaustive.scale import (
    FOLLOWERS, LEADER, NOW_MS, STEP_MS, TIMING, UNITS, config)
from host_tools.verify.exhaustive.unit import CODEC, Unit


class PlainUnit(Unit):
    """A unit whose storage is what it wrote, and whose nonces are never used again."""

    def __init__(self, unit, want_ma, stored):
        made = Unit.new(unit, want_ma)
        super().__init__(unit, None, made.outlet)
        self.stored = stored

    def _start(self, now_ms):
        self.member = new_member(config(self.unit), self.stored, TIMING,
                             100000 * self.unit + self.boots, now_ms)
        self.fit()

    def share(self, now_ms):
        """The sharing task; a new epoch is stored."""
        member = self.member
        member.tick(now_ms)
        stored = member.record_to_store(now_ms)
        if stored is not None:
            self.stored = stored
            member.on_stored(True, now_ms)
            member.tick(now_ms)
        return [payload for _, payload in member.frames_to_send()]


class Plain:
    """Leader and two followers."""

    def __init__(self, wants_ma, stored):
        self.now_ms = NOW_MS + STEP_MS
        self.units = {unit: PlainUnit(unit, want_ma, stored(unit))
                      for unit, want_ma in zip(UNITS, wants_ma)}
        self.waiting = {2: [None, None], 3: [None, None]}  # report, grant
        for unit in self.units.values():
            unit.boot(self.now_ms)
            unit.pilot(self.now_ms)
            unit.share(self.now_ms)

    def step(self, event, delivery, ways):
        """(possible at first, possible at the end, words) of a step."""
        self.now_ms += STEP_MS
        now, units = self.now_ms, self.units
        if event.wants:
            units[event.wants].want_other()
        for unit in event.boots:
            units[unit].boot(now)
        first = [units[unit].pilot(now) for unit in UNITS]
        reports = {unit: units[unit].share(now)[0] for unit in FOLLOWERS}
        arriving = [(2, reports[2] if delivery[0] else None), (2, self.waiting[2][0]),
                    (3, reports[3] if delivery[1] else None), (3, self.waiting[3][0])]
        for unit, payload in arriving:
            if payload is not None:
                units[LEADER].member.on_frame(unit, payload, now)
        grant, = units[LEADER].share(now)
        last = [units[LEADER].pilot(now)]
        for unit, way in zip(FOLLOWERS, ways):
            for payload in (None if way.grant_lost else grant, self.waiting[unit][1]):
                if payload is not None:
                    units[unit].member.on_frame(LEADER, payload, now)
            last.append(units[unit].pilot(now))
            self.waiting[unit] = [reports[unit] if way.report_waits else None,
                                  grant if way.grant_waits else None]
        return first, last, [words(reports[2]), words(reports[3])] + granted(grant)


def words(payload):
    """What a report says, apart from names."""
    _, report = CODEC.decode(payload)
    return report._replace(echo_nonce=0, echo_sequence=0, echo_leader=0)


def granted(payload):
    """What a grant frame says to each follower, apart from names: [amount or None, ...]."""
    _, body = CODEC.decode(payload)
    amounts = {entry.unit: entry.amount_ma for entry in body.entries}
    return [amounts.get(unit) for unit in FOLLOWERS]
