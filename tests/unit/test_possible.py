# SPDX-License-Identifier: MIT
"""What a vehicle may draw, against a history that forgets nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.connector.offer_history import OfferHistory

REACTION_MS = 5000
NOTHING = (0, 0, 0)


def offer(l1, l2=0, l3=0):
    return (l1, l2, l3, max(l1, l2, l3))


class Everything:
    """All offers with their times; the answer is looked up, not kept."""

    def __init__(self):
        self.rows = [(None, offer(0))]

    def noted(self, now_ms, offer_ma):
        self.rows.append((now_ms, offer_ma))

    def largest(self, now_ms):
        """Of the offers in force at some moment of the last 5 s."""
        ends = [row[0] for row in self.rows[1:]] + [now_ms + 1]
        rows = [o for (_, o), end in zip(self.rows, ends) if end > now_ms - REACTION_MS]
        return tuple(max(o[i] for o in rows) for i in range(4))


AMOUNT = st.sampled_from([0, 6000, 7000, 9000, 10000, 16000, 20000, 32000])
OFFER = st.tuples(AMOUNT, AMOUNT, AMOUNT).map(lambda o: offer(*o))
STEPS = st.lists(st.tuples(st.integers(0, 3000), OFFER), max_size=40)


@given(STEPS, st.sampled_from([0, 2**30 - 60000]))
def test_it_never_forgets_an_offer_too_early_and_says_when_it_has_sunk(steps, now_ms):
    history, everything = OfferHistory(REACTION_MS), Everything()
    for wait_ms, offer_ma in steps:
        now_ms += wait_ms
        history = history.noted(now_ms, offer_ma)
        everything.noted(now_ms, offer_ma)
        exact = everything.largest(now_ms)
        assert all(kept >= true for kept, true in zip(history.largest(now_ms), exact))
        later_ms = now_ms + history.sunk_ms(now_ms)
        assert history.largest(later_ms) == everything.largest(later_ms) == offer_ma
        assert history.sunk_ms(later_ms) == 0


@given(st.lists(st.tuples(st.integers(700, 3000), OFFER), max_size=40))
def test_at_the_pace_of_grants_it_is_exact(steps):
    history, everything, now_ms = OfferHistory(REACTION_MS), Everything(), 0
    for wait_ms, offer_ma in steps:
        now_ms += wait_ms
        history = history.noted(now_ms, offer_ma)
        everything.noted(now_ms, offer_ma)
        for later_ms in (0, 1, 2000, 4999, 5000):
            assert history.largest(now_ms + later_ms) == everything.largest(now_ms + later_ms)


@given(STEPS)
def test_between_the_times_it_names_nothing_changes(steps):
    history, now_ms = OfferHistory(REACTION_MS), 0
    for wait_ms, offer_ma in steps:
        now_ms += wait_ms
        history = history.noted(now_ms, offer_ma)
    while history.next_ms(now_ms) is not None:
        next_ms = history.next_ms(now_ms)
        assert next_ms > now_ms
        assert history.largest(next_ms - 1) == history.largest(now_ms)
        now_ms = next_ms
    assert history.largest(now_ms) == history.offer_ma


def test_a_flood_of_decreases_is_kept_in_little_memory_and_never_too_low():
    history, everything = OfferHistory(REACTION_MS), Everything()
    for step in range(200):
        offer_ma = offer(80000 - 100 * step)
        history = history.noted(step * 20, offer_ma)
        everything.noted(step * 20, offer_ma)
        assert len(history._past) <= 8
    for later_ms in range(4000, 10000, 10):
        assert history.largest(later_ms)[0] >= everything.largest(later_ms)[0]
    assert history.largest(199 * 20 + REACTION_MS) == offer_ma


@pytest.mark.parametrize("gap_ms", [20, 100, 300, 500, 600])
def test_a_long_stepwise_decrease_is_forgotten_within_a_second_of_its_time(gap_ms):
    history, everything = OfferHistory(REACTION_MS), Everything()
    for step in range(20000 // gap_ms):
        now_ms, offer_ma = step * gap_ms, offer(80000 - step)
        history, _ = history.noted(now_ms, offer_ma), everything.noted(now_ms, offer_ma)
        assert history.largest(now_ms)[0] >= everything.largest(now_ms)[0]
        if now_ms > 1000:
            assert history.largest(now_ms)[0] <= everything.largest(now_ms - 900)[0]


def test_a_decrease_counts_for_5_s_and_an_increase_at_once():
    history = OfferHistory(REACTION_MS).noted(0, offer(20000)).noted(1000, offer(8000))
    assert history.possible_ma(5999, NOTHING, True) == (20000, 0, 0)
    assert history.possible_ma(6000, NOTHING, True) == (8000, 0, 0)
    history = history.noted(6000, offer(9000))
    assert history.possible_ma(6000, NOTHING, True) == (9000, 0, 0)


def test_nothing_is_possible_while_the_contactor_is_open():
    history = OfferHistory(REACTION_MS).noted(0, offer(20000))
    assert history.possible_ma(10, (3000, 0, 0), False) == NOTHING
    assert history.tail_ms(10, (3000, 0, 0), False) == 0


def test_each_phase_is_counted_by_itself():
    history = OfferHistory(REACTION_MS).noted(0, offer(16000, 16000, 16000))
    history = history.noted(1000, offer(16000))
    assert history.possible_ma(2000, (15000, 200, 0), True) == (16000, 16000, 16000)
    assert history.possible_ma(6000, (15000, 200, 0), True) == (16000, 200, 0)
    assert history.sunk_ms(2000) == 4000


def test_a_draw_above_the_offer_counts_as_drawn():
    history = OfferHistory(REACTION_MS).noted(0, offer(10000))
    assert history.possible_ma(10, (11500, 0, 0), True) == (11500, 0, 0)


def test_what_a_meter_may_err_is_no_excess_but_on_a_phase_left_out_every_draw_counts():
    history = OfferHistory(REACTION_MS).noted(0, offer(6000))
    assert history.possible_ma(10, (6120, 40, 0), True) == (6000, 40, 0)
    assert history.possible_ma(10, (6121, 0, 0), True) == (6121, 0, 0)
    assert history.tail_ms(10, (6120, 0, 0), True) == 0
    assert history.tail_ms(10, (6120, 40, 0), True) == 3000


@pytest.mark.parametrize("now_ms, draw_ma, tail_ms", [
    (1000, 9000, 5000), (3500, 20000, 3000), (2000, 20000, 4000), (5000, 7900, 1000),
    (6000, 8000, 0), (9000, 8120, 0), (9000, 8121, 3000)])
def test_the_tail_ends_5_s_after_the_decrease_and_not_within_3_s_of_excess(
        now_ms, draw_ma, tail_ms):
    history = OfferHistory(REACTION_MS).noted(0, offer(20000)).noted(1000, offer(8000))
    assert history.tail_ms(now_ms, (draw_ma, 0, 0), True) == tail_ms


def test_a_history_never_changes_so_that_no_reader_sees_half_of_a_step():
    before = OfferHistory(REACTION_MS).noted(0, offer(20000))
    after = before.noted(100, offer(8000))
    assert before.offer_ma == offer(20000) and before.sunk_ms(100) == 0
    assert after.offer_ma == offer(8000) and after.sunk_ms(100) == 5000
    assert after.noted(200, offer(8000)) is after


@pytest.mark.parametrize("offer_ma, draw_ma, counts", (
    (6000, 6120, False), (6000, 6121, True), (32000, 32120, False), (32000, 32121, True),
    (80000, 80500, True), (0, 1, True)))
def test_what_a_meter_errs_at_the_smallest_offer_is_all_that_does_not_count(offer_ma, draw_ma,
                                                                          counts):
    history = OfferHistory(REACTION_MS).noted(0, offer(offer_ma))
    counted_ma = draw_ma if counts else offer_ma
    assert history.possible_ma(10, (draw_ma, 0, 0), True) == (counted_ma, 0, 0)
    assert history.tail_ms(10, (draw_ma, 0, 0), True) == (3000 if counts else 0)
