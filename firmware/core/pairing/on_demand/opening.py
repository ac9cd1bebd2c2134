# SPDX-License-Identifier: MIT
"""Pairing as the leader has it open: who is there, and one code at a time.

What is listed is what somebody said without proof, so it decides nothing but what an owner sees.
Only a code that an owner typed can be a wrong one, and at most once each: six in a row close
pairing for 1, 2, 4 .. 60 min. Somebody with a radio can hinder all of this (answer in a unit's
place, which looks like a wrong code; fill the list; repeat what a unit said before it was switched
on anew, which looks like two boards), for as long as he does it, and learns nothing by it.
"""

from collections import namedtuple

from core.on_demand.serial import serial_text, tag_of
from core.pairing.on_demand import messages, trial
from core.pairing.on_demand.label_code import bits_of
from micropython import const

FOUND_MAX = const(16)
WRONG_MAX = const(6)
_CLOSED_MAX_MIN = const(60)
_MINUTE_MS = const(60000)
_OPEN_MS = const(200)
_FRESH_MS = const(10000)

# serial, unit: the leader's; group: id of its group.
Leader = namedtuple("Leader", ("serial", "unit", "group"))

# serial: 6 bytes, or the 4 of its tag where only that is known; signal_here, signal_there: -dBm,
# how each hears the other, 127: not known; vehicle: plugged in; why_not: None, "version",
# "other_group", "not_set_up" or "double"; state: "here", "has_key" (of this group), "busy" (with
# another leader), "trying", or what came of it (trial.py); versions: (oldest, newest) of pairing.
Found = namedtuple("Found", ("serial", "name", "board", "version", "signal_here", "signal_there",
                             "vehicle", "why_not", "state", "versions"))


class _Seen:
    __slots__ = ("serial", "heard_ms", "words", "signals", "flags", "versions", "nonces",
                 "double_ms", "group", "outcome")


class Opening:
    """wrong: wrong codes in a row; closed_until_ms: no code is taken before, or None; channel: the
    present one; done, given: serials that have stored the key, and that it was given to without
    hearing so; result: (outcome of trial.py, serial or None) of the last code, None before."""

    __slots__ = ("wrong", "closed_until_ms", "channel", "done", "given", "result", "_leader",
                 "_random", "_record_for", "_session", "_attempt", "_seen", "_out", "_open_ms",
                 "_trial", "_queue", "_code", "_missed")

    def on_message(self, payload, signal, now_ms):
        """Whatever arrived; signal: -dBm, 127: not known."""
        message = messages.read(payload)
        if message is None or message.serial == self._leader.serial:
            return
        if message.kind == messages.HERE:
            self._on_here(message, signal, now_ms)
        elif (self._trial is not None and message.session == self._session
              and message.serial == self._trial.serial):
            self._trial.on_message(message, now_ms)

    def step(self, now_ms) -> bool:
        """What is due, and one slice of what is to be computed. True: there is more of it now."""
        if now_ms >= self._open_ms:
            self._open_ms = now_ms + _OPEN_MS
            leader = self._leader
            self._out.append(messages.made(messages.OPEN, self._session, leader.serial,
                                           leader.unit, self.channel, leader.group))
        if self._trial is None:
            return False
        for message in (self._trial.due(now_ms), self._trial.step(now_ms)):
            if message is not None:
                self._out.append(message)
        if self._trial.outcome is not None:
            self._ended(now_ms)
        return self._trial is not None and self._trial.busy()

    def messages(self) -> list:
        """What is to be sent; each is given once."""
        out, self._out = self._out, []
        return out

    def next_ms(self) -> int:
        """When step() has something to do, if nothing arrives."""
        due_ms = self._trial.next_ms() if self._trial is not None else None
        return self._open_ms if due_ms is None else min(due_ms, self._open_ms)

    def busy(self) -> bool:
        """Is a code being tried?"""
        return self._trial is not None

    def give(self, serial, code_text, now_ms):
        """Try a label's code with the unit of this serial, or (None) with all that have not this
        group's key. None: it is being tried; or why not, one sentence."""
        code, refusal = bits_of(code_text)
        refusal = refusal or self._refusal(serial, now_ms)
        if refusal:
            return refusal
        self._queue = [seen.serial for seen in self._meant(serial, now_ms)
                       if self._why_not(seen, now_ms) is None]
        self._code = code
        self._missed = False
        self.result = None
        self._next_trial()
        return None

    def blink(self, serial, seconds):
        """Let a unit show itself for 1 to 30 s. Unproven, as it has no key yet."""
        seconds = min(max(seconds, 1), messages.BLINK_MAX_S)
        self._out.append(messages.made(messages.BLINK, self._session, serial, seconds))

    def note_other_group(self, tag, group, now_ms):
        """A unit is heard that speaks as a member of another group. tag: 4 bytes of its serial's
        hash."""
        for seen in self._seen:
            if tag == seen.serial or len(seen.serial) > len(tag) and tag_of(seen.serial) == tag:
                break
        else:
            seen = self._new_seen(tag, now_ms)
        seen.heard_ms = now_ms
        seen.group = group

    def found(self, now_ms) -> list:
        """Found of each unit that is heard or that a code was tried with, the newest last."""
        return [Found(seen.serial, *seen.words, *seen.signals,
                      seen.flags & messages.VEHICLE != 0, self._why_not(seen, now_ms),
                      self._state(seen), seen.versions)
                for seen in self._seen if _fresh(seen, now_ms) or seen.outcome]

    def _on_here(self, message, signal, now_ms):
        nonce, flags, there, *words = message.body
        seen = self._of(message.serial) or self._new_seen(message.serial, now_ms)
        former, present = seen.nonces
        if nonce != present:
            # One that is back: a board that was switched on anew has another one.
            if nonce == former:
                seen.double_ms = now_ms
            seen.nonces = (present, nonce)
        ours = message.session == self._session
        seen.heard_ms = now_ms
        seen.words = words
        seen.signals = (signal, there if ours else seen.signals[1])
        seen.flags = flags if ours else flags & messages.VEHICLE | seen.flags & messages.HAS_KEY
        seen.versions = (message.oldest, message.newest)
        seen.group = None

    def _of(self, serial):
        for seen in self._seen:
            if seen.serial == serial:
                return seen
        return None

    def _new_seen(self, serial, now_ms):
        if len(self._seen) >= FOUND_MAX:
            tried = self._trial.serial if self._trial is not None else None
            oldest = sorted([(seen.heard_ms, i) for i, seen in enumerate(self._seen)
                             if seen.serial != tried])[0][1]
            self._seen.pop(oldest)
        seen = _Seen()
        seen.serial = serial
        seen.heard_ms = now_ms
        seen.words = ("", "", "")
        seen.signals = (messages.NO_SIGNAL, messages.NO_SIGNAL)
        seen.flags = 0
        seen.versions = None
        seen.nonces = (None, None)
        seen.double_ms = seen.group = seen.outcome = None
        self._seen.append(seen)
        return seen

    def _why_not(self, seen, now_ms):
        if seen.group is not None:
            return "other_group"
        if not messages.speaks(*seen.versions):
            return "version"
        if seen.flags & messages.NOT_SET_UP:
            return "not_set_up"
        if seen.double_ms is not None and now_ms - seen.double_ms < _FRESH_MS:
            return "double"
        return None

    def _state(self, seen):
        if self._trial is not None and self._trial.serial == seen.serial:
            return "trying"
        if seen.outcome:
            return seen.outcome
        if seen.flags & messages.HAS_KEY:
            return "has_key"
        return "busy" if seen.flags & messages.BUSY else "here"

    def _refusal(self, serial, now_ms):
        if self._trial is not None:
            return "unit %s is being paired: try again when that has ended" % serial_text(
                self._trial.serial)
        if self.closed_until_ms is not None and now_ms < self.closed_until_ms:
            return ("pairing takes no code for %d min, after %d wrong ones in a row: then read it"
                    " from the new unit's label" % (
                        -((now_ms - self.closed_until_ms) // _MINUTE_MS), self.wrong))
        heard = self._meant(serial, now_ms)
        reasons = [self._why_not(seen, now_ms) for seen in heard]
        if None in reasons:
            return None
        if serial and heard:
            return _sentence(reasons[0], heard[0])
        return ("no unit%s is heard that can be paired: it must have power, be in reach of this"
                " unit's radio and be in no group" % (
                    " with serial " + serial_text(serial) if serial else ""))

    def _meant(self, serial, now_ms):
        return [seen for seen in self._seen if _fresh(seen, now_ms)
                and (seen.serial == serial if serial else not seen.flags & messages.HAS_KEY)]

    def _next_trial(self):
        self._attempt = (self._attempt + 1) & 0xFFFF
        self._trial = trial.new_trial(self._leader, self._session, self._attempt,
                                      self._queue.pop(0), self._code, self._random(32),
                                      self._record_for)

    def _ended(self, now_ms):
        tried, self._trial = self._trial, None
        outcome = tried.outcome
        seen = self._of(tried.serial)
        if seen is not None:
            seen.outcome = outcome
            seen.flags |= messages.HAS_KEY if outcome == trial.DONE else 0
            seen.double_ms = now_ms if tried.doubled else seen.double_ms
        if outcome == trial.WRONG:
            self._missed = True
        elif outcome != trial.NO_ANSWER:
            self._fitted(outcome, tried.serial)
            return
        if self._queue:
            self._next_trial()
            return
        self._code = None
        self.result = (trial.WRONG if self._missed else outcome, tried.serial)
        if self._missed:
            self.wrong += 1
            self._close(now_ms)

    def _fitted(self, outcome, serial):
        self._queue = []
        self._code = None
        self.wrong = 0
        self.closed_until_ms = None
        self.result = (outcome, serial)
        if outcome == trial.DONE:
            self.done.append(serial)
        elif outcome == trial.GIVEN:
            self.given.append(serial)

    def _close(self, now_ms):
        more = self.wrong - WRONG_MAX
        if more >= 0:
            self.closed_until_ms = now_ms + _MINUTE_MS * min(1 << min(more, 6), _CLOSED_MAX_MIN)


def _sentence(why_not, seen):
    serial = serial_text(seen.serial)
    if why_not == "version":
        return ("unit %s pairs by versions %d to %d and this unit by %d to %d: install the same"
                " firmware on both" % ((serial,) + seen.versions + (messages.OLDEST,
                                                                    messages.VERSION)))
    if why_not == "not_set_up":
        return "unit %s is not set up: choose its breaker and its phases on it first" % serial
    if why_not == "double":
        return ("two boards answer as unit %s: switch off the one that is not to be added, and try"
                " again after 10 s" % serial)
    return "unit %s is in another group: remove it there, or reset it, and try again" % serial


def _fresh(seen, now_ms):
    return now_ms - seen.heard_ms < _FRESH_MS


def new_opening(leader: Leader, code_state: tuple, now_ms: int, random, record_for, channel=0):
    """code_state: (wrong codes in a row, closed_until_ms or None): what Opening says of the last
    one. After a start only the first is known, and the time that it closes for begins anew.
    random(n): n random bytes, of the kind that keys are made of; record_for(serial): what
    messages.grant() makes of the group as it is then, or None."""
    opening = Opening()
    opening.wrong, opening.closed_until_ms = code_state
    opening.channel = channel
    opening.done = []
    opening.given = []
    opening.result = None
    opening._leader = leader
    opening._random = random
    opening._record_for = record_for
    opening._session = random(messages.SESSION_SIZE)
    opening._attempt = 0
    opening._seen = []
    opening._out = []
    opening._queue = []
    opening._open_ms = now_ms
    opening._trial = opening._code = None
    opening._missed = False
    if opening.closed_until_ms is None:
        opening._close(now_ms)
    return opening
