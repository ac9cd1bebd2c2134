# SPDX-License-Identifier: MIT
"""The allocator by examples, and the properties that hold for all demands (design, section 4)."""

from hypothesis import given, settings
from hypothesis import strategies as st

from core.allocation.on_demand.admission import NEVER_MS
from core.allocation.allocator import Demand, allocate

_LOCK_MS = 210000
_TURN_MS = 900000


def _demand(unit, ask_ma, spare_ma=None, max_ma=48000, phases=1, priority=0, energy=0,
            active=True, since_ms=NEVER_MS, least_ma=6000):
    return Demand(unit, ask_ma, ask_ma if spare_ma is None else spare_ma, max_ma, phases,
                  priority, energy, active, since_ms, least_ma)


def _amounts(limit_ma, *demands):
    limits = limit_ma if isinstance(limit_ma, tuple) else (limit_ma,) * 3
    return [amount for _, amount in allocate(limits, demands)]


# ---- examples


def test_no_units_get_nothing():
    assert allocate((60000,) * 3, []) == []


def test_units_are_answered_by_rising_id():
    answer = allocate((60000,) * 3, [_demand(9, 10000), _demand(2, 8000), _demand(5, 0)])
    assert answer == [(2, 8000), (5, 0), (9, 10000)]


def test_enough_for_all_gives_all_they_ask_for():
    assert _amounts(60000, _demand(1, 32000), _demand(2, 16000), _demand(3, 12000)) == \
        [32000, 16000, 12000]


def test_what_a_small_vehicle_leaves_goes_to_the_others():
    # The peers' example: 32, 16, 32 and 10 A on 60 A, where others stop 2 to 5 A short.
    assert _amounts(60000, _demand(1, 32000), _demand(2, 16000), _demand(3, 32000),
                    _demand(4, 10000)) == [17000, 16000, 17000, 10000]


def test_odd_tenths_go_to_the_smallest_ids():
    assert _amounts(20200, *[_demand(unit, 32000) for unit in (1, 2, 3)]) == [6800, 6700, 6700]


def test_an_ask_below_6_a_is_none():
    assert _amounts(60000, _demand(1, 5999), _demand(2, 6000)) == [0, 6000]


def test_asks_are_rounded_down_to_tenths():
    assert _amounts(60000, _demand(1, 10099)) == [10000]


def test_the_maximum_bounds_ask_and_spare():
    assert _amounts(60000, _demand(1, 32000, 48000, max_ma=16000), _demand(2, 9000, max_ma=5900)) \
        == [16000, 0]


def test_spare_is_given_only_after_every_ask():
    assert _amounts(40000, _demand(1, 10000, 48000), _demand(2, 30000)) == [10000, 30000]
    assert _amounts(40000, _demand(1, 10000, 48000), _demand(2, 20000)) == [20000, 20000]


def test_a_unit_that_does_not_ask_takes_6_a_or_more_of_what_is_left():
    assert _amounts(40000, _demand(1, 0, 48000), _demand(2, 34000)) == [6000, 34000]
    assert _amounts(40000, _demand(1, 0, 48000), _demand(2, 34100)) == [0, 34100]


def test_idle_room_stays_with_the_idle_unit_that_has_it():
    idle = _demand(1, 0, 48000, active=False)
    holder = _demand(2, 0, 48000, energy=900)
    assert _amounts(40000, idle, holder, _demand(3, 30000)) == [0, 10000, 30000]


def test_priority_gives_all_their_minimum_before_anyone_more():
    assert _amounts(40000, _demand(1, 32000, priority=9), _demand(2, 32000),
                    _demand(3, 32000)) == [28000, 6000, 6000]


def test_priority_goes_level_by_level():
    assert _amounts(60000, _demand(1, 20000, priority=1), _demand(2, 32000, priority=2),
                    _demand(3, 32000)) == [20000, 32000, 8000]


def test_phases_are_filled_each_by_itself():
    # L1 carries units 1, 2 and 4; unit 3 has L2 with unit 4 only.
    assert _amounts((30000, 40000, 32000), _demand(1, 32000), _demand(2, 32000),
                    _demand(3, 32000, phases=2), _demand(4, 16000, phases=7)) == \
        [10000, 10000, 30000, 10000]


def test_unequal_phase_limits_bind_where_they_are():
    assert _amounts((12000, 32000, 20000), _demand(1, 32000, phases=7),
                    _demand(2, 32000, phases=2)) == [12000, 20000]


# ---- scarcity


def test_scarcity_pauses_those_that_had_most_energy():
    demands = [_demand(unit, 32000, energy=unit * 100) for unit in (1, 2, 3)]
    assert _amounts(17000, *demands) == [8500, 8500, 0]


def test_priority_comes_before_energy():
    assert _amounts(11000, _demand(1, 32000, energy=5), _demand(2, 32000, energy=9000,
                                                                priority=1)) == [0, 11000]


def test_one_that_still_fits_is_taken_after_one_that_does_not():
    assert _amounts((6000, 12000, 12000), _demand(1, 32000),
                    _demand(2, 32000, phases=7, energy=1),
                    _demand(3, 32000, phases=2, energy=2)) == [6000, 0, 12000]


def test_a_unit_on_for_less_than_3_5_min_stays_on_even_against_priority():
    young = _demand(1, 32000, energy=9000, since_ms=_LOCK_MS - 1)
    assert _amounts(11000, young, _demand(2, 32000, priority=9, active=False)) == [11000, 0]
    grown = young._replace(since_ms=_LOCK_MS)
    assert _amounts(11000, grown, _demand(2, 32000, priority=9, active=False)) == [0, 11000]


def test_only_the_limit_switches_a_young_unit_off():
    young = [_demand(unit, 32000, since_ms=1000) for unit in (1, 2)]
    assert _amounts(12000, *young) == [6000, 6000]
    assert _amounts(11900, *young) == [11900, 0]


def test_a_unit_paused_for_less_than_3_5_min_stays_paused_even_with_room():
    paused = _demand(1, 32000, active=False, since_ms=_LOCK_MS - 1)
    assert _amounts(60000, paused) == [0]
    assert _amounts(60000, paused._replace(since_ms=_LOCK_MS)) == [32000]


def test_a_new_unit_starts_at_once():
    assert _amounts(60000, _demand(1, 32000, active=False)) == [32000]


def test_a_running_unit_keeps_its_turn_of_15_min():
    waiting = _demand(1, 32000, active=False, since_ms=_TURN_MS)
    running = _demand(2, 32000, energy=5000, since_ms=_TURN_MS - 1)
    assert _amounts(11000, waiting, running) == [0, 11000]
    assert _amounts(11000, waiting, running._replace(since_ms=_TURN_MS)) == [11000, 0]


def test_the_waiting_unit_with_least_energy_takes_over():
    done = _demand(1, 32000, energy=700, since_ms=_TURN_MS)
    waiting = [_demand(2, 32000, energy=600, active=False),
               _demand(3, 32000, energy=500, active=False)]
    assert _amounts(11000, done, *waiting) == [0, 0, 11000]


def test_without_anyone_waiting_a_turn_goes_on():
    assert _amounts(11000, _demand(1, 32000, since_ms=10 * _TURN_MS)) == [11000]


def test_who_saw_every_other_one_have_a_turn_goes_first_whatever_its_energy():
    old = _demand(1, 32000, energy=150000, active=False, since_ms=2 * _TURN_MS)
    new = _demand(2, 32000, energy=0, active=False)
    assert _amounts(11000, old, new) == [11000, 0]
    assert _amounts(11000, old._replace(since_ms=2 * _TURN_MS - 1), new) == [0, 11000]


# ---- properties

_LEASTS = (6000, 6000, 6000, 8000, 13500)
_MASKS = (1, 2, 4, 7, 7, 3, 5, 6)


@st.composite
def _cases(draw, scarce=True, size=8):
    limits = tuple(draw(st.integers(60 if scarce else 60 * size, 900)) * 100 for _ in range(3))
    units = draw(st.lists(st.integers(1, 250), min_size=1, max_size=size, unique=True))
    current = st.one_of(st.integers(0, 50000), st.sampled_from((0, 6000, 10000, 16000, 32000)))
    return limits, [Demand(unit, draw(current), draw(current), draw(st.integers(0, 80000)),
                           draw(st.sampled_from(_MASKS)), draw(st.integers(0, 2)),
                           draw(st.integers(0, 3)) * 1000 if scarce else 0,
                           draw(st.booleans()) if scarce else True,
                           draw(st.sampled_from((0, _LOCK_MS, _TURN_MS, 9 * _TURN_MS, NEVER_MS)))
                           if scarce else NEVER_MS,
                           draw(st.sampled_from(_LEASTS)) if scarce else 6000)
                    for unit in units]


def _sums(demands, amounts):
    return [sum(a for d, a in zip(demands, amounts) if d.phases >> p & 1) for p in range(3)]


def _top(d):
    top = min(max(d.ask_ma, d.spare_ma), d.max_ma) // 100 * 100
    return top if top >= d.least_ma else 0


def _locked_off(d):
    return min(d.ask_ma, d.max_ma) >= d.least_ma and not d.active and d.since_ms < _LOCK_MS


def _run(limits, demands):
    demands = sorted(demands)
    answer = allocate(limits, demands)
    assert [unit for unit, _ in answer] == [d.unit for d in demands]
    return demands, [amount for _, amount in answer]


@given(_cases())
def test_every_answer_is_safe(case):
    limits, demands = case
    demands, amounts = _run(limits, demands)
    assert all(used <= limit for used, limit in zip(_sums(demands, amounts), limits))
    for d, amount in zip(demands, amounts):
        assert amount == 0 or d.least_ma <= amount <= _top(d)
        assert amount % 100 == 0


@given(_cases())
def test_no_room_is_left_that_a_unit_could_use(case):
    limits, demands = case
    demands, amounts = _run(limits, demands)
    rooms = [limit - used for limit, used in zip(limits, _sums(demands, amounts))]
    for d, amount in zip(demands, amounts):
        if amount == _top(d) or _locked_off(d):
            continue
        more = 100 if amount else d.least_ma
        assert any(rooms[p] < more for p in range(3) if d.phases >> p & 1), d


@given(_cases(), st.randoms())
def test_the_order_of_the_demands_does_not_matter(case, random):
    limits, demands = case
    shuffled = list(demands)
    random.shuffle(shuffled)
    assert allocate(limits, shuffled) == allocate(limits, demands)


@given(_cases())
def test_units_with_equal_priority_are_treated_alike(case):
    # Below what it asks for, a unit has less than another of its priority only if a phase that
    # the other does not use is full, or by an odd tenth.
    limits, demands = case
    demands = [d._replace(spare_ma=d.ask_ma) for d in demands]
    demands, amounts = _run(limits, demands)
    rooms = [limit - used for limit, used in zip(limits, _sums(demands, amounts))]
    for d, low in zip(demands, amounts):
        for e, high in zip(demands, amounts):
            if d.priority == e.priority and 0 < low < min(_top(d), high - 100) \
                    and high > e.least_ma:
                assert any(rooms[p] < 100 for p in range(3)
                           if d.phases >> p & 1 and not e.phases >> p & 1)


@given(_cases())
def test_no_unit_gets_more_than_its_least_while_a_higher_priority_on_its_phases_lacks(case):
    limits, demands = case
    demands, amounts = _run(limits, demands)
    for d, high in zip(demands, amounts):
        if 0 < high < min(d.ask_ma, _top(d)) // 100 * 100:
            for e, low in zip(demands, amounts):
                if e.priority < d.priority and e.phases & d.phases == d.phases:
                    assert low in (0, e.least_ma)


@given(_cases())
def test_nobody_gets_spare_while_another_on_its_phases_lacks_what_it_asks_for(case):
    limits, demands = case
    demands, amounts = _run(limits, demands)
    for d, amount in zip(demands, amounts):
        ask = min(d.ask_ma, d.max_ma) // 100 * 100
        if 0 < amount < ask:
            for e, other in zip(demands, amounts):
                wish = min(e.ask_ma, e.max_ma) // 100 * 100
                assert other <= max(wish, 0 if wish >= e.least_ma else e.least_ma - 1) \
                    or e.phases & d.phases != d.phases


@given(_cases())
def test_switches_are_at_least_3_5_min_apart(case):
    limits, demands = case
    demands, amounts = _run(limits, demands)
    young = [d for d in demands if d.active and d.since_ms < _LOCK_MS
             and min(d.ask_ma, d.max_ma) >= d.least_ma]
    fit = all(sum(d.least_ma for d in young if d.phases >> p & 1) <= limits[p]
              for p in range(3))
    for d, amount in zip(demands, amounts):
        if _locked_off(d):
            assert amount == 0
        if d in young and fit:
            assert amount >= d.least_ma


@settings(max_examples=200)
@given(_cases(scarce=False, size=6), st.integers(0, 5), st.sampled_from((-100, 100)))
def test_without_pauses_a_small_change_gives_a_small_change(case, which, change):
    limits, demands = case
    demands = [d._replace(ask_ma=6000 + d.ask_ma, spare_ma=0, max_ma=80000) for d in demands]
    _, before = _run(limits, demands)
    d = demands[which % len(demands)]
    changed = [d._replace(ask_ma=max(6000, d.ask_ma + change)) if e is d else e for e in demands]
    _, after = _run(limits, changed)
    assert all(abs(b - a) <= 300 for b, a in zip(before, after))
