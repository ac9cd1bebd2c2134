# SPDX-License-Identifier: MIT
"""The perfect controller shares as design 9 says; what it could have used adds up by hand."""

from hypothesis import given
from hypothesis import strategies as st

from host_tools.simulate.ideal import Car, drawn_ma, offers_ma, total_ma
from host_tools.simulate.scenario import load
from host_tools.simulate.usable import usable_wh


def _car(key, cap_ma=32000, phases=(0,), priority=0, max_ma=None, under_ma=0, step_ma=0):
    return Car(key, phases, cap_ma, priority, max_ma or cap_ma, under_ma, step_ma)


def test_equals_share_equally_and_leave_what_they_cannot_use():
    assert offers_ma(60000, [_car(1), _car(2), _car(3)]) == {1: 20000, 2: 20000, 3: 20000}
    assert offers_ma(60000, [_car(1), _car(2, 10000), _car(3)]) == {1: 25000, 2: 10000, 3: 25000}


def test_a_larger_priority_goes_first_after_everyones_minimum():
    assert offers_ma(40000, [_car(1), _car(2, priority=5), _car(3)]) == {
        1: 6000, 2: 28000, 3: 6000}


def test_phases_are_shared_each_by_itself():
    three = _car(1, phases=(0, 1, 2))
    offers = offers_ma(40000, [three, _car(2, phases=(0,)), _car(3, phases=(1,)),
                               _car(4, phases=(1,))])
    assert offers == {1: 13333, 3: 13333, 4: 13333, 2: 26667}


def test_what_is_drawn_leaves_under_and_keeps_to_steps():
    assert drawn_ma(_car(1, under_ma=300), 16000) == 15700
    assert drawn_ma(_car(1, under_ma=300, step_ma=1000), 16000) == 15000
    assert drawn_ma(_car(1, max_ma=10000), 16000) == 10000
    assert drawn_ma(_car(1), 5999) == 0
    assert total_ma(60000, [_car(1, phases=(0, 1, 2), cap_ma=16000)]) == 48000


_cars = st.lists(st.builds(
    _car, st.integers(1, 10**6), st.integers(6000, 48000),
    st.sampled_from(((0,), (1,), (2,), (0, 1), (0, 1, 2))), st.integers(0, 2)),
    max_size=6, unique_by=lambda car: car.key)


@given(st.integers(36000, 120000), _cars)
def test_it_is_within_limits_work_conserving_and_fair(limit_ma, cars):
    offers = offers_ma(limit_ma, cars)
    left = [limit_ma - sum(offers[c.key] for c in cars if phase in c.phases)
            for phase in range(3)]
    assert min(left) >= 0
    for one in cars:
        assert 6000 <= offers[one.key] <= one.cap_ma
        full = min(left[phase] for phase in one.phases) < len(cars)
        assert offers[one.key] == one.cap_ma or full
        for other in cars:  # taking from a richer one on a shared full phase would be fairer
            if other.priority == one.priority and offers[one.key] < one.cap_ma:
                shared = [p for p in one.phases if p in other.phases and left[p] < len(cars)]
                tight = [p for p in one.phases if left[p] < len(cars)]
                if shared and tight == shared:
                    assert offers[other.key] <= offers[one.key] + 1 or offers[
                        other.key] == 6000


def _scenario(vehicles, events=(), **more):
    units = [{"id": n, "role": "leader" if n == 1 else "follower", "breaker_a": 40,
              "region": "iec", "nameplate_a": 32, "phases": "L1L2L3"} for n in (1, 2)]
    return load({"name": "ideal", "duration_s": 3600, "limit_a": 32, "units": units,
                 "volts": 200, "vehicles": vehicles, "events": list(events), **more})


def test_usable_energy_is_current_times_volts_times_time():
    # 32 A for an hour but the 3 s of the start delay.
    one = _scenario([{"unit": 1, "max_a": 32}])
    assert abs(usable_wh(one, 3600_000) - 32 * 200 * 3597 / 3600) < 0.1
    assert abs(usable_wh(one, 1800_000) - 32 * 200 * 1797 / 3600) < 0.1


def test_usable_energy_knows_needs_stays_profiles_and_waking():
    def usable(**vehicle):
        return usable_wh(_scenario([{"unit": 1, "max_a": 16, "start_delay_s": 0, **vehicle}]),
                         3600_000)
    assert abs(usable(needs_wh=100) - 100) < 0.1
    assert abs(usable(plug_s=600, unplug_s=2400) - 1600) < 0.1
    assert abs(usable(profile=[[900, 8], [1800, 0], [2700, 16]])
               - 200 * (16 * 900 + 8 * 900 + 16 * 900) / 3600) < 0.1
    assert abs(usable(phases=3, wake_s=1800) - 200 * 16 * (1800 + 3 * 1800) / 3600) < 0.1


def test_usable_energy_knows_what_no_controller_could_give():
    vehicle = {"unit": 1, "max_a": 16, "start_delay_s": 100}
    off = [{"at_s": 1000, "do": "power", "unit": 1, "on": False},
           {"at_s": 2000, "do": "power", "unit": 1, "on": True}]
    assert abs(usable_wh(_scenario([vehicle], off), 3600_000)
               - 200 * 16 * (900 + 1500) / 3600) < 0.1
    lower = [{"at_s": 100, "do": "limit", "limit_a": 12}]
    assert abs(usable_wh(_scenario([vehicle], lower), 3600_000) - 200 * 12 * 3500 / 3600) < 0.1
    disabled = [{"at_s": 1100, "do": "enable", "on": False}]
    assert abs(usable_wh(_scenario([vehicle], disabled), 3600_000)
               - 200 * 16 * 1000 / 3600) < 0.1
    fault = [{"at_s": 1100, "do": "fault", "unit": 1, "fault": "rcm"},
             {"at_s": 2100, "do": "fault", "unit": 1, "clear": True}]
    assert abs(usable_wh(_scenario([vehicle], fault), 3600_000)
               - 200 * 16 * (1000 + 1400) / 3600) < 0.1
