# SPDX-License-Identifier: MIT
"""A leader pairs: it looks for units without a group, and its owner says which of them join.

Each function is given the app.unit.Unit, and gives values, or one sentence that says what is wrong
and what is allowed: see owner.py. Whoever was given the key becomes a member by
a revision of its own (rule 12), as soon as it is heard: with the next free number, or with that of
the unit that it replaces.
"""

import json

from app.on_demand import jobs
from core.group.on_demand.proposal import changed
from core.group.on_demand.waiting import free_number
from core.load import load
from core.on_demand.serial import serial_from, serial_text
from core.pairing.on_demand import grant, opening
from core.sharing.frames import Row
from core.units import OFFER_MIN_MA, UNITS_MAX
from micropython import const

WRONG = "pairing"  # a name in the store: how many wrong codes in a row there were

_OPEN_MS = const(300000)
_STRANGER_MS = const(10000)  # one who was heard within it can be admitted
_LOOK_MS = const(500)


def pair(unit, first, second):
    """As owner.pair() says."""
    now_ms = unit.hal.clock.now_ms()
    error = _open(unit, now_ms)
    if error:
        return error
    if first is None:
        return unit.pairing.found(now_ms)
    serial, code, error = _named(first, second)
    return error or unit.pairing.admit(serial, code, now_ms)


def replace(unit, number, has_no_power, by):
    """As owner.replace() says: pairing is open, and the unit that joins next takes this place."""
    now_ms = unit.hal.clock.now_ms()
    leader = unit.member.leader
    if leader is None:
        return "units are replaced on the leader, unit %d" % unit.member.group.leader
    if number == leader.unit:
        return "unit %d is this one, and leads: hand_over(N) first" % number
    if number not in [row.unit for row in leader.revisions.newest().members]:
        return "unit %s is not in the group" % number
    error = _open(unit, now_ms)
    if error is None:
        unit.pairing.replaces = (number, has_no_power, by)
    return error


def state(unit, now_ms):
    """As owner.pairing() says."""
    job = opened(unit)
    if job is None:
        return None
    return ((job.until_ms - now_ms) // 1000, -(-job.closed_ms(now_ms) // 1000),
            [(found, job.said.get(found.serial)) for found in job.found(now_ms)])


# By what it has, and not by its class: this file may have been loaded anew since.
def opened(unit):
    """The job of a leader that pairs, or None."""
    return unit.pairing if hasattr(unit.pairing, "until_ms") else None


def close(unit):
    """No code is taken and nobody is looked for any more."""
    if opened(unit) is not None:
        jobs.end(unit, unit.pairing)
        unit.pairing = None


# (serial or None, code or None, error) of what an owner typed.
def _named(first, second):
    if type(first) is not str or type(second) not in (str, type(None)):
        return None, None, "a unit is named by its serial, a code is that of its label: texts"
    try:
        serial = serial_from(first)
    except ValueError:
        serial = None
    if second is None:
        return serial, None if serial else first, None
    if serial is None:
        return None, None, "serial is %s: must be 12 hexadecimal digits" % first[:20]
    return serial, second, None


# None, or why this unit cannot pair.
def _open(unit, now_ms):
    member = unit.member
    if member.leader is None or member.codec is None:
        error = load("app", "new_group").begin(unit, now_ms)
        if error:
            return error
        member = unit.member
    if opened(unit) is None:
        if unit.pairing is not None:
            jobs.end(unit, unit.pairing)
        unit.pairing = Pairing(unit, now_ms)
        jobs.begin(unit, unit.pairing, now_ms)
    unit.pairing.until_ms = now_ms + _OPEN_MS
    return None


class Pairing:
    """The job of a leader while pairing is open. until_ms: when it closes by itself; replaces: of
    the next unit, (number of the one whose place it takes, owner's word, who asks) or None; said:
    what came of each unit that was let in, {serial: None or a sentence}."""

    __slots__ = ("_unit", "_side", "until_ms", "_wanted", "_wrong", "replaces", "said")

    def __init__(self, unit, now_ms):
        self._unit = unit
        member = unit.member
        self._wrong = stored_wrong(unit.hal.store)
        about = opening.Leader(unit.hal.serial, member.leader.unit, member.codec.group)
        self._side = opening.new_opening(about, (self._wrong, None), now_ms, unit.random_bytes,
                                         self._grant, unit.hal.radio.channel())
        self.until_ms = now_ms + _OPEN_MS
        self._wanted = {}  # serial: of whom it takes the place, as above
        self.replaces = None
        self.said = {}

    def found(self, now_ms):
        """Whom pairing has found."""
        return self._side.found(now_ms)

    def closed_ms(self, now_ms):
        """For how long no code is taken, 0 if one is."""
        until_ms = self._side.closed_until_ms
        return 0 if until_ms is None else max(0, until_ms - now_ms)

    def blink(self, serial, seconds, now_ms):
        """Let a unit that is not in the group show itself."""
        self._side.blink(serial, seconds)
        self._unit.jobs.at_ms = now_ms

    def admit(self, serial, code, now_ms):
        """Let a unit join. None, or why not."""
        error = self._room()
        if error:
            return error
        if code is None:
            if self._hello(serial, now_ms) is None:
                return ("unit %s is not heard, or has not this group's key: its label code is "
                        "needed" % serial_text(serial))
            self._want(serial)
        else:
            error = self._side.give(serial, code, now_ms)
            if error:
                return error
        self._unit.jobs.at_ms = now_ms
        return None

    # Is there room for one more, before its owner has typed anything in vain?
    def _room(self):
        leader = self._unit.member.leader
        if leader is None:
            return "this unit does not lead any more"
        if leader.unsure():
            return "the group's settings are being agreed upon anew: wait until that is over"
        if leader.handing_over is not None:
            return "the leadership is being handed over: wait until it has moved"
        newest = leader.revisions.newest()
        if self.replaces is not None:
            return None
        if len(newest.members) >= UNITS_MAX:
            return "the group has %d units: more cannot be" % UNITS_MAX
        own = newest.members[0]
        least = Row(_free_number(leader), bytes(6), 0, own.wired, own.rating_ma, own.nameplate_ma,
                    OFFER_MIN_MA)
        error = changed(newest, leader.heard_number, members=list(newest.members) + [least])[1]
        return error and error + ". Raise the limit first, if the circuit allows it"

    def on_message(self, payload, signal, now_ms):
        """A message of a unit that may be paired, or of anybody."""
        self._side.on_message(payload, signal, now_ms)
        self._unit.jobs.at_ms = now_ms

    def step(self, now_ms):
        """One slice of what there is to do."""
        unit, side = self._unit, self._side
        if now_ms >= self.until_ms or unit.member.leader is None:
            unit.pairing = None
            return None
        side.channel = unit.hal.radio.channel()
        busy = side.step(now_ms)
        for payload in side.messages():
            unit.hal.radio.send(0, payload)
        if side.wrong != self._wrong:
            unit.hal.store.write(WRONG, json.dumps(side.wrong).encode())
            self._wrong = side.wrong
        while side.done or side.given:
            self._want((side.done or side.given).pop())
        for serial in sorted(self._wanted):
            self._take(serial, now_ms)
        return now_ms if busy else min(side.next_ms(), now_ms + _LOOK_MS)

    def _want(self, serial):
        self._wanted[serial], self.replaces = self.replaces, None

    # What goes over with the key: below these numbers the unit takes nothing.
    def _grant(self, serial):
        member = self._unit.member
        leader = member.leader
        if leader is None or member.dirty:
            return None  # a key that is not stored would be lost
        return grant.made(member.key, leader.unit, leader.tag, leader.epoch, leader.sequence,
                          leader.revisions.newest().number)

    # The Hello of a unit that has the key and no row, if it is heard now.
    def _hello(self, serial, now_ms):
        strangers = self._unit.member.leader.strangers or {}
        for heard_ms, said, _ in strangers.values():
            if said is not None and said.serial == serial and now_ms - heard_ms < _STRANGER_MS:
                return said
        return None

    # A member by a revision: what cannot be is said, and the unit is asked for anew.
    def _take(self, serial, now_ms):
        member = self._unit.member
        said = self._hello(serial, now_ms)
        if said is None:
            return
        words = load("core", "sharing", "owner_words")
        replaces = self._wanted[serial]
        leader = member.leader
        newest = leader.revisions.newest()
        row = Row(replaces[0] if replaces else _free_number(leader), serial, 0, said.wired,
                  said.rating_ma, said.nameplate_ma, said.min_ma)
        if replaces:
            error = words.replace(member, replaces[0], row, now_ms, replaces[1])
        else:
            error = words.revise(member, now_ms, members=list(newest.members) + [row])
        del self._wanted[serial]
        self.said[serial] = error


# Also not one that comes back when it is heard.
def _free_number(leader):
    rows = leader.revisions.newest().members + leader.revisions.returns
    return free_number([row.unit for row in rows])


def stored_wrong(store) -> int:
    """How many wrong codes in a row there were, also before a restart."""
    try:
        wrong = json.loads(store.read(WRONG) or b"0")
    except (ValueError, RuntimeError):
        wrong = 0
    return wrong if type(wrong) is int and 0 <= wrong <= 1000 else 1000
