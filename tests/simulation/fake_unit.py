# SPDX-License-Identifier: MIT
"""A program with the face of `app.unit.Unit` that is as simple as can be, for tests of its runner.

Every unit offers a fixed current to any vehicle 6 s after its start, closes the contactor in C,
and tells the others once a second that it lives. It keeps its number of boots in its store.
"""

_QUIET_MS = 6000
_PERIOD_MS = 1000
_X1_U16 = 65535


class FakeUnit:
    """hal as in the simulator; amount_ma: what it offers."""

    def __init__(self, hal, amount_ma):
        self.hal, self.amount_ma = hal, amount_ma
        self.start_ms = hal.clock.now_ms()
        self.steps, self.turns, self.frames = [], [], []
        self.limit_ma, self.enabled = 0, True
        boots = int(hal.store.read("boots") or b"0") + 1
        hal.store.write("boots", b"%d" % boots)
        self.boots, self.leads = boots, False
        self._due_ms = 0
        self._send_ms = self.start_ms
        self._high_mv = None

    def charge_step(self, now_ms):
        """Offer, and close in C."""
        self.steps.append(now_ms)
        high_mv, _ = self.hal.pilot.read()
        offers = self.enabled and now_ms >= self.start_ms + _QUIET_MS
        plugged = high_mv is not None and 1500 < high_mv < 10500
        duty = self.amount_ma * 65536 // 60000 if offers and plugged else _X1_U16
        self.hal.contactor.write(duty != _X1_U16 and 4500 < high_mv < 7500)
        self.hal.pilot.write(duty)
        self._due_ms = now_ms + 3600_000 if offers else self.start_ms + _QUIET_MS
        if high_mv != self._high_mv:
            self._high_mv = high_mv
            self.hal.radio.wake()

    def next_step_ms(self):
        """When it starts to offer."""
        return self._due_ms

    async def share(self):
        """Receive and send, for ever."""
        while True:
            now_ms = self.hal.clock.now_ms()
            self.tick_once(now_ms)
            await self.hal.radio.wait(self.next_tick_ms() - now_ms)

    def tick_once(self, now_ms):
        """Receive, and send once a second."""
        self.turns.append(now_ms)
        frame = self.hal.radio.receive()
        while frame is not None:
            self.frames.append((now_ms,) + frame)
            frame = self.hal.radio.receive()
        if now_ms >= self._send_ms:
            self._send_ms = now_ms + _PERIOD_MS
            self.hal.radio.send(0, b"boot %d" % self.boots)

    def next_tick_ms(self):
        """When it sends next."""
        return self._send_ms


class FakeFirmware:
    """Makes FakeUnits; `programs`: by unit, in the order of their boots."""

    def __init__(self, amount_ma=16000, make=FakeUnit):
        self._amount_ma, self._make = amount_ma, make
        self.programs = {}
        self.limit_ma, self.enabled = None, True

    def set_up(self, board):
        """Nothing to store."""

    def factory(self, spec):
        """As Firmware.factory."""
        def make(hal):
            program = self._make(hal, min(self._amount_ma, spec.rating_ma))
            program.leads = spec.role == "leader"
            self.programs.setdefault(spec.id, []).append(program)
            return program
        return make

    def opinion(self, program, now_ms):
        """As Firmware.opinion."""
        return program.amount_ma, "live", 1

    def reason_name(self, reason):
        """As Firmware.reason_name."""
        return "lease"

    def reason_words(self, reason):
        """As Firmware.reason_words."""
        return "as always"

    def ask(self, node, name, *given):
        """Takes the limit at once; refuses 13 A, which nobody likes."""
        if (name, *given) == ("limit", 13):
            return "13 is unlucky"
        if name == "limit":
            self.limit_ma = given[0] * 1000
        if name == "enable":
            self.enabled = given[0]
        return None

    def leads(self, program):
        """As Firmware.leads; the leadership never moves."""
        return 1 if program.leads else None

    def members(self, program):
        """Nobody comes or goes."""

    def in_force(self, program):
        """What was asked for last."""
        return None if self.limit_ma is None else (self.limit_ma, self.enabled)
