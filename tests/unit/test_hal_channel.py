# SPDX-License-Identifier: MIT
"""ESP-NOW's channel: who chooses it, a leader's home Wi-Fi, and how well a frame was heard."""

import pytest
from hal import radio_espnow
from hal.radio_espnow import EspNowRadio
from hal.radio_udp import UdpRadio

from tests.fakes.chip import EspNow, Network, Time
from tests.fakes.sockets import Sockets
from tests.fakes.loaded import flash

OURS = b"\xa0\xa1\xa2\xa3\xa4\xa5"
HOME = ("home", "secret secret")
TURN_MS = 100  # how often a device says whether it leads


@pytest.fixture
def time():
    return Time(1000)


@pytest.fixture
def espnow(time, monkeypatch):
    made = EspNow(time)
    monkeypatch.setattr(radio_espnow, "heap_lock", made.heap.lock)
    monkeypatch.setattr(radio_espnow, "heap_unlock", made.heap.unlock)
    return made


@pytest.fixture
def radio(espnow, time):
    return EspNowRadio(Network, espnow, time, 3, HOME)


def turns(radio, time, ms, leads=True):
    """The device's turns for a while: [tries to join so far] after each."""
    tries = []
    for _ in range(0, ms, TURN_MS):
        time.sleep_ms(TURN_MS)
        radio.receive()
        radio.lead(leads)
        tries.append(radio.station.tries)
    return tries


# ---- the channel

def test_a_unit_goes_to_the_channel_that_it_asks_for(radio):
    assert radio.channel() == 3 and not radio.pinned()
    radio.tune(11)
    assert radio.channel() == radio.station.settings["channel"] == 11


@pytest.mark.parametrize("held", ("client", "wifi"))
def test_it_stays_while_a_client_or_a_home_wifi_holds_it(radio, held):
    radio.client = held == "client"
    radio.station.connected = held == "wifi"
    radio.tune(11)
    assert radio.pinned() and radio.channel() == 3 and radio.counts["errors"] == 0


def test_a_channel_that_its_country_does_not_allow_is_counted_and_left_out(radio, espnow):
    radio.station.channels = range(1, 12)
    radio.tune(13)
    assert radio.channel() == 3 and radio.counts["errors"] == 1
    assert not radio.wants_reset() and espnow.starts == 1
    radio.tune(7)
    assert radio.channel() == 7


def test_wifi_that_starts_anew_is_on_the_channel_that_it_was_on(radio, espnow, time):
    radio.tune(9)
    espnow.fail["stats"] = OSError()
    station = radio.station
    while radio.station is station:
        radio.receive()
        time.sleep_ms(1000)
        if radio.counts["healed"] == 3:
            espnow.fail.clear()
    assert radio.channel() == radio.station.settings["channel"] == 9


def test_a_radio_whose_wifi_was_never_opened_answers_all_the_same(espnow, time):
    class Closed:
        class WLAN(Network.WLAN):
            def __init__(self, interface):
                raise OSError("no memory")
    radio = EspNowRadio(Closed, espnow, time, 5, HOME)
    radio.tune(7)
    radio.lead(True)
    assert (radio.channel(), radio.pinned(), radio.signal) == (5, False, 127)


def test_over_udp_no_unit_chooses_its_channel(time):
    radio = UdpRadio(Network, Sockets(), time, *HOME)
    radio.tune(7)
    radio.lead(True)
    assert (radio.channel(), radio.pinned(), radio.signal) == (0, True, 127)


# ---- the home Wi-Fi

def test_only_who_leads_joins_the_home_wifi(radio, time):
    assert turns(radio, time, 300000, leads=False)[-1] == 0
    assert turns(radio, time, TURN_MS)[-1] == 1


def test_without_a_home_wifi_a_leader_joins_none(espnow, time):
    radio = EspNowRadio(Network, espnow, time, 3)
    assert turns(radio, time, 300000)[-1] == 0


def test_tries_to_join_are_a_minute_apart(radio, time):
    tries = turns(radio, time, 600000)
    changes = [i for i, (a, b) in enumerate(zip([0] + tries, tries)) if a != b]
    assert len(changes) in (10, 11)
    assert min(b - a for a, b in zip(changes, changes[1:])) * TURN_MS >= 60000
    assert radio.counts["errors"] == 0


def test_a_try_that_came_to_nothing_ends_on_the_channel_of_the_group(radio, time):
    turns(radio, time, TURN_MS)
    radio.station.settings["channel"] = 13  # where it looked last
    turns(radio, time, 15000)
    assert radio.channel() == 3


def test_the_channel_is_that_of_the_home_wifi_and_kept_when_it_is_lost(radio, time):
    turns(radio, time, TURN_MS)
    radio.station.settings["channel"] = 11
    radio.station.connected = True
    assert turns(radio, time, 300000)[-1] == 1 and radio.channel() == 11
    radio.station.connected = False
    assert turns(radio, time, TURN_MS)[-1] == 2, "at once: the last try was long ago"
    radio.station.settings["channel"] = 4
    assert turns(radio, time, 59800)[-1] == 2 and radio.channel() == 11
    assert turns(radio, time, 300)[-1] == 3


def test_a_leader_whose_wifi_comes_and_goes_does_not_try_more_often(radio, time):
    turns(radio, time, TURN_MS)
    for _ in range(50):
        radio.station.connected = True
        turns(radio, time, 500)
        radio.station.connected = False
        turns(radio, time, 500)
    assert radio.station.tries == 1


def test_who_leads_no_more_leaves_the_home_wifi_and_stays_on_its_channel(radio, time):
    turns(radio, time, TURN_MS)
    radio.station.settings["channel"] = 11
    radio.station.connected = True
    turns(radio, time, 1000)
    turns(radio, time, TURN_MS, leads=False)
    assert not radio.station.connected and radio.channel() == 11
    radio.tune(6)
    assert radio.channel() == 6
    assert turns(radio, time, 300000, leads=False)[-1] == 1


def test_it_does_not_look_for_a_lost_home_wifi_by_itself(radio):
    assert radio.station.settings["reconnects"] == 0


@pytest.mark.parametrize("error", (OSError("x"), RuntimeError("x"), MemoryError()))
def test_a_home_wifi_that_cannot_be_joined_costs_espnow_nothing(radio, espnow, time, error,
                                                                  monkeypatch):
    def fails(*_):
        radio.station.tries += 1
        raise error
    monkeypatch.setattr(radio.station, "connect", fails)
    tries = turns(radio, time, 600000)
    assert tries[-1] in (10, 11)
    assert not radio.wants_reset() and espnow.starts == 1
    espnow.heard(OURS, b"frame")
    assert radio.receive() == (OURS, b"frame")


def test_what_cannot_be_loaded_for_it_is_tried_again_after_a_while(radio, time, monkeypatch):
    with flash(monkeypatch) as broken:
        broken.broken = True
        turns(radio, time, 31000)
        assert radio.station.tries == 0 and 1 <= len(broken.wanted) <= 4
        broken.broken = False
        turns(radio, time, 15000)
    assert radio.station.tries == 1


# ---- how well a frame was heard

def test_the_signal_is_that_of_the_frame_that_was_given_last(radio, espnow):
    assert radio.signal == 127
    for number, dbm in enumerate((-55, -91, -30)):
        espnow.heard(OURS, b"%d" % number, dbm)
    for number, signal in enumerate((55, 91, 30)):
        assert radio.receive() == (OURS, b"%d" % number)
        # All of them were read at once: the table holds the last one's.
        assert radio.signal == signal
    assert radio.receive() is None and radio.signal == 30


def test_the_signal_of_somebody_whom_the_table_has_no_room_for_is_not_known(radio, espnow):
    for number in range(16):
        espnow.heard(b"\x02" + number.to_bytes(5, "big"), b"noise", -40)
        assert radio.receive() and radio.signal == 40
    espnow.heard(OURS, b"ours")
    assert radio.receive()[1] == b"ours" and radio.signal == 127


@pytest.mark.parametrize("dbm", (0, 5, -127, -128))
def test_a_signal_that_cannot_be_is_not_known(radio, espnow, dbm):
    espnow.heard(OURS, b"frame", dbm)
    radio.receive()
    assert radio.signal == (0 if dbm == 0 else 127)
