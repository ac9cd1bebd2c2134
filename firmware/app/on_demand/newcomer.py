# SPDX-License-Identifier: MIT
"""A unit without a group hears a leader that pairs: it shows itself, and joins where its code is
known.

Nothing that is heard changes anything here until it proves that its sender knows the label code.
Then, in this order, so that a loss of power at any moment leaves a unit that offers nothing or is
what it was: charging stops, the role is stored, the group's key is stored, and the unit goes on as
a follower that has not heard of any row of its own.
"""

import json

from app.on_demand import dice, jobs
from app.unit import RECORD
from core import reasons
from core.connector.pilot_state import A
from core.group.on_demand.first_record import joining_record
from core.pairing.on_demand import newcomer
from core.pairing.on_demand.label_code import bits_of
from core.sharing.member import LEFT
from core.sharing.on_demand.member import new_member
from core.sharing.on_demand.refusing_member import RefusingMember
from micropython import const

_IDLE_MS = const(30000)  # nothing heard for so long: what listens is let go of
_LOOK_MS = const(500)


def begin(unit, now_ms):
    """Listen to whoever pairs, with the first message that is heard."""
    code, board, version = unit.hal.identity()
    bits = bits_of(code)[0]
    if bits is None:
        return  # a label that cannot be read pairs nobody
    member = unit.member
    group = member.codec.group if member.codec is not None and member.role != LEFT else None
    about = newcomer.Unit(unit.hal.serial, name_of(member), board, version)
    side = newcomer.new_newcomer(about, bits, now_ms, dice.random_bytes(unit.hal), group)
    unit.pairing = Newcomer(unit, side, now_ms)
    jobs.begin(unit, unit.pairing, now_ms)


def name_of(member) -> str:
    """Its own name, empty if it has none."""
    return member.group.name if member.codec is not None else ""


def config_of(member):
    """follower.UnitConfig of a unit that is set up, whatever its group, or None."""
    if member.codec is None and member.leader is None:
        return member.config  # of a RefusingMember
    return member.group.config


class Newcomer:
    """The job of a unit that may be paired. _before: member and errors of when its own charging
    was stopped for a group, or None."""

    __slots__ = ("_unit", "_side", "_heard_ms", "_before")

    def __init__(self, unit, side, now_ms):
        self._unit = unit
        self._side = side
        self._heard_ms = now_ms
        self._before = None

    def on_message(self, payload, signal, now_ms):
        """A message of a leader that pairs, or of anybody."""
        self._heard_ms = now_ms
        if self._unit.searching is not None:
            self._unit.searching.heard_open(now_ms)  # it goes on here
        side = self._side
        side.vehicle = self._unit.connector.state > A
        side.set_up = config_of(self._unit.member) is not None
        side.on_message(payload, signal, now_ms)
        self._unit.jobs.at_ms = now_ms

    def step(self, now_ms):
        """A few slices of what there is to do."""
        unit, side = self._unit, self._side
        busy = jobs.sliced(side, unit.hal.clock, now_ms)
        if side.blink_until_ms is not None:
            unit.member.blink_ms, side.blink_until_ms = side.blink_until_ms, None
        if side.taken is not None:
            self._join(now_ms)
        for payload in side.messages():
            unit.hal.radio.send(0, payload)
        if now_ms - self._heard_ms >= _IDLE_MS and not busy and self._before is None:
            unit.pairing = None
            return None
        due_ms = side.next_ms()
        return now_ms if busy else min(now_ms + _LOOK_MS if due_ms is None else due_ms,
                                       now_ms + _LOOK_MS)

    # A vehicle that charges here is told first: nothing is stored beside a closed contactor.
    def _join(self, now_ms):
        unit = self._unit
        if self._before is None:
            self._before = unit.member, unit.errors
            config = config_of(unit.member)
            unit.errors = ["it is being paired"]
            unit.member = RefusingMember(config.wired, unit.errors, reasons.WAITS_FOR_LEADER,
                                         config)
        if unit.connector.snapshot(now_ms).closed:
            return
        record = joining_record(self._side.taken.key, unit.hal.serial, *self._side.taken[1:])
        ok = unit.hal.set_settings({"role": "follower"}) and unit.hal.store.write(
            RECORD, json.dumps(record).encode())
        now_ms = unit.hal.clock.now_ms()
        if ok:
            unit.member = new_member(unit.member.config, record, unit.timing,
                                     unit.hal.random_u32() or 1, now_ms)
            unit.errors = []
        else:
            unit.member, unit.errors = self._before
        self._before = None
        self._side.stored(ok, now_ms)
