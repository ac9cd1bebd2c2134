# SPDX-License-Identifier: MIT
"""The pilot's voltages lie where SAE J1772 says, and a duty means what it says there."""

from random import Random

import pytest

from host_tools.simulate.pilot_circuit import X1_U16, PilotCircuit, amount_ma, pwm_on

# SAE J1772 table A1, mV.
_BANDS = {"A": (11400, 12600), "B": (8360, 9560), "C": (5480, 6490), "D": (2620, 3250)}


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("letter", "ABCD")
def test_levels_lie_in_the_bands_of_the_standard(seed, letter):
    circuit = PilotCircuit(Random(seed))
    high_mv, low_mv = circuit.levels(20000, letter, True, False)
    assert _BANDS[letter][0] <= high_mv <= _BANDS[letter][1]
    assert -12600 <= low_mv <= -11400  # the diode blocks


def test_each_half_is_seen_only_where_it_is():
    circuit = PilotCircuit(Random(1))
    assert circuit.levels(X1_U16, "B", True, False)[1] is None
    assert circuit.levels(0, "B", True, False)[0] is None
    assert None not in circuit.levels(20000, "B", True, False)


def test_without_its_diode_a_vehicle_loads_the_low_half_too():
    circuit = PilotCircuit(Random(1))
    _, b_mv = circuit.levels(20000, "B", False, False)
    _, c_mv = circuit.levels(20000, "C", False, False)
    assert -9600 < b_mv < -8000 and -6500 < c_mv < -5000
    assert circuit.levels(20000, "A", False, False)[1] < -11400  # nobody is there to conduct


def test_a_pilot_shorted_to_earth_reads_zero():
    assert PilotCircuit(Random(1)).levels(20000, "C", True, True) == (0, 0)


@pytest.mark.parametrize("percent, ma", [
    (0, 0), (5, 0), (7.5, 0), (8, 6000), (9.9, 6000), (10, 6000), (26.6667, 16000),
    (53.3333, 32000), (80, 48000), (85, 51000), (89.2, 63000), (96, 80000), (96.5, 80000),
    (98, 0)])
def test_duty_means_what_the_vehicles_table_says(percent, ma):
    assert abs(amount_ma(round(percent * 655.36)) - ma) <= 5


def test_steady_levels_offer_nothing():
    assert amount_ma(X1_U16) == 0 and amount_ma(0) == 0
    assert not pwm_on(X1_U16) and not pwm_on(0) and pwm_on(20000)
