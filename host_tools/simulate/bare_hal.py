# SPDX-License-Identifier: MIT
"""All that a unit is given of the hardware (firmware/hal/README.md), as plain values: a test sets
what is read, and looks at what was written. It runs on MicroPython as well.
"""

X1 = 65535


class Clock:
    """ms: what it says."""

    def __init__(self, ms):
        self.ms = ms

    def now_ms(self):
        """Ever growing, if the test sees to it."""
        return self.ms


class Pilot:
    """high_mv: the high half, as a vehicle makes it; duty: as written."""

    def __init__(self):
        self.duty = X1
        self.high_mv = 12000

    def read(self):
        """As a circuit gives it: no half that is not there."""
        if self.duty == 0:
            return None, -12000
        return self.high_mv, (None if self.duty == X1 else -12000)

    def write(self, duty):
        """At once."""
        self.duty = duty

    def duty_u16(self):
        """As written."""
        return self.duty


class Contactor:
    """is_closed: the output; feedback: what is read back, None where none is fitted."""

    def __init__(self):
        self.is_closed = False
        self.feedback = None
        self.closings = 0

    def write(self, closed):
        """At once."""
        self.closings += closed and not self.is_closed
        self.is_closed = closed

    def closed(self):
        """What the feedback says."""
        return self.feedback


class Guard:
    """mask: as written."""

    mask = 0

    def write(self, mask):
        """At once."""
        self.mask = mask


class Inputs:
    """Meter, monitor, sensor and cable: draw_ma, trips, dc and ma are what they say."""

    def __init__(self):
        self.draw_ma = None
        self.trips = False
        self.dc = None
        self.ma = 48000

    def read(self):
        """Of the meter."""
        return self.draw_ma

    def tripped(self):
        """Of the residual current monitor."""
        return self.trips

    def read_dc(self):
        """Of the temperature sensor."""
        return self.dc

    def cable_ma(self):
        """Of the proximity pin."""
        return self.ma


class Radio:
    """arrived: [(source, bytes)] to be received, or with a signal; sent: [(unit, bytes)]; woken:
    how often; at: its channel, 0: none; held: does somebody hold the channel?"""

    def __init__(self):
        self.arrived = []
        self.sent = []
        self.woken = 0
        self.at = 1
        self.signal = 127
        self.held = False

    def receive(self):
        """The oldest."""
        if not self.arrived:
            return None
        frame = self.arrived.pop(0)
        if len(frame) == 2:
            return frame
        self.signal = frame[2]
        return frame[:2]

    def send(self, destination, payload):
        """Always sent."""
        self.sent.append((destination, payload))

    def wake(self):
        """Counted."""
        self.woken += 1

    def channel(self):
        """As set, or tuned."""
        return self.at

    def tune(self, channel):
        """At once, where nobody holds it."""
        if not self.held:
            self.at = channel

    def pinned(self):
        """As set."""
        return self.held

    async def wait(self, ms):
        """Nobody runs for ever here."""


class Store:
    """content: by name; written: [(name, content or None)]; keeps: can it be written?"""

    def __init__(self, content):
        self.content = dict(content)
        self.written = []
        self.keeps = True

    def read(self, key):
        """What is there, or None."""
        return self.content.get(key)

    def write(self, key, data):
        """Unless it does not keep it."""
        if self.keeps:
            self.content[key] = data
            self.written.append((key, data))
        return self.keeps

    def remove(self, key):
        """At once."""
        self.content.pop(key, None)
        self.written.append((key, None))
        return True


class Watchdog:
    """fed: how often."""

    fed = 0

    def feed(self):
        """Counted."""
        self.fed += 1


class Hal:
    """A board to which nothing is connected."""

    def __init__(self, ms=1000, serial=bytes(6), stored=()):
        self.serial = serial
        self.clock = Clock(ms)
        self.pilot = Pilot()
        self.contactor = Contactor()
        self.guard = Guard()
        self.meter = self.rcm = self.temperature = self.proximity = Inputs()
        self.radio = Radio()
        self.store = Store(stored)
        self.watchdog = Watchdog()
        self.random = 5
        self.returned = False
        self.settings = {}
        self.about = ("", "bare", "0.1.0")
        self.facts = {"nameplate_a": 32}

    def random_u32(self):
        """Always the same."""
        return self.random

    def identity(self):
        """As set."""
        return self.about

    def board_facts(self):
        """As set."""
        return self.facts

    def set_settings(self, changes):
        """Kept where the store keeps anything."""
        if self.store.keeps:
            self.settings.update(changes)
        return self.store.keeps

    def power_returned(self):
        """As set."""
        return self.returned

    def run(self, unit, ms, step_ms=20, tick_ms=200):
        """The unit's next turns, as a timer and a task would have them."""
        for _ in range(0, ms, step_ms):
            self.clock.ms += step_ms
            try:
                unit.charge_step(self.clock.ms)
            finally:
                if self.clock.ms % tick_ms == 0:
                    unit.tick_once(self.clock.ms)
