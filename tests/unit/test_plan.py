# SPDX-License-Identifier: MIT
"""Rule 6 for one frame: whatever the allocator's targets, what is sent fits."""

from hypothesis import given
from hypothesis import strategies as st

from core.sharing.plan import Plan
from tests.rules import a_report, an_account, live

LIMIT = 40000


def total(vectors, p):
    return sum(v[p] for v in vectors)


def vector(amount_ma, phases):
    return [amount_ma if phases >> p & 1 else 0 for p in (0, 1, 2)]


def units(*states, wired=1):
    """Accounts of units 2, 3, ...: (last sent, hold)."""
    accounts = []
    for i, (last_ma, hold_ma) in enumerate(states):
        account = an_account(live(hold_ma, phases=wired), wired=wired)
        account.unit = 2 + i
        account.last_ma, account.last_phases = last_ma, wired
        accounts.append(account)
    return accounts


def planned(accounts, floors, targets, limit_ma=LIMIT, phases=1, rises=True):
    plan = Plan(accounts, [a.hold(0) for a in accounts], [vector(f, phases) for f in floors],
                [(target_ma, phases) for target_ma in targets])
    plan.keep(limit_ma)
    if rises:
        plan.rise(limit_ma, 0)
    return [amount for amount, _ in plan.result(0)]


def test_a_renewal_must_fit_beside_the_floors_of_all():
    """Rule 6: every frame, renewals too; hole 1."""
    accounts = units((30000, 30000), (0, 0))
    assert planned(accounts, [20000, 20000], [30000, 0]) == [20000, 0]


def test_a_raise_must_fit_beside_all_that_may_be_in_use():
    """Rule 6: the hold of unit 3 is still 24 A, whatever it was told."""
    accounts = units((10000, 10000), (6000, 24000))
    assert planned(accounts, [10000, 6000], [34000, 6000]) == [16000, 6000]


def test_what_is_below_the_hold_but_above_the_last_sent_is_a_raise():
    """Rule 6, hole 11: unit 2 was told 6 A; its hold of 30 A is on its way down."""
    accounts = units((6000, 30000), (10000, 10000))
    assert planned(accounts, [6000, 10000], [30000, 10000], 36000, rises=False) == [6000, 10000]


def test_a_raise_is_cut_to_steps_and_never_between_0_and_6_a():
    accounts = units((0, 0), (34050, 34050))
    assert planned(accounts, [0, 20000], [10000, 34050]) == [0, 34050]
    accounts = units((0, 0), (33950, 33950))
    assert planned(accounts, [0, 20000], [10000, 33950])[0] == 6000


def test_a_renewal_that_would_fall_below_6_a_is_nothing():
    accounts = units((10000, 10000), (0, 0))
    assert planned(accounts, [0, 35000], [10000, 0], rises=False) == [0, 0]


def test_an_amount_goes_only_to_units_that_can_still_use_it():
    """Rule 2: a grant for a report older than a lease is worth nothing."""
    accounts = units((10000, 10000))
    plan = Plan(accounts, [[0, 0, 0]], [[0, 0, 0]], [(10000, 1)])
    assert plan.result(9999) == [(10000, 1)]
    assert plan.result(10000) == [(None, 0)]


def test_a_phase_that_is_no_longer_wanted_is_left_out_without_a_raise():
    """Rule 14."""
    [account] = units((16000, 16000), wired=7)
    plan = Plan([account], [[16000] * 3], [[10000] * 3], [(16000, 1)])
    plan.keep(LIMIT)
    assert plan.result(0) == [(16000, 1)]


def test_adding_a_phase_is_a_raise():
    """Rule 14: also when the amount stays the same."""
    [account] = units((16000, 16000))
    [other] = units((30000, 30000))
    other.unit, other.last_phases, other.base_phases = 3, 2, 2
    holds = [[16000, 0, 0], [0, 30000, 0]]
    plan = Plan([account, other], holds, holds, [(16000, 3), (30000, 2)])
    plan.keep(LIMIT)
    plan.rise(LIMIT, 0)
    assert plan.result(0)[0] == (16000, 1)  # only 10 A are free on L2
    plan = Plan([account, other], holds, holds, [(16000, 3), (30000, 2)])
    plan.keep(46000)
    plan.rise(46000, 0)
    assert plan.result(0)[0] == (16000, 3)


def test_a_larger_priority_rises_first():
    accounts = units((6000, 6000), (6000, 6000))
    accounts[1].report = a_report(priority=5)
    assert planned(accounts, [6000, 6000], [34000, 34000]) == [6000, 34000]


MASKS = st.integers(1, 7)
AMOUNTS = st.sampled_from((0, 6000, 7300, 10000, 16000, 32000, 48000))
STATES = st.lists(st.tuples(AMOUNTS, MASKS, AMOUNTS, MASKS, AMOUNTS, MASKS, AMOUNTS),
                  min_size=1, max_size=6)


class Held:
    """A unit as a Plan sees it, in any state."""

    report = a_report()

    def __init__(self, unit, last_ma, last_phases):
        self.unit, self.last_ma, self.last_phases = unit, last_ma, last_phases

    def falling_ms(self, now_ms):
        return None

    next_fall_ms = falling_ms

    def reachable(self, now_ms):
        return True


@given(STATES, st.sampled_from((36000, 60000, 100000)), st.sampled_from((36000, 60000)))
def test_every_frame_fits_whatever_the_state_and_the_targets(states, keep_ma, rise_ma):
    """Rule 6, both lines, on every phase; each raise by itself beside all that is in use."""
    accounts, holds, floors, targets = [], [], [], []
    for unit, (last, mask, target_ma, wanted, hold, held_on, floor) in enumerate(states, 1):
        accounts.append(Held(unit, last, mask))
        holds.append(vector(hold, held_on))
        floors.append(vector(floor // len(states), mask))
        targets.append((target_ma, wanted))
    plan = Plan(accounts, holds, floors, targets)
    plan.keep(keep_ma)
    kept = plan.result(0)
    fits = all(total(floors, p) <= keep_ma for p in (0, 1, 2))
    for p in (0, 1, 2):
        sums = [max(vector(*k)[p], f[p]) for k, f in zip(kept, floors)]
        assert not fits or sum(sums) <= keep_ma
    for (amount, phases), account in zip(kept, accounts):
        assert amount == 0 or amount <= account.last_ma and not phases & ~account.last_phases
    for account in accounts:
        account.next_fall_ms = lambda now_ms: 1 << 62
    plan.rise(rise_ma, 0)
    check_raises(kept, plan.result(0), holds, floors, targets, rise_ma)


def check_raises(kept, sent, holds, floors, targets, limit_ma):
    used = [[max(h[p], f[p], vector(*k)[p], vector(*s)[p]) for p in (0, 1, 2)]
            for h, f, k, s in zip(holds, floors, kept, sent)]
    for i, ((amount, phases), (before, before_phases)) in enumerate(zip(sent, kept)):
        assert amount == 0 or amount >= 6000 and amount <= targets[i][0]
        for p in (0, 1, 2):
            if vector(amount, phases)[p] > vector(before, before_phases)[p]:
                others = total([u for k, u in enumerate(used) if k != i], p)
                assert others + amount <= limit_ma
