# SPDX-License-Identifier: MIT
"""Pairing as a unit sees it that is in no group: it shows itself, and takes a group's key from
who knows the code of its label.

Nothing is believed before a tag has shown that; until then a message costs time and no more. One
attempt at a time, at most one a second; who failed last waits while somebody else wants to. A
flood of attempts under ever new sessions keeps a unit busy for as long as it lasts: jamming, as
drowning every message would be. WRONG has no tag, as there is no key then: it only ends sooner
what ends anyway. Where the owners of two leaders both know the code, the last one has the unit.
"""

from collections import namedtuple

from core.pairing.on_demand import grant, layouts
from core.pairing.on_demand.agreement import Terms, agreed, share
from core.pairing.on_demand.sealing import opened, tag
from micropython import const

_HERE_MS = const(500)  # between two
_SPREAD_MS = const(400)  # of the units that answer one OPEN
_PAUSE_MS = const(1000)
_OTHER_MS = const(2000)  # another session is heard that wants an attempt
_ANSWER_MS = const(10000)  # from our share to what the leader gives
_AGAIN_MS = const(250)  # between two of the same answer

# serial: 6 bytes; name, board, version: texts of at most 24, 16 and 12 bytes.
Unit = namedtuple("Unit", ("serial", "name", "board", "version"))


class _Attempt:
    __slots__ = ("session", "terms", "theirs", "secret", "share", "key", "until_ms", "again_ms",
                 "give")


class Newcomer:
    """set_up: its breaker and its phases are known; vehicle: one is plugged in; group: id of the
    group whose key the unit has, or None; blink_until_ms: it is to show itself until then, or
    None; taken: grant.Taken, when there is something to store: then stored() is to be called,
    else None."""

    __slots__ = ("set_up", "vehicle", "group", "blink_until_ms", "taken", "_unit", "_code",
                 "_random", "_nonce", "_out", "_open", "_here_ms", "_shown_ms", "_attempt",
                 "_work", "_done", "_pause_ms", "_failed", "_other_ms")

    def __init__(self, unit, code, now_ms, random, group=None):
        self.set_up = True
        self.vehicle = False
        self.group = group
        self.blink_until_ms = self.taken = None
        self._unit = unit
        self._code = code
        self._random = random
        self._nonce = random(layouts.NONCE_SIZE)
        self._out = []
        self._open = self._here_ms = self._shown_ms = self._attempt = None
        self._work = self._done = self._failed = self._other_ms = None
        self._pause_ms = now_ms

    def on_message(self, payload, signal, now_ms):
        """Whatever arrived; signal: -dBm, 127: not known."""
        message = layouts.read(payload)
        if message is None:
            return
        if message.kind == layouts.OPEN:
            self._on_open(message, signal, now_ms)
        elif message.serial != self._unit.serial:
            return
        elif message.kind == layouts.BEGIN:
            self._on_begin(message, now_ms)
        elif message.kind == layouts.GIVE:
            self._on_give(message, payload, now_ms)
        elif message.kind == layouts.WRONG:
            if self._of(message) is not None:
                self._give_up(now_ms)
        elif message.kind == layouts.BLINK:
            self.blink_until_ms = now_ms + 1000 * min(message.body[0], layouts.BLINK_MAX_S)

    def step(self, now_ms) -> bool:
        """What is due, and one slice of what is to be computed. True: there is more of it now."""
        if self._here_ms is not None and now_ms >= self._here_ms:
            self._show(now_ms)
        attempt = self._attempt
        if self._work is not None:
            try:
                next(self._work)
            except StopIteration as end:
                self._work = None
                self._computed(attempt, end.value, now_ms)
        elif attempt is not None and self.taken is None and now_ms >= attempt.until_ms:
            self._drop(now_ms)
        return self._work is not None

    def messages(self) -> list:
        """What is to be sent; each is given once."""
        out, self._out = self._out, []
        return out

    def next_ms(self):
        """When step() has something to do, if nothing arrives; None: never."""
        attempt = self._attempt
        until_ms = attempt.until_ms if attempt is not None and self.taken is None else None
        if until_ms is None or self._here_ms is None:
            return until_ms if self._here_ms is None else self._here_ms
        return min(self._here_ms, until_ms)

    def stored(self, ok, now_ms):
        """What was taken is stored, or (not ok) could not be: the leader is told. Then it is told
        again whenever it gives the same again."""
        attempt, self._attempt = self._attempt, None
        self.taken = None
        self._pause_ms = now_ms + _PAUSE_MS
        word = bytes([1 if ok else 0])
        told = layouts.made(layouts.TAKEN, attempt.session, self._unit.serial,
                             attempt.terms.attempt, word[0], tag(attempt.key, b"taken", word))
        self._done = (attempt.give, told)
        self._out.append(told)

    def _on_open(self, message, signal, now_ms):
        self._open = (message.session, signal, message.body[2])
        if self._here_ms is None:
            wait_ms = int.from_bytes(self._random(2), "big") * _SPREAD_MS >> 16
            self._here_ms = now_ms + wait_ms
            if self._shown_ms is not None:
                self._here_ms = max(self._here_ms, self._shown_ms + _HERE_MS)

    def _show(self, now_ms):
        session, signal, group = self._open
        self._here_ms = None
        self._shown_ms = now_ms
        flags = layouts.VEHICLE if self.vehicle else 0
        if self.group is not None and group == self.group:
            flags |= layouts.HAS_KEY
        if self._attempt is not None:
            flags |= layouts.BUSY
        if not self.set_up:
            flags |= layouts.NOT_SET_UP
        unit = self._unit
        here = layouts.made(layouts.HERE, session, unit.serial, self._nonce, flags, signal)
        for text, most in ((unit.name, layouts.NAME_MAX), (unit.board, layouts.BOARD_MAX),
                           (unit.version, layouts.VERSION_MAX)):
            while len(text.encode()) > most:
                text = text[:-1]
            here += bytes([len(text.encode())]) + text.encode()
        self._out.append(here)

    def _of(self, message):
        attempt = self._attempt
        if (attempt is not None and message.session == attempt.session
                and message.body[0] == attempt.terms.attempt):
            return attempt
        return None

    def _on_begin(self, message, now_ms):
        number, leader, theirs = message.body
        attempt = self._of(message)
        if attempt is not None:
            if (attempt.key is not None and theirs == attempt.theirs
                    and now_ms >= attempt.again_ms):
                self._answer(attempt, now_ms)
            return
        if self._attempt is not None and message.session == self._attempt.session:
            self._give_up(now_ms)  # its leader tries another code: WRONG was lost
        if message.session != self._failed:
            self._other_ms = now_ms
        elif self._other_ms is not None and now_ms - self._other_ms < _OTHER_MS:
            return
        if (self.set_up and self._attempt is None and now_ms >= self._pause_ms
                and leader != self._unit.serial):
            self._begin(message, number, leader, theirs)

    def _begin(self, message, number, leader, theirs):
        unit = self._unit
        attempt = self._attempt = _Attempt()
        attempt.session = message.session
        attempt.terms = Terms(self._code, message.session, leader, unit.serial, number,
                              bytes((message.oldest, message.newest, layouts.OLDEST,
                                     layouts.VERSION)))
        attempt.theirs = theirs
        attempt.secret = self._random(32)
        attempt.share = attempt.key = attempt.give = attempt.until_ms = None
        attempt.again_ms = 0
        self._work = share(attempt.terms, attempt.secret)

    def _computed(self, attempt, result, now_ms):
        if attempt.share is None:
            attempt.share = result
            self._work = agreed(attempt.terms, attempt.secret, attempt.theirs,
                                (attempt.theirs, result))
        elif attempt.key is None:
            attempt.secret = None
            attempt.key = result
            attempt.until_ms = now_ms + _ANSWER_MS
            if result is None:  # no share of an honest leader
                self._drop(now_ms)
            else:
                self._answer(attempt, now_ms)
        else:
            self.taken = grant.read(result)

    def _answer(self, attempt, now_ms):
        attempt.again_ms = now_ms + _AGAIN_MS
        self._out.append(layouts.made(layouts.SHARE, attempt.session, self._unit.serial,
                                       attempt.terms.attempt, attempt.share,
                                       tag(attempt.key, b"share", b"")))

    def _on_give(self, message, payload, now_ms):
        if self._done is not None and payload == self._done[0]:
            if self._done[1] not in self._out:
                self._out.append(self._done[1])
            return
        attempt = self._of(message)
        if (attempt is not None and attempt.key is not None and self._work is None
                and self.taken is None):
            attempt.give = payload
            self._work = opened(attempt.key, b"give", layouts.GIVE_HEAD_SIZE, payload)

    def _give_up(self, now_ms):
        # Not while a GIVE is looked at, which has a tag.
        if self._attempt.key is not None and self._work is None and self.taken is None:
            self._drop(now_ms)

    def _drop(self, now_ms):
        self._failed = self._attempt.session
        self._attempt = self._work = None
        self._pause_ms = now_ms + _PAUSE_MS


def new_newcomer(unit: Unit, code: int, now_ms: int, random, group=None):
    """code: the 60 bits of the label's; random(n): n random bytes, of the kind that keys are made
    of; group: id of the group whose key the unit has, or None."""
    return Newcomer(unit, code, now_ms, random, group)
