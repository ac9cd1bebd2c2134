# SPDX-License-Identifier: MIT
"""A leader's side of pairing while it is open, beside its sharing.

It stays loaded for minutes, so it holds no more than what looks for units; what a code wants, and
what makes a member of a unit, is loaded when it is wanted.
"""

import json

from app.on_demand import dice, jobs
from core.load import let_go, load
from core.pairing.on_demand import opening
from micropython import const

WRONG = "pairing"  # a name in the store: how many wrong codes in a row there were

_OPEN_MS = const(300000)
_STRANGER_MS = const(10000)  # one who was heard within it can be admitted
_LOOK_MS = const(500)
# What it takes to make a member of a unit, each after those that it imports itself: one for each
# turn of the sharing task, for flash may be slow, and a vehicle may charge here.
_TAKES = ("core.group.amounts core.group.limits core.serial app.admitting core.group.proposal "
          "core.group.acknowledged core.group.change core.sharing.digest core.group.revision "
          "core.sharing.account core.sharing.ledger core.sharing.change_waits "
          "core.sharing.new_revision core.sharing.proposing core.sharing.writes")


class Pairing:
    """The job of a leader while pairing is open. until_ms: when it closes by itself; replaces: of
    the next unit, (number of the one whose place it takes, owner's word, who asks) or None;
    wanted: {serial: of whom it takes the place} of units that have the key and no row yet; said:
    what came of each unit that was let in, {serial: None or a sentence}."""

    __slots__ = ("unit", "side", "until_ms", "wanted", "_wrong", "replaces", "said",
                 "_loads", "_foreign_ms")

    def __init__(self, unit, now_ms):
        self.unit = unit
        member = unit.member
        self._wrong = stored_wrong(unit.hal.store)
        about = opening.Leader(unit.hal.serial, member.leader.unit, member.codec.group)
        self.side = opening.new_opening(about, (self._wrong, None), now_ms,
                                         dice.random_bytes(unit.hal), self._grant,
                                         unit.hal.radio.channel())
        self.until_ms = now_ms + _OPEN_MS
        self._foreign_ms = now_ms  # whom of another group it has listed
        self.wanted = {}
        self._loads = None  # what is still to be loaded for one of them
        self.replaces = None
        self.said = {}

    def found(self, now_ms):
        """Whom pairing has found."""
        return self.side.found(now_ms)

    def closed_ms(self, now_ms):
        """For how long no code is taken, 0 if one is."""
        until_ms = self.side.closed_until_ms
        return 0 if until_ms is None else max(0, until_ms - now_ms)

    def blink(self, serial, seconds, now_ms):
        """Let a unit that is not in the group show itself."""
        self.side.blink(serial, seconds)
        self.unit.jobs.at_ms = now_ms

    def on_message(self, payload, signal, now_ms):
        """A message of a unit that may be paired, or of anybody."""
        self.side.on_message(payload, signal, now_ms)
        self.unit.jobs.at_ms = now_ms

    def step(self, now_ms):
        """A few slices of what there is to do."""
        unit, side = self.unit, self.side
        if now_ms >= self.until_ms or unit.member.leader is None:
            unit.pairing = None
            return None
        side.channel = unit.hal.radio.channel()
        codec = unit.member.codec
        if codec.foreign is not None and codec.foreign_ms > self._foreign_ms:
            self._foreign_ms = codec.foreign_ms
            side.note_other_group(codec.foreign_tag, codec.foreign, now_ms)
        busy = jobs.sliced(side, unit.hal.clock, now_ms)
        for payload in side.messages():
            unit.hal.radio.send(0, payload)
        if side.wrong != self._wrong:
            unit.hal.store.write(WRONG, json.dumps(side.wrong).encode())
            self._wrong = side.wrong
        while side.done or side.given:
            self.want((side.done or side.given).pop())
        if not busy:
            heard = [said for said in [self.hello(serial, now_ms) for serial in
                                       sorted(self.wanted)] if said is not None]
            if heard and self._ready():
                self._loads = None
                load("app", "admitting").take(self, heard[0], now_ms)
            busy = len(heard) > 0
        return now_ms if busy else min(side.next_ms(), now_ms + _LOOK_MS)

    # Is all there that it takes? Else one more file of it is loaded.
    def _ready(self):
        if self._loads is None:
            let_go()  # what a code wanted must not be there beside it
            self._loads = _TAKES.split(" ")
        if not self._loads:
            return True
        path = self._loads[0].split(".")
        load(*path)
        self._loads.pop(0)
        return False

    def want(self, serial):
        """This unit has the key, or is being given it: it is taken in when it is heard."""
        self.wanted[serial], self.replaces = self.replaces, None

    def hello(self, serial, now_ms):
        """The Hello of a unit that has the key and no row, if it is heard now, else None."""
        strangers = self.unit.member.leader.strangers or {}
        for heard_ms, said, _ in strangers.values():
            if said is not None and said.serial == serial and now_ms - heard_ms < _STRANGER_MS:
                return said
        return None

    # What goes over with the key: below these numbers the unit takes nothing.
    def _grant(self, serial):
        member = self.unit.member
        leader = member.leader
        if leader is None or member.dirty:
            return None  # a key that is not stored would be lost
        return load("core", "pairing", "grant").made(
            member.key, leader.unit, leader.tag, leader.epoch, leader.sequence,
            leader.revisions.newest().number)


def stored_wrong(store) -> int:
    """How many wrong codes in a row there were, also before a restart."""
    try:
        wrong = json.loads(store.read(WRONG) or b"0")
    except (ValueError, RuntimeError):
        wrong = 0
    return wrong if type(wrong) is int and 0 <= wrong <= 1000 else 1000
