# SPDX-License-Identifier: MIT
"""The firmware in the simulator: how a unit's program is made, set up and asked.

The one place here that knows the firmware's own objects; tests put a small program in its place.
What is asked of the program is for the trace and for rule 12 (which revision is in force), never
for a checker's verdict on a unit's current.
"""

import json

from app.unit import JOIN, RECORD, Unit
from core.group.group import row_of
from core.group.on_demand.first_record import joining_record
from core.group.on_demand.proposal import make
from core.load import load
from core.on_demand import reason_words
from core.sharing.frames import Codec, Row
from core.sharing.member import FOLLOWS, LEFT, STOPPED
from core.sharing.on_demand.frames import new_codec

from host_tools.records import member_record, row
from host_tools.simulate.earlier import NOTHING
from host_tools.simulate.hal import facts_of, label_code_of
from host_tools.simulate.place import Place

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
        self._units = {serial: unit for unit, serial in self._serials.items()}
        self._rows = {unit.id: Row(unit.id, self._serials[unit.id], 0,
                                   sum(1 << phase for phase in unit.wiring), unit.rating_ma,
                                   unit.nameplate_a * 1000, 6000)
                      for unit in scenario.units}

    def set_up(self, board):
        """Store what setting up and enabling would have stored; a newcomer has only the key."""
        scenario, spec = self._scenario, board.spec
        if not spec.paired:
            return
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
        limit_ma = self._scenario.limit_ma
        if spec.role == "alone":
            limit_ma = min(limit_ma, spec.rating_ma)
        settings = {
            "role": spec.role, "region": spec.region,
            "breaker_a": spec.breaker_a, "phases": spec.phases, "priority": spec.priority,
            "min_a": spec.min_a,
            "limit_a": limit_ma // 1000, "fallback": self._scenario.fallback,
            "enabled": True, "transport": self._scenario.transport, "wifi_ssid": "home",
            "wifi_password": "not used here"}
        return lambda hal: self.make({**settings, **hal.stored_settings()}, facts_of(spec), hal)

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

    def place(self, node) -> Place:
        """Where a unit is, for the owner's functions."""
        return Place(node)

    def ask(self, node, name: str, *given):
        """An owner calls one of app/on_demand/owner.py at a unit that runs. None, values, or a
        sentence why it cannot be."""
        place = self.place(node)
        done = load("app", "owner").function(name)(place, *given)
        if type(done) is tuple and type(done[0]) is str:  # a refusal
            return load("app", "refusals").told(place, done)[2]
        return done

    def code_of(self, unit: "int | None") -> str:
        """The code on a unit's label; None: one that is on no label."""
        return label_code_of("none" if unit is None else self.serial(unit))

    def same_group(self, program, other) -> bool:
        """Have both the key of one group?"""
        keys = [getattr(one.member, "key", None) for one in (program, other)
                if one is not None and one.member.role != LEFT]
        return len(keys) == 2 and keys[0] is not None and keys[0] == keys[1]

    def serial(self, unit: int) -> str:
        """A unit's serial, as people type it."""
        return self._serials[unit].hex().upper()

    def reset(self, board):
        """What device/on_demand/reset.py does at a unit's cable: there it is files."""
        board.store.clear()

    def is_blank(self, board) -> bool:
        """Does a board hold nothing of a group?"""
        return RECORD not in board.store and JOIN not in board.store

    def number(self, program, unit: int) -> "int | None":
        """Number under which a leader knows a unit, None: it does not."""
        serial, leader = self._serials[unit], program.member.leader
        if leader is None:
            return unit
        rows = [row for revision in (leader.revisions.newest(), leader.revisions.in_force)
                for row in revision.members] + list(leader.ledger.accounts)
        return next((row.unit for row in rows if row.serial == serial), None)

    def is_named(self, program, unit: int) -> bool:
        """Is a unit in the newest revision that its leader knows?"""
        leader = program.member.leader
        return leader is not None and any(row.serial == self._serials[unit]
                                          for row in leader.revisions.newest().members)

    def leads(self, program) -> "int | None":
        """Epoch of the leadership that a unit believes to have, None if it has none."""
        leader = program.member.leader
        if leader is None or leader.retired() or program.member.codec is None:  # None: alone
            return None
        return leader.epoch

    def in_force(self, program) -> "tuple | None":
        """(limit_ma, enabled) of the revision in force, as its leader says; None: no leader."""
        leader = program.member.leader
        if leader is None:
            return None
        revision = leader.revisions.in_force
        return revision.limit_ma, revision.enabled

    def members(self, program) -> frozenset:
        """Units of the revision in force, as its leader says."""
        return frozenset(self._units[row.serial]
                         for row in program.member.leader.revisions.in_force.members
                         if row.serial in self._units)

    # What people see at the units, for those who judge how a story ends.

    def has_stopped(self, program) -> bool:
        """Has it stopped leading beside another one?"""
        return program is not None and program.member.role == STOPPED

    def is_no_leader(self, program) -> bool:
        """Is it a follower, though it was the leader that the owner knows?"""
        return program.member.leader is None and program.member.role == FOLLOWS

    def newest(self, program) -> int:
        """Number of the revision that it goes by and that names it, 0 if there is none."""
        group = None if program is None else getattr(program.member, "group", None)
        if group is None or program.member.codec is None or group.confirmed is None:
            return 0
        named = row_of(group.confirmed, group.config.serial) is not None
        return group.confirmed.number if named else 0

    def waiting(self, program) -> list:
        """Units that the change of a leader waits for."""
        leader = None if program is None else program.member.leader
        if leader is None:
            return []
        told = {other[2] for other in leader.others}  # who held what has not come
        waiting = [account.serial for account in leader.ledger.accounts if account.tag in told]
        if leader.revisions.pending is not None:
            waiting += load("core", "group", "acknowledged").waiting_for(leader.revisions)
        return [unit for serial, unit in sorted(self._units.items()) if serial in waiting]

    def agreed(self, programs) -> bool:
        """Does one unit lead, without a change that waits, and does each that it names hold the
        same revision as in force?"""
        leading = [program for program in programs if self.leads(program) is not None]
        if len(leading) != 1:
            return False
        member = leading[0].member
        leader = member.leader
        if leader.unsure() or leader.revisions.pending or leader.handing_over or member.dirty:
            return False
        in_force = leader.revisions.in_force
        serials = {row.serial for row in in_force.members}
        held = [program.member.group.confirmed for program in programs
                if getattr(program.member, "group", None) is not None
                and program.member.codec is not None
                and program.member.group.config.serial in serials]
        return held == [in_force] * len(serials)

    def standing(self, program) -> str:
        """Where a unit stands, in a few words."""
        if program is None:
            return "does not run"
        member = program.member
        if getattr(member, "group", None) is None:
            return ", ".join(member.errors)
        group, leader = member.group, member.leader
        words = "role %d, follows %d, revision %s, in force %s" % (
            member.role, group.leader, group.revision and group.revision.number,
            group.confirmed and group.confirmed.number)
        if leader is not None:
            words += ", leads%s, pending %s, waits for %s, unsure %s" % (
                " no more" if leader.retired() else "",
                leader.revisions.pending and leader.revisions.pending.number,
                self.waiting(program), leader.unsure())
        return words
