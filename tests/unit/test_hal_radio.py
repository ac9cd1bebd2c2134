# SPDX-License-Identifier: MIT
"""ESP-NOW on a driver that behaves as MicroPython's: what strangers send, and what it does when it
is ill."""

import asyncio

import pytest
from hal import radio_espnow
from hal.radio import INBOX_MAX
from hal.radio_espnow import EspNowRadio

from tests.fakes.chip import EspNow, Network, Time

OURS = b"\xa0\xa1\xa2\xa3\xa4\xa5"
ERRORS = (OSError("ESP_ERR_ESPNOW_NO_MEM"), ValueError("x"), RuntimeError("Wifi Unknown Error"),
          MemoryError(), TypeError("x"), KeyError("x"), AttributeError("x"))


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
    return EspNowRadio(Network, espnow, time)


def received(radio):
    """All that is there: [payload]."""
    found = []
    while True:
        frame = radio.receive()
        if frame is None:
            return found
        found.append(frame[1])


def address(number):
    return b"\x02" + number.to_bytes(5, "big")


# ---- as it should be

def test_the_receive_buffer_is_set_before_the_driver_is_active(radio, espnow):
    assert espnow.rxbuf_before_active


def test_modem_sleep_is_off(radio):
    assert radio.station.settings["pm"] == 0


def test_frames_go_out_as_broadcast_without_waiting(radio, espnow):
    radio.send(0, b"x")
    radio.send(3, b"y")
    assert [(f[0], f[2]) for f in espnow.sent] == [(b"\xff" * 6, False)] * 2


def test_a_flood_is_dropped_and_counted_beyond_the_inbox(radio, espnow):
    for _ in range(3 * INBOX_MAX):
        espnow.heard(OURS, b"frame")
        radio._check()
    assert received(radio) == [b"frame"] * INBOX_MAX
    assert radio.counts["dropped"] == 2 * INBOX_MAX


def test_a_wait_ends_with_a_frame_a_wake_or_the_time(radio, espnow, time, monkeypatch):
    async def sleep_ms(ms):
        time.sleep_ms(max(1, ms))
    monkeypatch.setattr(asyncio, "sleep_ms", sleep_ms, raising=False)

    def waited(span_ms):
        begin_ms = time.ticks_ms()
        asyncio.run(radio.wait(span_ms))
        return time.ticks_ms() - begin_ms
    assert 1000 <= waited(1000) <= 1020
    radio.wake()
    assert waited(1000) <= 20
    espnow.heard(OURS, b"frame")
    assert waited(1000) <= 20


# ---- what strangers send

def test_a_thousand_strangers_do_not_use_up_the_heap_and_every_frame_is_heard(radio, espnow):
    espnow.heard(OURS, b"before")
    assert received(radio) == [b"before"]
    for number in range(1000):
        espnow.heard(address(number), b"noise")
        espnow.heard(OURS, b"ours %d" % number)
        assert received(radio) == [b"noise", b"ours %d" % number]
    assert espnow.peak_peers <= 16 and espnow.starts == 1
    assert espnow.heap.locks == 0 and radio.counts["errors"] == 0


def test_the_table_is_open_to_members_again_when_the_strangers_are_gone(radio, espnow):
    for number in range(100):
        espnow.heard(address(number), b"noise")
        received(radio)
    espnow.heard(OURS, b"ours")
    assert received(radio) == [b"ours"] and OURS in espnow.peers_table


def test_a_driver_whose_table_stays_shut_does_not_fill_it_either(radio, espnow, monkeypatch):
    """12 days after the start it wants memory for somebody known, too."""
    def known(mac):
        espnow.heap.take()
        return mac
    for number in range(16):
        espnow.heard(address(number), b"noise")
        received(radio)
    monkeypatch.setattr(espnow, "_known", known)
    for _ in range(50):
        espnow.heard(address(3), b"frame")
        assert received(radio) == [b"frame"]
    assert len(espnow.peers_table) == 16 and radio.counts["errors"] == 0


@pytest.mark.parametrize("length", (251, 256, 300, 506, 512, 777, 1009, 1470))
def test_frames_that_are_too_long_cost_those_just_behind_one_of_them_a_minute(
        radio, espnow, time, length):
    heard = 0
    for _ in range(120):
        espnow.heard(address(9), b"\x99" * length)
        espnow.heard(OURS, b"ours" * 20)
        espnow.heard(OURS, b"ours" * 20)
        heard += received(radio).count(b"ours" * 20)
        time.sleep_ms(1000)
    assert heard >= 240 - 2 * 3
    assert espnow.starts <= 1 + 2 * 2 and radio.counts["errors"] == 0


def test_after_a_minute_there_is_room_for_many_frames_at_once_again(radio, espnow, time):
    espnow.heard(address(9), bytes(300))
    espnow.heard(OURS, b"lost")
    received(radio)
    assert radio.counts["healed"] == 1 and espnow.rxbuf == 265
    time.sleep_ms(60000)
    received(radio)
    for number in range(11):
        espnow.heard(OURS, bytes([number]) * 78)
    assert received(radio) == [bytes([number]) * 78 for number in range(11)]


def test_the_small_buffer_takes_our_longest_frame_and_none_that_is_longer(radio, espnow):
    espnow.heard(address(9), bytes(300))
    espnow.heard(OURS, b"lost")
    received(radio)
    for length in range(240, 270):
        espnow.heard(OURS, b"x" * length)
        assert received(radio) == ([b"x" * length] if length <= 250 else [])


# ---- a driver that is ill

def test_a_broken_receive_buffer_heals_by_starting_the_driver_anew(radio, espnow):
    espnow.spoil()
    assert radio.receive() is None
    assert radio.counts["healed"] == 1
    assert espnow.peers == [b"\xff" * 6]
    espnow.heard(OURS, b"frame")
    assert radio.receive() == (OURS, b"frame")


def test_a_counted_frame_that_is_not_there_heals_too(radio, espnow):
    espnow._rx += 1
    assert radio.receive() is None and radio.counts["healed"] == 1


def test_a_busy_air_never_makes_the_sharing_task_wait_for_the_driver(radio, espnow, time):
    espnow.on_air = False
    begin_ms = time.ticks_ms()
    for _ in range(200):
        radio.send(0, b"x")
    assert time.ticks_ms() == begin_ms
    assert radio.counts["unsent"] == 200 - len(espnow.sent) > 100 and radio.counts["healed"] == 0
    espnow.waiting -= 1
    before = len(espnow.sent)
    radio.send(0, b"y")
    assert len(espnow.sent) == before + 1


def test_a_driver_that_sends_nothing_any_more_is_started_anew(radio, espnow, time):
    espnow.on_air = False
    starts = espnow.starts
    for _ in range(25):
        time.sleep_ms(100)
        radio.send(0, b"x")
        radio.receive()
    assert espnow.starts == starts + 1 and radio.counts["healed"] == 1
    espnow.on_air = True
    espnow.waiting = 0
    radio.send(0, b"x")
    before = len(espnow.sent)
    radio.send(0, b"x")
    assert len(espnow.sent) == before + 1


def test_a_slow_driver_is_left_alone(radio, espnow, time):
    espnow.on_air = False
    for _ in range(50):
        time.sleep_ms(100)
        radio.send(0, b"x")
        radio.receive()
        espnow.waiting -= espnow.waiting > 7
    assert radio.counts["healed"] == 0


def seconds(radio, time, count=3600):
    """[what the radio wanted] each second, a report sent in each."""
    wanted = []
    for _ in range(count):
        radio.send(0, b"report")
        radio.receive()
        time.sleep_ms(1000)
        wanted.append(radio.wants_reset())
    return wanted


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("call", ("ESPNow", "active", "config", "init", "add_peer", "stats",
                                  "recvinto", "send"))
def test_no_error_leaves_the_driver_and_its_cure_goes_from_espnow_to_wifi_to_the_board(
        radio, espnow, time, call, error):
    espnow.fail[call] = error
    if call not in ("stats", "recvinto", "send"):
        espnow.spoil()  # so that it is started anew
    station = radio.station
    begin_ms = time.ticks_ms()
    for _ in range(100):
        espnow.heard(OURS, b"frame")
        radio.send(0, b"report")
        radio.receive()
        time.sleep_ms(1000)
        if radio.wants_reset():
            break
    assert time.ticks_ms() - begin_ms < 60000
    assert radio.counts["errors"] >= 4 and (station is radio.station or radio.station.starts)
    assert 4 <= radio.counts["healed"] <= 6
    espnow.fail.clear()
    if call != "init":  # that one only the board's own start helps
        healed = radio.counts["healed"]
        assert not any(seconds(radio, time, 800)[700:])
        assert radio.counts["healed"] - healed <= 2
        espnow.heard(OURS, b"well")
        assert b"well" in received(radio)


def test_a_driver_that_cannot_send_for_an_hour_is_not_started_anew_a_thousand_times(
        radio, espnow, time):
    espnow.fail["send"] = OSError("ESP_ERR_ESPNOW_NO_MEM")
    wanted = seconds(radio, time)
    assert wanted.index(True) < 60 and wanted[-1]
    assert 8 <= espnow.starts <= 20
    # It waits 2 s for each: only once after each start.
    assert radio.counts["unsent"] == 3600 and radio.counts["errors"] <= 20


def test_buffers_that_no_restart_of_the_driver_frees_ask_for_more(radio, espnow, time):
    espnow.on_air = False
    active = espnow.active

    def keeps(on):
        waiting = espnow.waiting
        active(on)
        espnow._tx = espnow._answered + waiting
    espnow.active = keeps
    wanted = seconds(radio, time)
    assert wanted.index(True) < 120 and espnow.starts <= 20


def test_a_radio_that_works_again_is_well_after_two_minutes(radio, espnow, time):
    espnow.fail["send"] = RuntimeError()
    while not radio.wants_reset():
        radio.send(0, b"x")
        radio.receive()
        time.sleep_ms(1000)
    del espnow.fail["send"]
    assert not any(seconds(radio, time)[200:])
    starts = espnow.starts
    espnow.fail["send"] = RuntimeError()
    radio.send(0, b"x")
    radio.receive()
    assert espnow.starts == starts + 1, "the first step again, at once"


@pytest.mark.parametrize("error", ERRORS, ids=lambda e: type(e).__name__)
def test_a_radio_that_cannot_be_opened_is_opened_later(espnow, time, error):
    class Wlan(Network.WLAN):
        broken = True

        def config(self, **settings):
            if self.broken:
                raise error
            Network.WLAN.config(self, **settings)

    class Net:
        WLAN = Wlan

    radio = EspNowRadio(Net, espnow, time, 13)
    for _ in range(20):
        radio.send(0, b"x")
        assert radio.receive() is None
        time.sleep_ms(1000)
    assert radio.counts["unsent"] == 20 and radio.counts["errors"] >= 2
    Wlan.broken = False
    for _ in range(31):
        time.sleep_ms(1000)
        radio.receive()
    espnow.heard(OURS, b"frame")
    assert radio.receive() == (OURS, b"frame") and radio.station.settings["channel"] == 13


def test_without_memory_for_its_buffer_a_driver_is_never_read(radio, espnow, time):
    """MicroPython takes it for started then, and reading it divides by zero."""
    espnow.spoil()
    espnow.heap.full = True
    for _ in range(100):
        radio.receive()
        radio.send(0, b"x")
        time.sleep_ms(1000)
    assert radio.wants_reset()
