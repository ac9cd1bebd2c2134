# SPDX-License-Identifier: MIT
"""One connector with a small vehicle, contactor and meter around it, stepped every 20 ms."""

from core import reasons
from core.connector import pilot_duty
from core.connector.on_demand.connector import new_connector
from core.values import ConnectorConfig, Inputs, Offer
from core.connector.on_demand.state_words import state_name
from core.timing import Timing

PACE_MS = 20
HIGH_MV = {"A": 12000, "B": 9000, "C": 6000, "D": 3000, "E": 0}


def grant(amount_ma, phases=1, reason=reasons.LEASE, open_now=False):
    return Offer(amount_ma, phases, reason, open_now)


class Bench:
    """Attributes are what the world does; `letter` is the vehicle's resistor. skips: run() leaves
    out the steps that the connector does not ask for."""

    skips = True

    def __init__(self, start_ms=0, start_delay_ms=0, **config):
        values = dict(board_ma=48000, breaker_ma=48000, wired=1, metered=True,
                      ventilation=False, feedback=True, wake=True)
        values.update(config)
        thermometer = values.pop("thermometer", True)
        self.connector = new_connector(ConnectorConfig(**values), Timing(), start_ms,
                                       start_delay_ms, thermometer)
        self.start_ms = self.now_ms = start_ms
        self.letter, self.allowed = "A", grant(0, values["wired"], reasons.PAUSED)
        self.diode, self.rcm, self.temperature_dc, self.cable_ma = True, False, 250, 63000
        self.welded = self.stuck_open = self.deaf = self.no_sample = self.no_low = False
        self.draw_ma = (0, 0, 0)
        self.frozen = None  # what the meter shows instead
        self.duty, self.closed, self.guard = pilot_duty.X1_U16, False, 0
        self.trace = []  # (ms since the start, outputs, state, offered, reason, fault) at changes

    def inputs(self):
        pwm = pilot_duty.F_U16 < self.duty < pilot_duty.X1_U16
        low_mv = None if not pwm or self.no_low else -12000 if self.diode else -8800
        high_mv = None if self.no_sample or self.duty == pilot_duty.F_U16 else HIGH_MV[self.letter]
        flows = self.closed or self.welded
        return Inputs(high_mv, low_mv, self.duty, flows and not self.stuck_open,
                      self.frozen or (self.draw_ma if flows else (0, 0, 0)), self.rcm,
                      self.temperature_dc, self.cable_ma)

    def step(self):
        outputs = self.connector.step(self.inputs(), self.allowed, self.now_ms)
        if not self.deaf:
            self.duty = outputs.duty_u16
        self.closed, self.guard = outputs.contactor, outputs.guard
        c = self.connector
        row = (tuple(outputs), state_name(c), c.offered_ma, c.reason, c.fault)
        if not self.trace or self.trace[-1][1:] != row:
            self.trace.append((self.now_ms - self.start_ms,) + row)
        self.now_ms += PACE_MS
        return outputs

    def run(self, ms, until=None):
        """Run for so long, or until a condition holds; gives the time that passed, in ms."""
        begin_ms = self.now_ms
        while self.now_ms < begin_ms + ms:
            step_ms, given = self.now_ms, (self.inputs(), self.allowed)
            self.step()
            if until and until():
                return step_ms - begin_ms
            if self.skips and given == (self.inputs(), self.allowed):
                self._skip(begin_ms + ms)
        return None if until else ms

    # Steps that change nothing, as test_connector_pace.py shows.
    def _skip(self, end_ms):
        due_ms = min(self.connector.next_deadline_ms(), end_ms)
        if due_ms > self.now_ms:
            self.now_ms += -(-(due_ms - self.now_ms) // PACE_MS) * PACE_MS

    def plug(self, letter="B"):
        self.letter = letter
        return self.run(500)

    def charge(self, amount_ma=16000, phases=None, draw_ma=None):
        """From an empty connector to a vehicle that draws its offer on every named phase."""
        phases = self.connector._config.wired if phases is None else phases
        self.allowed = grant(amount_ma, phases)
        self.draw_ma = draw_ma or tuple(amount_ma if phases >> p & 1 else 0 for p in range(3))
        self.run(100)
        self.plug("B")
        self.letter = "C"
        assert self.run(3000, lambda: self.closed) is not None
        self.run(200)
        return self

    @property
    def offered_ma(self):
        return pilot_duty.amount_ma(self.duty)

    def snapshot(self):
        return self.connector.snapshot(self.now_ms)
