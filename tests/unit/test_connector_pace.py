# SPDX-License-Identifier: MIT
"""A step with unchanged inputs before next_deadline_ms changes nothing: the simulator skips it.

The same random story is played three times: with every step evaluated in full, with only the
steps that are asked for, and with more steps than the pace. All must show the same at all times.
"""

from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from core import reasons
from core.connector.on_demand.state_words import state_name
from tests.unit.connector_bench import PACE_MS, Bench, grant
from tests.unit.connector_stories import STORIES, tell

# Stories are short enough to read; making them shorter takes minutes.
# What only time makes visible, with no input that changes.
PAUSED = (300, ("allowed", grant(0, 7, reasons.STALLED, True)))
NEVER_CLOSES = (PAUSED, (1, ("stuck_open", True)), (600, ("allowed", grant(16000, 7))))
NEVER_OPENS = ((1, ("welded", True)), PAUSED)
EXCEEDS_THE_SECOND = ((320, ("allowed", grant(10000, 7))), (1, ("allowed", grant(6000, 7))),
                      (600, ("draw_ma", (9000, 9000, 9000))))
EXAMPLES = settings.default.max_examples // 4
PHASES = (Phase.explicit, Phase.generate)


class FullPace(Bench):
    """Every step is evaluated, whatever the connector asked for."""

    skips = False

    def step(self):
        self.connector._due_ms = 0
        return super().step()


class AsAsked(Bench):
    """Only steps with new inputs, and those that the connector asked for."""

    skips = False

    given = None
    steps = 0

    def step(self):
        given = (self.inputs(), self.allowed)
        if given == self.given and self.now_ms < self.connector.next_deadline_ms():
            self.now_ms += PACE_MS
            return
        self.given = given
        self.steps += 1
        super().step()


class Hurried(FullPace):
    """Steps between those of the pace, where the connector asked for none; all evaluated."""

    def step(self):
        super().step()
        grid_ms, connector = self.now_ms, self.connector
        for early_ms in (13, 1):
            same = (self.inputs(), self.allowed) == (connector._inputs, connector._allowed)
            if same and grid_ms - early_ms < connector.next_deadline_ms():
                connector._due_ms = 0
                connector.step(self.inputs(), self.allowed, grid_ms - early_ms)


def play(kind, story, start_ms):
    """What is to be seen of one story at every 20 ms."""
    bench = kind(start_ms, wired=7)
    seen = []

    def look():
        c = bench.connector
        seen.append((bench.now_ms, bench.duty, bench.closed, bench.guard, state_name(c), c.fault,
                     c.reason, c.snapshot(bench.now_ms)))

    tell(bench, story, look)
    return seen, bench


@settings(max_examples=EXAMPLES, phases=PHASES)
@example(NEVER_CLOSES, 0)
@example(NEVER_OPENS, 0)
@example(EXCEEDS_THE_SECOND, 0)
@given(STORIES, st.sampled_from([0, 2**30 - 60000]))
def test_skipping_what_was_not_asked_for_and_full_pace_show_the_same(story, start_ms):
    full, _ = play(FullPace, story, start_ms)
    assert play(AsAsked, story, start_ms)[0] == full


@settings(max_examples=EXAMPLES // 2, phases=PHASES)
@given(STORIES)
def test_more_steps_than_asked_for_change_nothing(story):
    full, _ = play(FullPace, story, 0)
    assert play(Hurried, story, 0)[0] == full


def test_a_quiet_connector_asks_for_no_step():
    story = [(3200, ("draw_ma", (5500, 0, 0)))]
    assert play(AsAsked, story, 0)[1].steps < 60
