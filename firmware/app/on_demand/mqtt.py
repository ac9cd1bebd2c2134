# SPDX-License-Identifier: MIT
"""What a unit says by MQTT, and when: the newest state of each unit, never a queue.

Who leads speaks for all its members, a unit alone for itself; others are silent. In each turn, ten
times a second, one thing is done: a file is loaded, or a few pieces are written, or one unit is
looked at. A broker that is gone, or does not take what is sent, costs nothing but MQTT.

There is one of these only where a broker is set. It and a Client stay loaded; what makes messages,
and what does what is asked, is loaded for it.
"""

import sys

from core.load import NotLoaded, load
from core.sharing.frames import CLOSED
from micropython import const

_AT_MOST_MS = const(1000)  # a unit's state is said no more often
_AT_LEAST_MS = const(30000)
_PART_MA = const(500)  # a change of current by less is none
_AGAIN_MS = const(1000)  # until the next connection, doubled each time
_DOUBLED = const(5)
_WELL_MS = const(30000)  # a connection that lasted so long was one
_BIRTH_MS = const(10000)
_PIECES = const(3)  # in a turn
_HELLO = "homeassistant/status"


class Mqtt:
    """web: app.web.Web; base: of the topics; client: of mqtt_client.py, or None; trouble: "" or
    why there is no connection, for people; counts: connections, messages sent, commands taken."""

    __slots__ = ("web", "base", "client", "trouble", "counts", "_address", "_user", "_since_ms",
                 "_failed", "_seen", "_at", "_files", "_what", "_job", "_due", "_due_ms",
                 "_facts", "_command")

    def __init__(self, web, address, user, base):
        self.web, self.base = web, base
        self._address, self._user = address, user
        self.client = self._due_ms = self._facts = self._command = None
        self.trouble = ""
        self.counts = [0, 0, 0]
        self._since_ms = self._failed = self._at = 0  # _since_ms: of this connection, or the next
        self._seen = {}  # serial: [what was said of a unit, when; None: not by this connection]
        self._due = ()  # serials of those that are still to be made known
        self._rest()

    def step(self, now_ms: int):
        """To be called about ten times a second."""
        try:
            self._step(now_ms)
        except (NotLoaded, MemoryError):
            if self.client is not None and not self.client.whole():
                self.client.end("no memory")  # half a message is out
            self._command = None
            self._rest()

    def _step(self, now_ms):
        unit, client = self.web.place.device.unit, self.client
        leader = None if unit.errors else unit.member.leader
        if leader is None or not leader.stored:
            if client is not None:
                client.end("this unit does not lead")
                self._lost(unit, now_ms)
        elif client is None:
            if now_ms >= self._since_ms:
                self._connect(unit, now_ms)
        else:
            message = client.step(now_ms, self._command is None)
            if message is not None:
                self._hear(message, unit, now_ms)
            if client.ready():
                self._go_on(unit, leader, now_ms)
            if client.ended:
                self._lost(unit, now_ms)

    def _connect(self, unit, now_ms):
        rare, serial = load("app", "mqtt_client"), load("core", "serial").serial_text(
            unit.hal.serial)
        self.client = rare.Client(
            self._address, ("amppool_" + serial,) + self._user,
            "%s/%s/online" % (self.base, serial), (self.base + "/+/set/+", _HELLO), now_ms)
        self.counts[0] += 1
        for entry in self._seen.values():
            entry[1] = None
        self._since_ms = self._due_ms = now_ms

    def _lost(self, unit, now_ms):
        self.trouble = self.client.ended
        if now_ms - self._since_ms >= _WELL_MS:
            self._failed = 0
        wait_ms = _AGAIN_MS << min(self._failed, _DOUBLED)
        self._failed += 1
        self._since_ms = now_ms + wait_ms - unit.hal.random_u32() % (wait_ms // 4)
        self.client = self._command = None
        self._rest()

    def _rest(self):
        self._files = ()
        self._what = self._job = None

    # What is retained was asked once, perhaps for an earlier vehicle.
    def _hear(self, message, unit, now_ms):
        topic, payload, retained = message
        if retained:
            return
        if topic != _HELLO:
            self._command = topic, payload
            self.counts[2] += 1
        elif payload == b"online":
            self._due_ms = now_ms + unit.hal.random_u32() % _BIRTH_MS

    # One thing in a turn.
    def _go_on(self, unit, leader, now_ms):
        if self._files:
            count = len(sys.modules)
            while self._files and len(sys.modules) == count:
                load(*self._files[0])
                self._files = self._files[1:]
        elif self._what is not None:
            what, self._what = self._what, None
            self._job = load("app", "mqtt_jobs").begin(self, what, now_ms)
        elif self._job is not None:
            self._write(now_ms)
        else:
            what = self._choose(unit, leader, now_ms)
            if what is not None:
                self._what = what
                self._files = load("app", "mqtt_jobs").needs(what)

    def _write(self, now_ms):
        client = self.client
        for _ in range(_PIECES):
            piece = next(self._job, None)
            if piece is None:
                self._job = None
                if not client.whole():
                    client.end("a message was shorter than it said")
                return
            if type(piece) is tuple:
                self.counts[1] += 1
                client.begin(*piece)
            else:
                client.write(piece, now_ms)
            if not client.ready():
                return

    # (what it is, serial or command) of the next message, or None.
    def _choose(self, unit, leader, now_ms):
        if self._command is not None:
            command, self._command = self._command, None
            return "command", command
        accounts, seen = leader.ledger.accounts, self._seen
        facts = (unit.member.names, unit.member.group.name, leader.revisions.newest())
        if facts != self._facts:
            self._facts, self._due_ms = facts, now_ms
        if self._due_ms is not None and now_ms >= self._due_ms:
            self._due_ms, self._due = None, tuple([account.serial for account in accounts])
        if self._due:
            serial, self._due = self._due[0], self._due[1:]
            return "device", serial
        self._at = (self._at + 1) % len(accounts)
        account = accounts[self._at]
        heard_ms = account.received_ms
        signs = _signs(account, leader.caps, heard_ms is None
                       or now_ms - heard_ms > unit.timing.silent_ms)
        entry = seen.get(account.serial)
        age_ms = _AT_LEAST_MS if entry is None or entry[1] is None else now_ms - entry[1]
        if age_ms >= _AT_LEAST_MS or age_ms >= _AT_MOST_MS and signs != entry[0]:
            seen[account.serial] = [signs, now_ms]
            return "state", account.serial
        if len(seen) > len(accounts):
            for serial in seen:
                if serial not in [account.serial for account in accounts]:
                    del seen[serial]
                    return "gone", serial
        return None

    def again(self, serial):
        """Say of a unit soon how it is."""
        entry = self._seen.get(serial)
        if entry is not None:
            entry[0] = None


# What of a unit is said when it changes.
def _signs(account, caps, missing):
    report = account.report
    if report is None or missing:
        return missing
    draw_ma = report.draw_ma
    return (report.pilot_state, report.reason, report.flags & CLOSED,
            report.offered_ma // _PART_MA, draw_ma[0] // _PART_MA, draw_ma[1] // _PART_MA,
            draw_ma[2] // _PART_MA, report.min_ma, report.priority, report.cap_ma, caps is None)


def begin(web, given: dict):
    """Set a Web's Mqtt as these stored settings say."""
    host = given.get("mqtt_broker", "")
    web.mqtt = None if not host else Mqtt(
        web, (host, given.get("mqtt_port", 1883)),
        (given.get("mqtt_user", ""), given.get("mqtt_password", "")),
        given.get("mqtt_topic", "") or "amppool")
