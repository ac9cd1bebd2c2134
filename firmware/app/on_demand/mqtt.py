# SPDX-License-Identifier: MIT
"""What a unit says by MQTT, and when: the newest state of each unit, never a queue.

Who leads speaks for all its members, a unit alone for itself; others are silent. In each turn, ten
times a second, one thing is done: a file is loaded, or a few pieces are written, or one unit is
looked at. A broker that is gone, or does not take what is sent, costs nothing but MQTT.

There is one of these only where a broker is set. It and a Client stay loaded; what makes messages,
and what does what is asked, is loaded for it.
"""

from core.load import NotLoaded, load
from micropython import const

_SIGN_BITS = const(11)  # with the second it was said: together no more than a small integer
_SIGNS = const(0x7FF)
_SECONDS = const(0x3FFFF)
_NEVER = const(-0x800)
_AGAIN_MS = const(1000)  # where nothing could be loaded
_MINUTE_S = const(60)
_AGAIN_S = const(30)  # of a unit whose state does not change; else a second
_PART_MA = const(500)  # a change of current by less is none
_PIECES = const(3)  # in a turn
_MORE = const(8)  # bytes of a unit, see mqtt_more.py


class Mqtt:
    """web: app.web.Web; base: of the topics; client: of mqtt_client.py, or None; trouble: "" or
    why there is no connection, for people; counts: connections, messages sent, commands taken.
    since_ms: of this connection, or when the next is tried; failed: how often in a row; seen:
    {serial: second and digest of what was said of a unit last; negative: it is to be said};
    due_ms: when all units are to be made known, or None; command: (topic, payload) that waits, or
    None; job: of mqtt_jobs.py, what is being done, or None; kind: of the last one; more: of
    mqtt_more.py."""

    __slots__ = ("web", "base", "client", "trouble", "counts", "since_ms", "failed", "seen",
                 "due_ms", "command", "job", "kind", "more", "_at", "_due", "_facts", "_asks",
                 "_minute")

    def __init__(self, web, base):
        self.web, self.base = web, base
        self.client = self.due_ms = self._facts = self.command = self.job = None
        self.trouble = ""
        self.counts = [0, 0, 0]
        self.since_ms = self.failed = self._at = self._due = 0  # _due: units to be made known
        self.seen, self.more, self.kind = {}, b"", ""
        self._asks = self._minute = 0  # units to be asked for what they do not report; of when

    def step(self, now_ms: int):
        """To be called about ten times a second."""
        if self.web.acts and self.job is None:  # an owner's call has all the room
            if self.client is not None:
                self.client.rest(now_ms)
            return
        try:
            self._step(now_ms)
        except (NotLoaded, MemoryError):
            if self.client is None:
                self.since_ms = now_ms + _AGAIN_MS
            elif self.client.to_come:
                self.client.end("not enough memory")  # half a message is out
            self.command = self.job = None

    def _step(self, now_ms):
        unit, client = self.web.place.device.unit, self.client
        leader = None if unit.errors else unit.member.leader
        leads = leader is not None and leader.stored
        if client is None:
            if self.job is not None:
                next(self.job, None)
            elif leads and now_ms >= self.since_ms:
                self.job = load("app", "mqtt_link").connect(self, unit)
            return
        if not leads:
            client.end("this unit does not lead")
        message = client.step(now_ms, self.command is None)
        if message is not None:
            load("app", "mqtt_link").hear(self, message, unit, now_ms)
        elif client.is_up and not client.out:
            self._go_on(unit, leader, now_ms)
        if client.ended:
            load("app", "mqtt_link").lost(self, unit, now_ms)

    # One thing in a turn.
    def _go_on(self, unit, leader, now_ms):
        if self.job is not None:
            self._write(now_ms)
        else:
            what = self._choose(unit, leader, now_ms)
            if what is not None:
                self.job = load("app", "mqtt_jobs").begin(self, what[0], what[1])

    def _write(self, now_ms):
        client = self.client
        for _ in range(_PIECES):
            piece = next(self.job, None)
            if piece is None:
                self.job = None
                if client.to_come:
                    client.end("a message was shorter than it said")
                return
            if type(piece) is tuple:
                self.counts[1] += 1
                client.out, client.to_come = piece
            else:
                client.write(piece, now_ms)
            if client.out or not piece:
                return

    # (what it is, serial or command) of the next message, or None.
    def _choose(self, unit, leader, now_ms):
        if self.command is not None:
            command, self.command = self.command, None
            return "set", command
        accounts, seen, member = leader.ledger.accounts, self.seen, unit.member
        facts = member.names, leader.revisions.newest(), leader.revisions.in_force
        if facts != self._facts:
            self._facts, self.due_ms = facts, now_ms
            self.more, self._minute = bytearray(_MORE * len(accounts)), -1
        if self.due_ms is not None and now_ms >= self.due_ms:
            self.due_ms, self._due = None, len(accounts)
            # First its own state: what it has since it leads is looked for in the retained one.
            return "state", leader.serial
        if self._due:
            self._due -= 1
            return "config", accounts[self._due % len(accounts)].serial
        if len(seen) > len(accounts):
            return "remove", None
        now_s, silent_ms = now_ms // 1000 & _SECONDS, now_ms - unit.timing.silent_ms
        if now_s // _MINUTE_S != self._minute:
            self._minute, self._asks = now_s // _MINUTE_S, len(accounts)
        while self._asks:
            self._asks -= 1
            account = accounts[self._asks % len(accounts)]
            if _heard(account, silent_ms) and account.tag != leader.tag:
                return "more", account.serial
        self._at = (self._at + 1) % len(accounts)
        account = accounts[self._at]
        signs = 0  # as for a unit that is missing
        if _heard(account, silent_ms):
            signs = _signs(account.report, leader.caps is None)
        said = seen.get(account.serial, _NEVER)
        said_s = said >> _SIGN_BITS
        # All at once every 30 s: what makes the messages is then loaded for a moment only.
        if said_s // _AGAIN_S != now_s // _AGAIN_S or (
                said_s != now_s and said & _SIGNS != signs):
            seen[account.serial] = now_s << _SIGN_BITS | signs
            return "state", account.serial
        return None


def _heard(account, silent_ms):
    return account.received_ms is not None and account.received_ms >= silent_ms


# What of a unit is said when it changes, in 11 bits.
def _signs(report, free):
    draw_ma = report.draw_ma
    signs = report.flags << 1 | free
    for value in (report.pilot_state, report.reason, report.offered_ma // _PART_MA,
                  draw_ma[0] // _PART_MA, draw_ma[1] // _PART_MA, draw_ma[2] // _PART_MA,
                  report.cap_ma):
        signs = (signs << 3 ^ signs >> 8 ^ value ^ value >> 11) & _SIGNS
    return signs
