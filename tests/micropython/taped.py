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
from core.connector.on_demand.state_words import state_name
from host_tools.simulate.bare_hal import Hal
from tests import owner_calls as owner
from tests.micropython.canonical import text

# What `inputs` holds, in order.
HIGH_MV, LOW_MV, CLOSED, METER, TRIPPED, TEMPERATURE_DC, CABLE_MA = 0, 1, 2, 3, 6, 7, 8
MARK_EVERY = 500  # turns between two digests


class Face(Hal):
    """All of the hardware. Set `clock.ms`, `inputs` and `radio.arrived`; look at the parts."""

    def __init__(self, ms, inputs, content, draws, power_returned, serial, channel):
        super().__init__(ms, serial, content)
        self.radio.at = channel
        self.inputs = inputs
        self.pilot.read = self.halves_mv
        self.returned = power_returned
        self._draws = draws
        self.take_inputs()

    def halves_mv(self):
        """Of the pilot, as they were on the day of the recording."""
        return self.inputs[HIGH_MV], self.inputs[LOW_MV]

    def take_inputs(self):
        """What is read from now on."""
        inputs = self.inputs
        self.contactor.feedback = inputs[CLOSED]
        self.meter.draw_ma = tuple(inputs[METER:METER + 3])
        self.rcm.trips = inputs[TRIPPED]
        self.temperature.dc = inputs[TEMPERATURE_DC]
        self.proximity.ma = inputs[CABLE_MA]

    def random_u32(self):
        """Noise, likewise."""
        return self._draws.pop(0)


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


class Place:
    """Where the unit is, for the owner's functions: the place and the device in it."""

    def __init__(self, taped):
        self.device = self
        self.running = True
        self.unit = taped.unit
        self.hardware = taped.face


class TapedUnit:
    """A unit on its Face, from one boot to the end of its program."""

    def __init__(self, settings, board, face, log):
        self.face = face
        self._log = log
        self.unit = Unit(settings, board, face)
        self._stepped = self._ticked = self._said = None
        self._channel = face.radio.at

    def step(self, now_ms):
        """One turn of the pilot path."""
        face, unit = self.face, self.unit
        face.clock.ms = now_ms
        face.take_inputs()
        face.watchdog.fed = face.radio.woken = 0
        unit.charge_step(now_ms)
        connector = unit.connector
        done = (face.pilot.duty, face.contactor.is_closed, face.guard.mask, face.watchdog.fed,
                face.radio.woken, state_name(connector), connector.offered_ma, connector.reason,
                unit.next_step_ms() - now_ms)
        if done != self._stepped:
            self._stepped = done
            self._log.note(("step %d %s\n" % (now_ms, done)).encode())

    def tick(self, now_ms):
        """One turn of the sharing task, with the frames of `face.radio.arrived`."""
        face, unit = self.face, self.unit
        face.clock.ms = now_ms
        face.radio.sent.clear()
        face.store.written.clear()
        unit.tick_once(now_ms)
        done = (unit.next_tick_ms() - now_ms, unit.next_step_ms() - now_ms)
        if done != self._ticked:
            self._ticked = done
            self._log.note(("tick %d %s\n" % (now_ms, done)).encode())
        for destination, payload in face.radio.sent:
            self._log.note(b"send %d " % destination + payload)
        if face.radio.at != self._channel:
            self._channel = face.radio.at
            self._log.note(("tune %d %d\n" % (now_ms, self._channel)).encode())
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

    def ask(self, call, given, now_ms):
        """The owner asks something of the unit. None, or why it cannot be."""
        self.face.clock.ms = now_ms
        answer = getattr(owner, call)(Place(self), *given)
        self._log.note(("%s %s\n" % (call, answer)).encode())
        return answer


