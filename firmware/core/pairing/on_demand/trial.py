# SPDX-License-Identifier: MIT
"""One attempt of a leader to pair one unit with one code.

BEGIN until the unit's SHARE arrives; if its tag is right the unit knows the code, and GIVE until
it says TAKEN. The first SHARE decides: who answers in the unit's place makes a right code look
wrong. That is jamming, as drowning the unit's messages would be; it tells him nothing, and the
code can be typed again. What is repeated is always the very same message.
"""

from core.pairing.on_demand import layouts
from core.pairing.on_demand.agreement import Terms, agreed, share
from core.pairing.on_demand.sealing import TAG_SIZE, same, sealed, tag
from micropython import const

_REPEAT_MS = const(500)
_ANSWER_MS = const(15000)  # longer than a unit is busy with another attempt
_STORED_MS = const(20000)  # a board may wait for a moment in which its flash stops nothing


class Trial:
    """serial: the unit's; outcome: None while it runs, then "wrong" (the code), "no_answer",
    "no_grant" (there was nothing to give), "given" (but not heard that it is stored), "not_stored"
    (the unit said so) or "done"; doubled: two different answers came, so
    two boards have this serial, or somebody answers in its place. It is given: what opening.Leader
    says, the session and the number of the attempt, the unit's serial, the code's 60 bits, 32
    fresh random bytes, and record_for(serial), which is called when the unit has shown that it
    knows the code: what grant.made() makes, or None if there is nothing to give."""

    __slots__ = ("serial", "outcome", "doubled", "_leader", "_session", "_attempt", "_code",
                 "_record_for", "_secret", "_share", "_theirs", "_range", "_key", "_work",
                 "_repeated", "_next_ms", "_until_ms")

    def __init__(self, leader, session, attempt, serial, code, secret, record_for):
        self.serial = serial
        self.outcome = None
        self.doubled = False
        self._leader = leader
        self._session = session
        self._attempt = attempt
        self._code = code
        self._record_for = record_for
        self._secret = secret
        self._share = self._theirs = self._key = self._repeated = None
        self._range = (0, 0)  # not part of the share
        self._next_ms = self._until_ms = 0
        self._work = share(self._terms(), secret)

    def step(self, now_ms) -> bytes:
        """One slice of what there is to compute; a message that is to be sent now, or None."""
        if self._work is None:
            return None
        try:
            next(self._work)
            return None
        except StopIteration as end:
            self._work = None
            return self._computed(end.value, now_ms)

    def busy(self) -> bool:
        """Is there something to compute?"""
        return self._work is not None

    def due(self, now_ms):
        """The message that is to be repeated now, or None. Ends the attempt when it takes too
        long."""
        if self.outcome or self._repeated is None or now_ms < self._next_ms:
            return None
        if now_ms >= self._until_ms:
            self._end("no_answer" if self._key is None else "given")
            return None
        self._next_ms = now_ms + _REPEAT_MS
        return self._repeated

    def next_ms(self):
        """When `due` has something to do, or None."""
        return None if self.outcome or self._repeated is None else self._next_ms

    def given(self) -> bool:
        """Has the unit been sent the group's key?"""
        return self._key is not None and self._repeated is not None

    def on_message(self, message):
        """A SHARE or TAKEN of this session and unit. Others have no effect."""
        if message.kind == layouts.SHARE and message.body[0] == self._attempt:
            self._on_share(message)
        elif (message.kind == layouts.TAKEN and message.body[0] == self._attempt
              and self.given() and not self.outcome):
            stored = message.body[1:2]
            if same(message.body[2], tag(self._key, b"taken", bytes(stored))):
                self._end("done" if stored[0] else "not_stored")

    def _on_share(self, message):
        theirs = message.body[1:]
        if self._theirs is not None:
            self.doubled = self.doubled or theirs != self._theirs
        elif self._repeated is not None and theirs[0] != self._share:
            self._theirs = theirs
            self._repeated = None
            self._range = (message.oldest, message.newest)
            self._work = agreed(self._terms(), self._secret, theirs[0], (self._share, theirs[0]))

    def _terms(self):
        return Terms(self._code, self._session, self._leader.serial, self.serial, self._attempt,
                     bytes((layouts.OLDEST, layouts.VERSION) + self._range))

    def _computed(self, result, now_ms):
        if self._share is None:
            self._share = result
            return self._begin_to_repeat(self._made(layouts.BEGIN, self._leader.serial, result),
                                         now_ms, _ANSWER_MS)
        if self._key is not None:
            return self._begin_to_repeat(result, now_ms, _STORED_MS)
        if result is None or not same(tag(result, b"share", b""), self._theirs[1]):
            self._end("wrong")
            return self._made(layouts.WRONG)
        self._end("no_grant")  # also if this raises
        record = self._record_for(self.serial)
        if record is None:
            return None
        self.outcome = None
        self._key = result
        head = self._made(layouts.GIVE, bytes(len(record) + TAG_SIZE))
        self._work = sealed(result, b"give", head[:layouts.GIVE_HEAD_SIZE], record)
        return None

    def _begin_to_repeat(self, message, now_ms, for_ms):
        self._repeated = message
        self._next_ms = now_ms + _REPEAT_MS
        self._until_ms = now_ms + for_ms
        return message

    def _made(self, kind, *body):
        return layouts.made(kind, self._session, self.serial, self._attempt, *body)

    def _end(self, outcome):
        self.outcome = outcome
        self._work = self._repeated = self._secret = None
