# SPDX-License-Identifier: MIT
"""The allocator against linear programming: lexicographic max-min by priority, then spare.

The oracle knows nothing of filling: it maximises the least amount, fixes those that cannot get
more in any optimum, and goes on with the rest. It works with fractions; the allocator with
tenths of an ampere, so amounts may differ by the odd tenths that a full phase cannot divide.
"""

import random

import pytest
from scipy.optimize import linprog

from core.allocation.on_demand.admission import NEVER_MS
from core.allocation.allocator import Demand, allocate

_MINIMUM = 60
_CASES = 5000
_DAILY = 150


def _case(seed):
    # Limits at which all minimums fit: who pauses is tested elsewhere, by its own rules.
    rng = random.Random(seed)
    three = rng.random() < 0.6
    count = rng.randint(1, 8)
    demands = []
    for unit in range(1, count + 1):
        ask = rng.choice((0, 0, rng.randint(60, 120), rng.randint(60, 500), 480))
        spare = rng.choice((ask, ask, max(ask, rng.randint(60, 500))))
        mask = rng.choice((1, 2, 4, 7, 7, 3, 5, 6)) if three else 1
        most = rng.choice((160, 320, 480))
        demands.append(Demand(unit, ask * 100, spare * 100, most * 100, mask,
                              rng.choice((0, 0, 0, 1, 2)), 0, True, NEVER_MS, 6000))
    limits = []
    for p in range(3):
        least = _MINIMUM * sum(d.phases >> p & 1 for d in demands)
        limits.append(max(least, _MINIMUM) + rng.choice((0, rng.randint(0, 300),
                                                         rng.randint(0, 1500))))
    return limits, demands


def _solve(goal, rows, bounds, n):
    answer = linprog([-g for g in goal], A_ub=[row for row, _ in rows], b_ub=[b for _, b in rows],
                     bounds=bounds, method="highs")
    assert answer.status == 0, answer.message
    return -answer.fun, answer.x[:n]


def _max_min(limits, masks, lows, highs, members):
    """Raise `members` (each between its low and high) lexicographically; the rest stay low."""
    n = len(masks)
    fixed = {i: lows[i] for i in range(n) if i not in members or highs[i] <= lows[i]}
    while len(fixed) < n:
        free = [i for i in range(n) if i not in fixed]
        level = _best_level(limits, masks, lows, highs, fixed, free)
        # At the best level, who cannot rise above it in any solution stays there.
        stuck = [i for i in free if _best_of(limits, masks, lows, highs, fixed, free, level, i)
                 <= max(level, lows[i]) + 1e-6]
        assert stuck
        for i in stuck:
            fixed[i] = min(highs[i], max(level, lows[i]))
    return [fixed[i] for i in range(n)]


def _rows(limits, masks):
    return [([float(mask >> p & 1) for mask in masks] + [0.0], float(limits[p]))
            for p in range(3)]


def _best_level(limits, masks, lows, highs, fixed, free):
    # Largest t with every free unit at least min(t, ...) as far as its low allows; one that
    # starts above t does not count.
    n = len(masks)
    rows = _rows(limits, masks)
    bounds = [(fixed[i], fixed[i]) if i in fixed else (lows[i], highs[i]) for i in range(n)]
    best = None
    for counted in _by_low(lows, free):
        least = [([-1.0 if j == i else 0.0 for j in range(n)] + [1.0], 0.0) for i in counted]
        level, _ = _solve([0.0] * n + [1.0], rows + least, bounds + [(0, None)], n)
        outside = [lows[i] for i in free if i not in counted]
        if not outside or level <= min(outside) + 1e-6:
            return level
        best = level
    return best


def _by_low(lows, free):
    order = sorted(free, key=lambda i: (lows[i], i))
    return [order[:k] for k in range(1, len(order) + 1)
            if k == len(order) or lows[order[k]] > lows[order[k - 1]]]


def _best_of(limits, masks, lows, highs, fixed, free, level, which):
    n = len(masks)
    bounds = [(fixed[i], fixed[i]) if i in fixed
              else (min(highs[i], max(level, lows[i])) - 1e-9, highs[i]) for i in range(n)]
    goal = [0.0] * (n + 1)
    goal[which] = 1.0
    best, _ = _solve(goal, _rows(limits, masks), bounds + [(0, 0)], n)
    return best


def _oracle(limits, demands):
    masks = [d.phases for d in demands]
    tops = [min(max(d.ask_ma, d.spare_ma), d.max_ma) // 100 for d in demands]
    asks = [min(d.ask_ma // 100, top) for d, top in zip(demands, tops)]
    amounts = [float(_MINIMUM) if ask else 0.0 for ask in asks]
    levels = sorted({d.priority for d in demands}, reverse=True)
    for level in levels:
        members = [i for i, d in enumerate(demands) if d.priority == level and asks[i]]
        amounts = _max_min(limits, masks, amounts, [float(a) for a in asks], members)
    return amounts, asks, tops


def _check(seed):
    limits, demands = _case(seed)
    asked = [d._replace(spare_ma=d.ask_ma) for d in demands]
    ours = [amount / 100 for _, amount in allocate([100 * limit for limit in limits], asked)]
    ideal, asks, tops = _oracle(limits, demands)
    count = len(demands)
    for mine, best in zip(ours, ideal):
        assert abs(mine - best) <= 1 + 0.5 * (count > 1) * _cascade(demands), (seed, ours, ideal)
    assert sum(ours) >= sum(ideal) - 1 - count / 2, (seed, ours, ideal)
    _check_spare(seed, limits, demands, ours, asks, tops)


def _cascade(demands):
    # An odd tenth on one phase moves what units on several phases leave on the others.
    return len({d.phases for d in demands}) - 1


def _check_spare(seed, limits, demands, asked, asks, tops):
    # What is left over: as if the asked amounts were the least of each, level by level.
    answer = [amount / 100 for _, amount in allocate([100 * limit for limit in limits], demands)]
    masks = [d.phases for d in demands]
    starts = [a if a else (_MINIMUM if got else 0) for a, got in zip(asked, answer)]
    ideal = [float(start) for start in starts]
    for level in sorted({d.priority for d in demands}, reverse=True):
        members = [i for i, d in enumerate(demands) if d.priority == level and starts[i]]
        ideal = _max_min(limits, masks, ideal, [float(t) for t in tops], members)
    for mine, least, best in zip(answer, asked, ideal):
        assert mine >= least, seed
        assert abs(mine - best) <= 1 + 0.5 * _cascade(demands), (seed, answer, ideal)


@pytest.mark.parametrize("seed", range(0, _CASES, _CASES // _DAILY))
def test_fairness_and_total_equal_the_oracle(seed):
    _check(seed)


@pytest.mark.long
@pytest.mark.parametrize("block", range(50))
def test_fairness_and_total_equal_the_oracle_in_all_cases(block):
    for seed in range(block * _CASES // 50, (block + 1) * _CASES // 50):
        _check(seed)
