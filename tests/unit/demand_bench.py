# SPDX-License-Identifier: MIT
"""An estimator that is stepped with what its vehicle would show."""

from core.connector.pilot_state import B, C
from core.allocation.on_demand.demand import new_demand

RATING = 32000
WRAP = 1 << 30


class Bench:
    """One estimator, stepped every 0.5 s with an offer and a draw."""

    def __init__(self, now_ms=WRAP - 60000):
        self.now_ms = now_ms
        self.charge = WRAP - 12345
        self.estimator = new_demand(RATING, 6000)

    def asks(self, seconds, state, offer_ma, draw_ma):
        """All the asks seen in a span."""
        return {self.run(0.5, state, offer_ma, draw_ma) for _ in range(int(seconds * 2))}

    def run(self, seconds, state, offer_ma, draw_ma=0, closed=None):
        """Steps to the end of a span; gives the ask at its end."""
        for _ in range(int(seconds * 2)):
            self.now_ms += 500
            self.charge = (self.charge + draw_ma * 500) % WRAP
            self.step(state, offer_ma, draw_ma, closed)
        return self.estimator.ask_ma

    def step(self, state, offer_ma, draw_ma=0, closed=None):
        self.estimator.step(self.now_ms, state, offer_ma, self.charge,
                            state == C if closed is None else closed, draw_ma)
        return self.estimator.ask_ma

    def charging(self, offer_ma, draw_ma, seconds=10):
        """Plugged and charging at a steady draw."""
        self.step(B, offer_ma)
        self.run(3, B, offer_ma)
        return self.run(seconds, C, offer_ma, draw_ma)

    @property
    def cap_ma(self):
        return self.estimator.draw_cap.cap_ma

    @property
    def gap_ma(self):
        return self.estimator.draw_cap.gap_ma
