# SPDX-License-Identifier: MIT
"""Estimators, allocator and vehicles together: nothing oscillates, nothing is left unused."""

import random

import pytest

from tests.sharing import Circuit, Unit, Vehicle


def _arrivals(coarse):
    plain = [(32, {}), (16, {}), (32, {}), (10, {}), (48, {}), (32, {})]
    odd = [(32, dict(under_a=0.2, reaction_s=1)),
           (16, dict(under_a=0.5, step_a=1)),
           (32, dict(under_a=0.8, step_a=0.5, reaction_s=5)),
           (10, dict(under_a=0.3, reaction_s=2)),
           (48, dict(under_a=0.6, step_a=1, reaction_s=4)),
           (32, dict(under_a=0.4, step_a=0.25))]
    meters = (20, -20, 10, -10, 15, -15) if coarse else (0,) * 6
    units = [Unit(k + 1, [Vehicle(10 + 240 * k, max_a, **more)], meter_permille=meters[k])
             for k, (max_a, more) in enumerate(odd if coarse else plain)]
    return Circuit(60000, units).run(1800)


def test_plain_arrivals_settle_within_25_s_and_then_no_offer_moves():
    circuit = _arrivals(coarse=False)
    assert circuit.utilisation_permille() >= 990
    for k in range(6):
        assert circuit.settle_ms(13 + 240 * k, 500) <= 25000
        assert sum(circuit.changes(50 + 240 * k, 250 + 240 * k)) == 0


def test_vehicles_with_steps_and_meter_errors_do_not_make_the_sharing_oscillate():
    circuit = _arrivals(coarse=True)
    assert circuit.utilisation_permille() >= 985
    hours = 6 * 200 / 3600
    for k, unit in enumerate(circuit.units):
        calm = sum(circuit.changes(50 + 240 * j, 250 + 240 * j)[k] for j in range(6))
        assert calm <= 15 * hours, unit.number


_PROFILE = [(300, 24), (500, 16), (700, 8), (850, 20), (1000, 0), (1400, 32)]


@pytest.fixture(scope="module")
def taper():
    units = [Unit(1, [Vehicle(10, 32, profile=_PROFILE)]), Unit(2, [Vehicle(30, 32)]),
             Unit(3, [Vehicle(60, 32)])]
    return Circuit(40000, units).run(2100)


@pytest.mark.parametrize("at_s", [700, 850, 1000])
def test_what_a_vehicle_gives_up_or_wants_back_moves_within_20_s(taper, at_s):
    assert taper.settle_ms(at_s, 500) <= 20000


def test_a_vehicle_that_paused_is_found_again_within_15_min(taper):
    assert taper.now_ms > 1400000 + 600000
    assert taper.units[0].draw_ma >= 13000


def test_nobody_is_kept_waiting_by_vehicles_that_do_not_start():
    # Three plugged vehicles that start hours later, and one that wants everything.
    idle = [Unit(k, [Vehicle(5, 32, start_delay_s=1 << 20)]) for k in (1, 2, 3)]
    circuit = Circuit(40000, idle + [Unit(4, [Vehicle(10, 32)])]).run(200)
    assert circuit.units[3].draw_ma == 32000


def test_a_vehicle_that_woke_up_gets_its_share():
    # Its start delay ends long after it has given up its share.
    units = [Unit(1, [Vehicle(10, 32)]), Unit(2, [Vehicle(20, 32, start_delay_s=15)]),
             Unit(3, [Vehicle(30, 32, start_delay_s=60)])]
    circuit = Circuit(40000, units).run(150)
    assert [unit.draw_ma for unit in circuit.units] == [13400, 13300, 13300]


def _random_circuit(seed):
    rng = random.Random(seed)
    units = []
    for k in range(rng.randint(2, 6)):
        vehicle = Vehicle(10 + 30 * k, rng.choice((6, 7.3, 8, 10, 13, 16, 20, 25.7, 32, 48)),
                          under_a=rng.choice((0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8)),
                          step_a=rng.choice((0, 0, 0, 0.25, 0.5, 1)),
                          reaction_s=rng.choice((1, 2, 3, 4, 5)))
        units.append(Unit(k + 1, [vehicle], meter_permille=rng.choice((-20, -10, 0, 0, 10, 20))))
    return Circuit(rng.choice((40, 50, 60, 80, 100)) * 1000, units)


def _check_calm(seed):
    circuit = _random_circuit(seed).run(900)
    rows = [row for row in circuit.history if row[0] > 300000]
    assert sum(row[1] for row in rows) >= 0.94 * sum(row[2] for row in rows), seed
    assert max(circuit.changes(300, 900)) <= 15, seed


@pytest.mark.parametrize("seed", range(6))
def test_any_mix_of_vehicles_comes_to_rest_and_is_served(seed):
    _check_calm(seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(6, 400))
def test_any_mix_of_vehicles_comes_to_rest_and_is_served_long(seed):
    _check_calm(seed)
