# SPDX-License-Identifier: MIT
"""The firmware in the simulator: how a unit's program is made, set up and asked.

The one place here that knows the firmware's own objects; tests put a small program in its place.
What is asked of the program is for the trace and for rule 12 (which revision is in force), never
for a checker's verdict on a unit's current.
"""

import json

from app.unit import JOIN, RECORD
from app.unit import Unit
from core.on_demand import reason_words
from core.sharing.frames import Codec, Row
from core.group.on_demand.record import joining_record
from core.group.on_demand.proposal import make
from core.sharing.on_demand import owner_words
from core.sharing.on_demand.frames import new_codec

from host_tools.records import member_record, row
from host_tools.simulate.earlier import NOTHING

_GROUP_KEY = bytes.fromhex("5a" * 32)
_EARLIER_KEY = bytes.fromhex("a5" * 32)


def codec() -> Codec:
    """Reads the frames of a simulated group, for those who listen to the air."""
    return new_codec(_GROUP_KEY)


class Firmware:
    """Makes and asks the programs of one scenario's units."""

    def __init__(self, scenario):
        self._scenario = scenario
        self._leader = next(unit.id for unit in scenario.units if unit.role == "leader")
        self._serials = {unit.id: bytes.fromhex(unit.serial) for unit in scenario.units}
        self._rows = {unit.id: Row(unit.id, self._serials[unit.id], 0,
                                   sum(1 << phase for phase in unit.wiring), unit.rating_ma,
                                   unit.nameplate_a * 1000, 6000)
                      for unit in scenario.units}

    def set_up(self, board):
        """Store what setting up and enabling would have stored; a newcomer has only the key."""
        scenario, spec = self._scenario, board.spec
        serial = self._serials[board.id]
        rows = sorted(self._rows[unit.id] for unit in scenario.units if unit.member)
        if spec.starts_with is not None:
            self._set_up_anew(board, rows)
            return
        if not spec.member:
            record = joining_record(_GROUP_KEY, serial, self._leader)
        else:
            record = member_record(_GROUP_KEY, serial, make(
                1, self._leader, True, scenario.fallback, scenario.limit_ma, rows))
        board.store[RECORD] = json.dumps(record).encode()

    def _set_up_anew(self, board, rows):
        """What a cable gives to a board, whatever is in its flash already."""
        earlier = board.spec.starts_with
        if earlier != NOTHING:
            board.store[RECORD] = json.dumps(self._earlier_record(board, earlier)).encode()
            if earlier.same_group:
                return
        asked = {"key": _GROUP_KEY.hex(), "leader": self._leader}
        if board.id == self._leader:
            asked = {"key": _GROUP_KEY.hex(), "members": " ".join(
                self._entry(row) for row in sorted(rows, key=lambda row: row.unit != board.id))}
        board.store[JOIN] = json.dumps(asked).encode()

    def _entry(self, row):
        unit = next(unit for unit in self._scenario.units if unit.id == row.unit)
        return "%d:%s:%d:%d:%s" % (row.unit, row.serial.hex(), row.rating_ma // 1000,
                                   unit.nameplate_a, unit.phases)

    def _earlier_record(self, board, earlier):
        """The record of a group that this unit was in before."""
        serial, spec = self._serials[board.id], board.spec
        phases = earlier.phases or spec.phases
        wired = sum(1 << int(digit) - 1 for digit in phases[1:].split("L"))
        rows = [self._rows.get(unit) or row(unit) for unit in earlier.units]
        rows = [row._replace(wired=wired) if row.serial == serial else row for row in rows]
        revision = make(earlier.number, earlier.leader, earlier.enabled, earlier.fallback,
                        earlier.limit_ma, sorted(rows))
        return member_record(_GROUP_KEY if earlier.same_group else _EARLIER_KEY, serial, revision)

    def factory(self, spec):
        """A function that makes the unit's program from its hal, at each boot."""
        settings = {
            "role": spec.role, "region": spec.region,
            "breaker_a": spec.breaker_a, "phases": spec.phases, "priority": spec.priority,
            "min_a": spec.min_a,
            "limit_a": self._scenario.limit_ma // 1000, "fallback": self._scenario.fallback,
            "enabled": True, "transport": self._scenario.transport, "wifi_ssid": "home",
            "wifi_password": "not used here"}
        board = {"nameplate_a": spec.nameplate_a, "metered": True, "feedback": True,
                 "ventilation": False}
        return lambda hal: self.make({**settings, **hal.stored_settings()}, board, hal)

    def make(self, settings: dict, board: dict, hal):
        """A unit's program."""
        return Unit(settings, board, hal)

    def opinion(self, program, now_ms: int) -> tuple:
        """(demand_ma, lease, reason) as the unit itself says, `now_ms` on its own clock."""
        follower = getattr(program.member, "follower", None)
        demand = follower and follower.demand
        demand_ma = max(demand.ask_ma, demand.spare_ma) if demand else 0
        return demand_ma, program.member.lease_state(now_ms), program.connector.reason

    def reason_name(self, reason: int) -> str:
        """A reason for the trace."""
        return reason_words.name(reason)

    def reason_words(self, reason: int) -> str:
        """A reason for people."""
        return reason_words.words(reason)

    def revise(self, program, now_ms: int, changes: dict) -> "str | None":
        """The owner changes limit_ma, enabled or fallback on the leader, or its `members`: a dict
        of those that come (True) or go. None, or why it cannot be."""
        moves = changes.pop("members")
        if moves and program.member.leader is not None:  # else it says who leads
            rows = program.member.leader.revisions.newest().members
            rows = [row for row in rows if moves.get(row.unit, True)]
            there = {row.unit for row in rows}
            rows += [self._rows[unit] for unit in moves if moves[unit] and unit not in there]
            changes["members"] = rows
        return self.ask(program, "revise", now_ms, **changes)

    def admit(self, board, leader):
        """What a cable would give to a unit that comes (back) into the group: its key. `leader`:
        program of the one who lets it in. True if the unit must start anew for it."""
        if RECORD in board.store:
            return False
        member = leader.member
        board.store[JOIN] = json.dumps({
            "key": _GROUP_KEY.hex(), "leader": member.group.unit, "epoch": member.leader.epoch,
            "sequence": member.leader.sequence,
            "floor": member.leader.revisions.in_force.number}).encode()
        return True

    def move(self, program, now_ms: int, unit: int, dead: bool) -> "str | None":
        """The owner makes `unit` the leader: on its own page if the old one is dead, else the
        old one hands over. None, or why it cannot be."""
        if dead:
            return self.ask(program, "promote", now_ms, True)
        return self.ask(program, "hand_over", unit, now_ms)

    def ask(self, program, words: str, *given, **named):
        """An owner says one of owner_words.py to a unit. None, or why it cannot be."""
        return getattr(owner_words, words)(program.member, *given, **named)

    def leads(self, program) -> "int | None":
        """Epoch of the leadership that a unit believes to have, None if it has none."""
        leader = program.member.leader
        return None if leader is None or leader.retired() else leader.epoch

    def in_force(self, program) -> "tuple | None":
        """(limit_ma, enabled) of the revision in force, as its leader says; None: no leader."""
        leader = program.member.leader
        if leader is None:
            return None
        revision = leader.revisions.in_force
        return revision.limit_ma, revision.enabled

    def members(self, program) -> frozenset:
        """Units of the revision in force, as its leader says."""
        return frozenset(row.unit for row in program.member.leader.revisions.in_force.members)
