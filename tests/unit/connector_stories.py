# SPDX-License-Identifier: MIT
"""Random stories of one connector: what its surroundings and its member do, and when."""

from hypothesis import strategies as st

from core import reasons
from tests.unit.connector_bench import grant

AMOUNTS = st.sampled_from([0, 6000, 10000, 16000, 20000, 32000, 52000])
CHANGES = st.one_of(
    st.tuples(st.just("letter"), st.sampled_from("ABBCCCCDE")),
    st.tuples(st.just("allowed"), st.builds(
        grant, AMOUNTS, st.sampled_from([7, 7, 7, 1, 3, 0]),
        st.sampled_from([reasons.LEASE, reasons.FALLBACK, reasons.PAUSED]))),
    st.tuples(st.just("allowed"), st.just(grant(0, 7, reasons.STALLED, True))),
    st.tuples(st.just("draw_ma"), st.sampled_from(
        [(0, 0, 0), (5500, 0, 0), (5500, 5500, 5500), (15900, 400, 0), (15900, 900, 0),
         (20000, 20000, 20000)])),
    st.tuples(st.just("temperature_dc"), st.sampled_from([None, 250, 620, 660, 700, 760, 640])),
    st.tuples(st.sampled_from(["diode", "deaf", "stuck_open", "welded", "no_sample", "rcm"]),
              st.booleans()),
    st.tuples(st.just("cable_ma"), st.sampled_from([0, 13000, 63000])),
    st.tuples(st.just("clear"), st.none()))
PAUSES = st.sampled_from([1, 1, 2, 3, 5, 10, 19, 20, 21, 60, 110, 240, 260, 320, 3200])
STORIES = st.lists(st.tuples(PAUSES, CHANGES), min_size=5, max_size=25)
# Most stories begin where most is at stake.
CHARGING = ((5, ("letter", "B")), (20, ("letter", "C")), (60, ("draw_ma", (5500, 0, 0))))


def tell(bench, story, after_step):
    """Play a story; `after_step` is called after each step of the pace."""
    bench.allowed = grant(16000, 7)
    for pause, (name, value) in CHARGING + tuple(story):
        if name == "clear":
            bench.connector.clear_fault()
        else:
            setattr(bench, name, value)
        for _ in range(pause):
            bench.step()
            after_step()
