# SPDX-License-Identifier: MIT
"""A leader pairs: it looks for units without a group, and its owner says which of them join.

Each function is given the place where the unit is, as those of owner.py, and gives values, or one
sentence that says what is wrong and what is allowed. Whoever was given the key becomes a member by
a revision of its own (rule 12), as soon as it is heard: with the next free number, or with that of
the unit that it replaces.
"""

import json

from app.on_demand import jobs
from core.group.on_demand.proposal import changed
from core.load import load
from core.on_demand.serial import serial_from, serial_text
from core.pairing.on_demand import messages, opening
from core.sharing.frames import Row
from core.units import OFFER_MIN_MA, UNITS_MAX
from micropython import const

WRONG = "pairing"  # a name in the store: how many wrong codes in a row there were

_OPEN_MS = const(300000)
_STRANGER_MS = const(10000)  # one who was heard within it can be admitted
_LOOK_MS = const(500)


def pair(place, first=None, second=None):
    """Open pairing for 5 min and give whom it has found, a list of opening.Found. pair(code),
    pair(serial, code): let the unit with this label join; pair(serial): one that has the group's
    key already."""
    unit = place.device.unit
    now_ms = unit.hal.clock.now_ms()
    error = _open(unit, now_ms)
    if error:
        return error
    job = unit.pairing
    if first is None:
        return job.found(now_ms)
    serial, code, error = _named(first, second)
    return error or job.admit(serial, code, None, now_ms)


def replace(place, number, first, second=None, has_no_power=False):
    """As pair(), and the unit takes the place of another one: number, name, wiring of its row."""
    unit = place.device.unit
    now_ms = unit.hal.clock.now_ms()
    leader = unit.member.leader
    error = _open(unit, now_ms)
    if error:
        return error
    if number == leader.unit:
        return "unit %d is this one, and leads: hand_over() first" % number
    if number not in [row.unit for row in leader.revisions.newest().members]:
        return "unit %s is not in the group" % number
    serial, code, error = _named(first, second)
    return error or unit.pairing.admit(serial, code, (number, has_no_power), now_ms)


def close(place):
    """Close pairing."""
    unit = place.device.unit
    if type(unit.pairing) is Pairing:
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
    if type(unit.pairing) is not Pairing:
        if unit.pairing is not None:
            jobs.end(unit, unit.pairing)
        unit.pairing = Pairing(unit, now_ms)
        jobs.begin(unit, unit.pairing, now_ms)
    unit.pairing.until_ms = now_ms + _OPEN_MS
    return None


class Pairing:
    """The job of a leader while pairing is open. until_ms: when it closes by itself; said: what
    came of each unit that was let in, {serial: None or a sentence}."""

    __slots__ = ("_unit", "_side", "until_ms", "_wanted", "_wrong", "_replaces", "said")

    def __init__(self, unit, now_ms):
        self._unit = unit
        member = unit.member
        self._wrong = stored_wrong(unit.hal.store)
        about = opening.Leader(unit.hal.serial, member.leader.unit, member.codec.group)
        self._side = opening.new_opening(about, (self._wrong, None), now_ms, unit.random_bytes,
                                         self._grant, unit.hal.radio.channel())
        self.until_ms = now_ms + _OPEN_MS
        self._wanted = {}  # serial: (number of the unit that it replaces, word) or None
        self._replaces = None  # of the code that is tried
        self.said = {}

    def found(self, now_ms):
        """Whom pairing has found."""
        return self._side.found(now_ms)

    def closed_ms(self, now_ms):
        """For how long no code is taken, or None."""
        until_ms = self._side.closed_until_ms
        return None if until_ms is None or until_ms <= now_ms else until_ms - now_ms

    def blink(self, serial, seconds, now_ms):
        """Let a unit that is not in the group show itself."""
        self._side.blink(serial, seconds)
        self._unit.jobs.at_ms = now_ms

    def admit(self, serial, code, replaces, now_ms):
        """Let a unit join. None, or why not."""
        error = self._room(replaces)
        if error:
            return error
        if code is None:
            if self._hello(serial, now_ms) is None:
                return ("unit %s is not heard, or has not this group's key: its label code is "
                        "needed" % serial_text(serial))
            self._wanted[serial] = replaces
        else:
            error = self._side.give(serial, code, now_ms)
            if error:
                return error
            self._replaces = replaces
        self._unit.jobs.at_ms = now_ms
        return None

    # Is there room for one more, before its owner has typed anything in vain?
    def _room(self, replaces):
        leader = self._unit.member.leader
        if leader is None:
            return "this unit does not lead any more"
        if leader.unsure():
            return "the group's settings are being agreed upon anew: wait until that is over"
        if leader.handing_over is not None:
            return "the leadership is being handed over: wait until it has moved"
        newest = leader.revisions.newest()
        if replaces is not None:
            return None
        if len(newest.members) >= UNITS_MAX:
            return "the group has %d units: more cannot be" % UNITS_MAX
        own = newest.members[0]
        least = Row(free_number(newest), bytes(6), 0, own.wired, own.rating_ma, own.nameplate_ma,
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
            self._wanted[(side.done or side.given).pop()] = self._replaces
        for serial in sorted(self._wanted):
            self._take(serial, now_ms)
        return now_ms if busy else min(side.next_ms(), now_ms + _LOOK_MS)

    # What goes over with the key: below these numbers the unit takes nothing.
    def _grant(self, serial):
        member = self._unit.member
        leader = member.leader
        if leader is None or member.dirty:
            return None  # a key that is not stored would be lost
        return messages.grant(member.key, leader.unit, leader.tag, leader.epoch, leader.sequence,
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
        newest = member.leader.revisions.newest()
        row = Row(replaces[0] if replaces else free_number(newest), serial, 0, said.wired,
                  said.rating_ma, said.nameplate_ma, said.min_ma)
        if replaces:
            error = words.replace(member, replaces[0], row, now_ms, replaces[1])
        else:
            error = words.revise(member, now_ms, members=list(newest.members) + [row])
        del self._wanted[serial]
        self.said[serial] = error


def free_number(revision) -> int:
    """The smallest unit number that nobody has."""
    taken = [row.unit for row in revision.members]
    number = 1
    while number in taken:
        number += 1
    return number


def stored_wrong(store) -> int:
    """How many wrong codes in a row there were, also before a restart."""
    try:
        wrong = json.loads(store.read(WRONG) or b"0")
    except (ValueError, RuntimeError):
        wrong = 0
    return wrong if type(wrong) is int and 0 <= wrong <= 1000 else 1000
