# SPDX-License-Identifier: MIT
"""The hal after a week without a change: ticks wrap after 12 days, their differences after 6."""

import pytest
from hal.contactor import Contactor
from hal.pilot import ControlPilot
from hal.radio_espnow import EspNowRadio
from hal.radio_udp import UdpRadio

from tests.fakes.chip import EspNow, Machine, Network, Time

DAY_MS = 86400000
PILOT = {"pwm_pin": 27, "adc_pin": 36, "offset_mv": 1338, "gain_mv_per_v_x10": 1021}
CONTACTOR = {"pins": [32], "active_level": 1, "min_on_ms": 1000, "min_off_ms": 3000}


@pytest.fixture
def time():
    return Time(1000)


@pytest.fixture
def machine(time):
    machine = Machine(time)
    machine.pilot = (1338, 1021, 12000, -12000)
    return machine


@pytest.mark.parametrize("days", (1, 7, 12, 13, 20))
def test_an_offer_that_stood_for_a_week_can_be_lowered_at_once(machine, time, days):
    pilot = ControlPilot(PILOT, machine, time)
    time.sleep_ms(20)
    pilot.write(17476)
    time.sleep_ms(days * DAY_MS)
    pilot.write(6553)
    assert machine.pwms[0].duty_u16() == 6553


@pytest.mark.parametrize("days", (1, 7, 12, 13, 20))
def test_a_contactor_that_was_open_for_a_week_closes_and_one_that_was_closed_opens(
        machine, time, days):
    contactor = Contactor(CONTACTOR, machine, time)
    time.sleep_ms(days * DAY_MS)
    contactor.write(True)
    assert machine.levels[32] == 1
    time.sleep_ms(days * DAY_MS)
    contactor.write(False)
    assert machine.levels[32] == 0
    time.sleep_ms(3000)
    contactor.write(True)
    assert machine.levels[32] == 1


@pytest.mark.parametrize("days", (1, 7, 12, 13, 20))
def test_a_radio_that_breaks_after_a_week_heals(time, days):
    espnow = EspNow()
    radio = EspNowRadio(Network, espnow, time)
    time.sleep_ms(days * DAY_MS)
    espnow.spoil()
    radio.receive()
    assert radio.counts["healed"] == 1


@pytest.mark.parametrize("days", (1, 7, 12, 13, 20))
def test_a_home_network_that_is_lost_after_a_week_is_joined_again(time, days):
    radio = UdpRadio(Network, None, time, "home", "secret")
    radio.receive()
    assert radio.station.tries == 1
    time.sleep_ms(59999)
    radio.receive()
    assert radio.station.tries == 1
    time.sleep_ms(days * DAY_MS)
    radio.receive()
    assert radio.station.tries == 2
