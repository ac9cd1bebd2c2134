# SPDX-License-Identifier: MIT
"""Pairing as the leader has it open: who is there, and one code at a time.

What is listed is what somebody said without proof, so it decides nothing but what an owner sees.
Only a code that an owner typed can be a wrong one, and at most once each: six in a row close
pairing for 1, 2, 4 .. 60 min. Somebody with a radio can hinder all of this (answer in a unit's
place, which looks like a wrong code; fill the list; repeat what a unit said before it was switched
on anew, which looks like two boards), for as long as he does it, and learns nothing by it.
"""

from collections import namedtuple

from core.load import load
from core.pairing.on_demand import layouts
from micropython import const

FOUND_MAX = const(16)
WRONG_MAX = const(6)
_CLOSED_MAX_MIN = const(60)
_MINUTE_MS = const(60000)
_OPEN_MS = const(200)

# serial, unit: the leader's; group: id of its group.
Leader = namedtuple("Leader", ("serial", "unit", "group"))


class Seen:
    """What is known of a unit that is heard. serial: 6 bytes, or 4 of its tag; texts: as HERE has
    them; signals: here, there; nonces: of the last two boots; double_ms: when two boards were
    heard with its serial; group: of another group that it is in; outcome: of the last code."""

    __slots__ = ("serial", "heard_ms", "texts", "signals", "flags", "versions", "nonces",
                 "double_ms", "group", "outcome")

    def __init__(self, serial, now_ms):
        self.serial = serial
        self.heard_ms = now_ms
        self.texts = b"\0\0\0"
        self.signals = (layouts.NO_SIGNAL, layouts.NO_SIGNAL)
        self.flags = 0
        self.nonces = (None, None)
        self.versions = self.double_ms = self.group = self.outcome = None


class Opening:
    """wrong: wrong codes in a row; closed_until_ms: no code is taken before, or None; channel: the
    present one; done, given: serials that have stored the key, and that it was given to without
    hearing so; result: (outcome of trial.py, serial) of the last code, None before; seen: at most
    FOUND_MAX Seen; trial: the one that runs, or None."""

    __slots__ = ("wrong", "closed_until_ms", "channel", "done", "given", "result", "seen", "trial",
                 "_leader", "_random", "_record_for", "_session", "_attempt", "_out", "_open_ms",
                 "_queue", "_code", "_missed", "_trials")

    def __init__(self, leader, code_state, now_ms, random, record_for, channel):
        self.wrong, self.closed_until_ms = code_state
        self.channel = channel
        self.done = []
        self.given = []
        self.seen = []
        self._leader = leader
        self._random = random
        self._record_for = record_for
        self._session = random(layouts.SESSION_SIZE)
        self._attempt = 0
        self._out = []
        self._queue = []
        self._open_ms = now_ms
        self.result = self.trial = self._code = None
        self._trials = None  # the file trial.py, while a code is tried: it is large
        self._missed = False
        if self.closed_until_ms is None:
            self._close(now_ms)

    def on_message(self, payload, signal, now_ms):
        """Whatever arrived; signal: -dBm, 127: not known."""
        message = layouts.read(payload)
        if message is None or message.serial == self._leader.serial:
            return
        if message.kind == layouts.HERE:
            self._on_here(message, signal, now_ms)
        elif (self.trial is not None and message.session == self._session
              and message.serial == self.trial.serial):
            self.trial.on_message(message)

    def step(self, now_ms) -> bool:
        """What is due, and one slice of what is to be computed. True: there is more of it now."""
        if now_ms >= self._open_ms:
            self._open_ms = now_ms + _OPEN_MS
            leader = self._leader
            self._out.append(layouts.made(layouts.OPEN, self._session, leader.serial, leader.unit,
                                          self.channel, leader.group))
        trial = self.trial
        if trial is None:
            return False
        for message in (trial.due(now_ms), trial.step(now_ms)):
            if message is not None:
                self._out.append(message)
        if trial.outcome is not None:
            self._ended(trial, now_ms)
        return self.trial is not None and self.trial.busy()

    def messages(self) -> list:
        """What is to be sent; each is given once."""
        out, self._out = self._out, []
        return out

    def next_ms(self) -> int:
        """When step() has something to do, if nothing arrives."""
        due_ms = self.trial.next_ms() if self.trial is not None else None
        return self._open_ms if due_ms is None else min(due_ms, self._open_ms)

    def busy(self) -> bool:
        """Is a code being tried?"""
        return self.trial is not None

    def give(self, serial, code_text, now_ms):
        """Try a label's code with the unit of this serial, or (None) with all that have not this
        group's key. None: it is being tried; or a refusal. Raises NotLoaded."""
        listing = load("core", "pairing", "listing")
        code, refusal = load("core", "pairing", "label_code").bits_of(code_text)
        refusal = refusal or listing.refusal(self, serial, now_ms)
        if refusal:
            return refusal
        self._trials = load("core", "pairing", "trial")
        self._queue = [seen.serial for seen in listing.meant(self, serial, now_ms)]
        self._code = code
        self._missed = False
        self.result = None
        self._next_trial()
        return None

    def blink(self, serial, seconds):
        """Let a unit show itself for 1 to 30 s. Unproven, as it has no key yet."""
        seconds = min(max(seconds, 1), layouts.BLINK_MAX_S)
        self._out.append(layouts.made(layouts.BLINK, self._session, serial, seconds))

    def note_other_group(self, tag, group, now_ms):
        """A unit is heard that speaks as a member of another group. tag: 4 bytes of its serial's
        hash. Raises NotLoaded."""
        seen = load("core", "pairing", "listing").of_tag(self, tag) or self._new_seen(tag, now_ms)
        seen.heard_ms = now_ms
        seen.group = group

    def found(self, now_ms) -> list:
        """listing.Found of each unit that is heard or that a code was tried with. Raises
        NotLoaded."""
        return load("core", "pairing", "listing").found(self, now_ms)

    def _on_here(self, message, signal, now_ms):
        nonce, flags, there, texts = message.body
        seen = self._of(message.serial) or self._new_seen(message.serial, now_ms)
        former, present = seen.nonces
        if nonce != present:
            # One that is back: a board that was switched on anew has another one.
            if nonce == former:
                seen.double_ms = now_ms
            seen.nonces = (present, nonce)
        ours = message.session == self._session
        seen.heard_ms = now_ms
        seen.texts = texts
        seen.signals = (signal, there if ours else seen.signals[1])
        seen.flags = flags if ours else flags & layouts.VEHICLE | seen.flags & layouts.HAS_KEY
        seen.versions = (message.oldest, message.newest)
        seen.group = None

    def _of(self, serial):
        for seen in self.seen:
            if seen.serial == serial:
                return seen
        return None

    def _new_seen(self, serial, now_ms):
        if len(self.seen) >= FOUND_MAX:
            tried = self.trial.serial if self.trial is not None else None
            oldest = sorted([(seen.heard_ms, i) for i, seen in enumerate(self.seen)
                             if seen.serial != tried])[0][1]
            self.seen.pop(oldest)
        self.seen.append(Seen(serial, now_ms))
        return self.seen[-1]

    def _next_trial(self):
        self._attempt = (self._attempt + 1) & 0xFFFF
        self.trial = self._trials.Trial(self._leader, self._session, self._attempt,
                                        self._queue.pop(0), self._code, self._random(32),
                                        self._record_for)

    def _ended(self, trial, now_ms):
        self.trial = None
        outcome = trial.outcome
        fitted = outcome not in ("wrong", "no_answer")
        self._missed = self._missed or outcome == "wrong"
        seen = self._of(trial.serial)
        if seen is not None:
            seen.outcome = outcome
            seen.flags |= layouts.HAS_KEY if outcome == "done" else 0
            seen.double_ms = now_ms if trial.doubled else seen.double_ms
        # Who said that he is there and has been silent since is not waited for.
        queue = [serial for serial in self._queue
                 if not fitted and self._of(serial) is not None
                 and now_ms - self._of(serial).heard_ms < layouts.FRESH_MS]
        self._queue = queue
        if queue:
            self._next_trial()
            return
        self._code = self._trials = None
        self.result = ("wrong" if self._missed and not fitted else outcome, trial.serial)
        if fitted:
            self.wrong = 0
            self.closed_until_ms = None
            if outcome in ("done", "given"):
                (self.done if outcome == "done" else self.given).append(trial.serial)
        elif self._missed:
            self.wrong += 1
            self._close(now_ms)

    def _close(self, now_ms):
        more = self.wrong - WRONG_MAX
        if more >= 0:
            self.closed_until_ms = now_ms + _MINUTE_MS * min(1 << min(more, 6), _CLOSED_MAX_MIN)


def new_opening(leader: Leader, code_state: tuple, now_ms: int, random, record_for, channel=0):
    """code_state: (wrong codes in a row, closed_until_ms or None): what Opening says of the last
    one. After a start only the first is known, and the time that it closes for begins anew.
    random(n): n random bytes, of the kind that keys are made of; record_for(serial): what
    grant.made() makes of the group as it is then, or None."""
    return Opening(leader, code_state, now_ms, random, record_for, channel)
