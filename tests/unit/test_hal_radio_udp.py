# SPDX-License-Identifier: MIT
"""UDP in the home Wi-Fi: sockets and a network that fail now and then, or for good."""

import pytest
from hal.radio_udp import UdpRadio

from tests.fakes.chip import Network, Time
from tests.fakes.sockets import Sockets

ERRORS = (OSError(112), OSError("Wifi Internal State Error"), OSError(12), RuntimeError("x"),
          MemoryError(), ValueError("x"), TypeError("x"))


@pytest.fixture
def time():
    return Time(1000)


@pytest.fixture
def sockets():
    return Sockets()


@pytest.fixture
def radio(sockets, time):
    made = UdpRadio(Network, sockets, time, "home", "secretsecret")
    made.station.connected = True
    return made


def test_a_frame_goes_out_and_one_comes_in(radio, sockets):
    radio.send(0, b"ours")
    assert sockets.sent == [(b"ours", ("255.255.255.255", 21736))]
    sockets.waiting = [(b"theirs", ("192.168.1.7", 21736))]
    assert radio.receive() == (("192.168.1.7", 21736), b"theirs")
    assert radio.receive() is None and radio.counts["errors"] == 0


def test_a_network_that_is_lost_and_found_leaves_one_socket_open(radio, sockets):
    for _ in range(50):
        radio.station.connected = True
        radio.receive()
        radio.station.connected = False
        radio.receive()
    assert sockets.open == 0
    radio.station.connected = True
    radio.receive()
    assert sockets.open == 1


@pytest.mark.parametrize("error", ERRORS, ids=repr)
@pytest.mark.parametrize("call", ("socket", "setsockopt", "bind", "sendto", "recvfrom", "connect",
                                  "isconnected"))
def test_no_error_leaves_the_radio_and_one_that_goes_is_forgotten(radio, sockets, time, call,
                                                                  error):
    def fail(*_):
        raise error
    radio.receive()
    if call in ("connect", "isconnected"):
        radio.station.connected = False
        setattr(radio.station, call, fail)
    else:
        sockets.fail[call] = error
        radio._close()
    for _ in range(10):
        radio.send(0, b"x")
        assert radio.receive() is None
        time.sleep_ms(1000)
    assert radio.counts["errors"] > 0 and sockets.open <= 1
    sockets.fail.clear()
    for name in ("connect", "isconnected"):
        vars(radio.station).pop(name, None)
    radio.station.connected = True
    for _ in range(200):
        time.sleep_ms(1000)
        radio.receive()
    sockets.sent.clear()
    radio.send(0, b"again")
    assert sockets.sent and sockets.open == 1 and not radio.wants_reset()


def test_what_stays_ill_goes_from_the_socket_to_wifi_to_the_board_and_never_in_a_loop(
        radio, sockets, time):
    sockets.fail["sendto"] = OSError(12)
    wanted = None
    for second in range(3600):
        if wanted is None and radio.wants_reset():
            wanted = second
            assert radio.station.starts > 0
        radio.station.connected = True
        radio.send(0, b"x")
        radio.receive()
        time.sleep_ms(1000)
    assert 30 < wanted < 60 and sockets.made <= 30 and sockets.open <= 1


def test_a_router_that_is_away_for_a_day_is_no_error(radio, time):
    radio.station.connected = False
    for _ in range(24 * 60):
        radio.receive()
        time.sleep_ms(60000)
    assert radio.station.tries == 24 * 60 and radio.counts["errors"] == 0
    assert not radio.wants_reset() and radio.counts["healed"] == 0
