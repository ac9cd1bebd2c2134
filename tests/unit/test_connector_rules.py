# SPDX-License-Identifier: MIT
"""Random stories, watched from outside: what the connector never does, whatever happens."""

from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from core import reasons
from core.connector import pilot_duty
from tests.unit.connector_bench import Bench, grant
from tests.unit.connector_stories import STORIES, tell

EXAMPLES = settings.default.max_examples * 3 // 2
REACTION_MS = 5000
RATING_MA = 32000
PRESSED = ((1, ("allowed", grant(6000, 7))), (1, ("allowed", grant(20000, 7))),
           (320, ("letter", "B")), (30, ("letter", "C")), (400, ("allowed", grant(6000, 1))))

# The offer is lowered in the very step in which the contactor would close.
LOWERED = ((20, ("letter", "E")), (10, ("letter", "C")), (3200, ("allowed", grant(0, 7, 22))),
           (3200, ("draw_ma", (5500, 0, 0))), (1, ("clear", None)), (3, ("temperature_dc", 620)),
           (3, ("allowed", grant(32000, 1))), (10, ("allowed", grant(16000, 7))))


class Watcher:
    """Knows pins, vehicle and clock; keeps every offer of the last 5 s."""

    def __init__(self, start_ms):
        self.bench = Bench(start_ms, wired=7, breaker_ma=RATING_MA)
        self.offers = []  # (ms, mA) at each change of the pilot's duty
        self.offered_ma, self.changed_ms = 0, None
        self.was_closed = False
        self.away = 0  # readings in a row without a vehicle that is ready
        self.unplugged = False  # since the last change of the duty

    def look(self):
        bench = self.bench
        offered_ma = bench.offered_ma
        if offered_ma != self.offered_ma:
            self.duty_changed(offered_ma)
        self.vehicle(bench)
        if bench.closed and not self.was_closed:
            self.closes(bench)
        self.possible(bench)
        self.was_closed = bench.closed

    def duty_changed(self, offered_ma):
        now_ms = self.bench.now_ms
        self.offers.append((now_ms, self.offered_ma))
        if offered_ma > self.offered_ma and self.changed_ms is not None:
            least_ms = 3000 if self.unplugged else REACTION_MS
            assert now_ms - self.changed_ms >= least_ms
        assert offered_ma == 0 or 6000 <= offered_ma <= RATING_MA
        self.offered_ma, self.changed_ms = offered_ma, now_ms
        self.unplugged = False

    def vehicle(self, bench):
        if bench.letter == "A":
            self.unplugged = True
        if not bench.no_sample:
            self.away = 0 if bench.letter == "C" else self.away + 1
        if self.away >= 3:
            assert not bench.closed

    def closes(self, bench):
        """The contactor closes: only for a ready vehicle with a diode, under PWM, rule 10."""
        assert bench.letter == "C" and bench.offered_ma > 0 and bench.diode and not bench.rcm
        assert bench.cable_ma > 0 and bench.allowed.amount_ma >= 6000
        assert bench.connector.fault == 0
        assert max(self.largest_ma(), bench.offered_ma) == bench.offered_ma

    def largest_ma(self):
        """Largest offer that ended within the last 5 s."""
        return max([ma for at_ms, ma in self.offers
                    if at_ms > self.bench.now_ms - REACTION_MS] or [0])

    def possible(self, bench):
        """What is reported covers what the vehicle may do, on every phase without a guard."""
        shown = bench.snapshot()
        assert shown.offered_ma >= bench.offered_ma
        if not bench.closed:
            return
        most_ma = max(self.largest_ma(), bench.offered_ma)
        for phase in range(3):
            if self.was_closed:  # the meter has been read since it closed
                assert shown.possible_ma[phase] >= bench.draw_ma[phase]
            if not bench.guard >> phase & 1:
                assert shown.possible_ma[phase] >= most_ma
        if max(shown.possible_ma) > shown.offered_ma:
            assert shown.tail_ms > 0


@settings(max_examples=EXAMPLES, phases=(Phase.explicit, Phase.generate))
@example(PRESSED, 0)
@example(LOWERED, 0)
@given(STORIES, st.sampled_from([0, 2**30 - 60000]))
def test_whatever_happens_the_connector_keeps_its_rules(story, start_ms):
    watcher = Watcher(start_ms)
    tell(watcher.bench, story, watcher.look)


@settings(max_examples=EXAMPLES // 3, phases=(Phase.explicit, Phase.generate))
@given(STORIES)
def test_a_connector_that_is_left_in_peace_charges_again(story):
    """Nothing but what must wait for the owner or a power cycle stops it for good."""
    bench = Bench(wired=7)
    tell(bench, story, lambda: None)
    welded = bench.connector.fault == reasons.WELDED or bench.welded
    for fault in ("deaf", "stuck_open", "welded", "no_sample", "rcm"):
        setattr(bench, fault, False)
    bench.diode, bench.cable_ma, bench.temperature_dc = True, 63000, 250
    bench.draw_ma, bench.letter, bench.allowed = (0, 0, 0), "A", grant(16000, 7)
    bench.run(1000)
    bench.connector.clear_fault()
    bench.run(1000)
    bench.letter = "C"
    charges = bench.run(20000, lambda: bench.closed) is not None
    assert charges or bench.duty == pilot_duty.F_U16 and welded
