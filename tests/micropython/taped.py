# SPDX-License-Identifier: MIT
"""One unit of a scenario, apart from its simulator: what it reads is put in, all it does is noted.

Runs on CPython and on MicroPython alike. Every turn of the pilot path and of the sharing task
goes into a running SHA-256: levels written, frames sent, records stored, the next deadlines, and
at each moment of the trace what the unit says there.
"""

import hashlib
import json
from binascii import hexlify

from app.unit import Unit
from core.sharing.on_demand import owner_words
from core.group.on_demand.record import row_from
from core.connector.on_demand.state_words import state_name
from tests.micropython.canonical import text

# What `inputs` holds, in order.
HIGH_MV, LOW_MV, CLOSED, METER, TRIPPED, TEMPERATURE_DC, CABLE_MA = 0, 1, 2, 3, 6, 7, 8
INPUTS = 9
MARK_EVERY = 500  # turns between two digests


class _Pilot:
    def __init__(self, inputs):
        self._inputs = inputs
        self.duty = 65535

    def read(self):
        return self._inputs[HIGH_MV], self._inputs[LOW_MV]

    def write(self, duty_u16):
        self.duty = duty_u16

    def duty_u16(self):
        return self.duty


class _Contactor:
    def __init__(self, inputs):
        self._inputs = inputs
        self.output = False

    def write(self, closed):
        self.output = closed

    def closed(self):
        return self._inputs[CLOSED]


class _Guard:
    mask = 0

    def write(self, mask):
        self.mask = mask


class _Meter:
    def __init__(self, inputs):
        self._inputs = inputs

    def read(self):
        return tuple(self._inputs[METER:METER + 3])


class _Store:
    def __init__(self, content):
        self.content = content
        self.written = []

    def read(self, key):
        return self.content.get(key)

    def write(self, key, data):
        self.content[key] = data
        self.written.append((key, data))
        return True

    def remove(self, key):
        self.content.pop(key, None)
        self.written.append((key, None))
        return True


class Face:
    """All of the hardware. Set `ms`, `inputs` and `arrived`; look at the parts and at `sent`."""

    def __init__(self, ms, inputs, content, draws, power_returned,
                 serial=b"\xa0\xb1\xc2\x00\x00\x01"):
        self.ms = ms
        self.serial = serial
        self.inputs = inputs
        self.pilot = _Pilot(inputs)
        self.contactor = _Contactor(inputs)
        self.guard = _Guard()
        self.meter = _Meter(inputs)
        self.store = _Store(content)
        self.clock = self.radio = self.rcm = self
        self.temperature = self.proximity = self.watchdog = self
        self._draws = draws
        self._power_returned = power_returned
        self.arrived = []
        self.sent = []
        self.fed = self.woken = 0

    def now_ms(self):
        """Of the clock."""
        return self.ms

    def random_u32(self):
        """Noise: what it was on the day of the recording."""
        return self._draws.pop(0)

    def power_returned(self):
        """Was there no power before this boot?"""
        return self._power_returned

    def tripped(self):
        """Of the residual current monitor."""
        return self.inputs[TRIPPED]

    def read_dc(self):
        """Of the temperature sensor."""
        return self.inputs[TEMPERATURE_DC]

    def cable_ma(self):
        """Of the proximity pin."""
        return self.inputs[CABLE_MA]

    def receive(self):
        """Of the radio."""
        return self.arrived.pop(0) if self.arrived else None

    def send(self, destination, payload):
        """Of the radio."""
        self.sent.append((destination, payload))

    def wake(self):
        """Of the radio."""
        self.woken += 1

    def feed(self):
        """Of the watchdog."""
        self.fed += 1


class Log:
    """All that a unit does, as a chain of digests. shown: also print it."""

    def __init__(self):
        self._sha = hashlib.sha256()
        self.shown = False
        self.bytes = 0
        self.turns = 0

    def note(self, data):
        """Bytes that belong to this turn."""
        self.bytes += len(data)
        self._sha.update(data)
        if self.shown:
            print(self.turns, readable(data))

    def turn(self):
        """A turn is over. The digest so far at every MARK_EVERYth, else None."""
        self.turns += 1
        return self.mark() if self.turns % MARK_EVERY == 0 else None

    def mark(self):
        """'turns bytes digest' of all so far."""
        # A copy of the running hash is not possible on MicroPython: chain them instead.
        digest = self._sha.digest()
        self._sha = hashlib.sha256(digest)
        return "%d %d %s" % (self.turns, self.bytes, "".join(["%02x" % b for b in digest]))


def readable(data):
    """What was noted, for people: frames in hexadecimal digits."""
    if data[:5] != b"send ":
        return data.decode().strip()
    end = data.find(b" ", 5)
    return "send %s %s" % (data[5:end].decode(), hexlify(data[end + 1:]).decode())


class TapedUnit:
    """A unit on its Face, from one boot to the end of its program."""

    def __init__(self, settings, board, face, log):
        self.face = face
        self._log = log
        self.unit = Unit(settings, board, face)
        self._stepped = self._ticked = self._said = None

    def step(self, now_ms):
        """One turn of the pilot path."""
        face, unit = self.face, self.unit
        face.ms = now_ms
        face.fed = face.woken = 0
        unit.charge_step(now_ms)
        connector = unit.connector
        done = (face.pilot.duty, face.contactor.output, face.guard.mask, face.fed, face.woken,
                state_name(connector), connector.offered_ma, connector.reason,
                unit.next_step_ms() - now_ms)
        if done != self._stepped:
            self._stepped = done
            self._log.note(("step %d %s\n" % (now_ms, done)).encode())

    def tick(self, now_ms):
        """One turn of the sharing task, with the frames of `face.arrived`."""
        face, unit = self.face, self.unit
        face.ms = now_ms
        face.sent = []
        face.store.written = []
        unit.tick_once(now_ms)
        done = (unit.next_tick_ms() - now_ms, unit.next_step_ms() - now_ms)
        if done != self._ticked:
            self._ticked = done
            self._log.note(("tick %d %s\n" % (now_ms, done)).encode())
        for destination, payload in face.sent:
            self._log.note(b"send %d " % destination + payload)
        for key, data in face.store.written:
            # Dicts have no order on MicroPython: `text` gives them one.
            self._log.note(("store %s %s\n" % (key, text(data and json.loads(data)))).encode())

    def look(self, now_ms):
        """A moment of the trace: what the unit itself says there. (demand_ma, lease, reason)."""
        member = self.unit.member
        demand = getattr(member, "follower", None) and member.follower.demand
        demand_ma = max(demand.ask_ma, demand.spare_ma) if demand else 0
        said = (demand_ma, member.lease_state(now_ms), self.unit.connector.reason)
        if said != self._said:
            self._said = said
            self._log.note(("look %d %s\n" % (now_ms, said)).encode())
        return said

    def ask(self, call, given, named):
        """The owner asks something of the member. None, or why it cannot be.

        Rows of members are lists, as on a tape.
        """
        if "members" in named:
            named = dict(named, members=[row_from(row) for row in named["members"]])
        member = self.unit.member
        # Not by getattr(): in the firmware as it ships they have other names.
        ask = {"revise": owner_words.revise, "hand_over": owner_words.hand_over,
               "promote": owner_words.promote}[call]
        answer = ask(member, *given, **named)
        self._log.note(("%s %s\n" % (call, answer)).encode())
        return answer


