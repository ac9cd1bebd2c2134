# SPDX-License-Identifier: MIT
"""The start of ESP-NOW, and of Wi-Fi below it; the home Wi-Fi that a leader joins."""

from micropython import const

_JOIN_MS = const(60000)  # slow retries: each takes the radio off the group's channel


def begin(radio, network, espnow, channel, home):
    """What a hal.radio_espnow.EspNowRadio has before its driver is started."""
    radio._network = network
    radio._espnow = espnow
    radio._channel = channel
    radio._home = home
    radio._fits = False  # is it in the home Wi-Fi just where it leads?
    radio._minded_ms = radio._time.ticks_ms() - _JOIN_MS
    radio._tried_ms = None  # when it last tried to join
    radio.station = None
    radio._driver = None
    radio._frame = [None, bytearray(espnow.MAX_DATA_LEN)]
    radio._small = False
    radio._small_ms = 0  # since when


def open_wifi(radio, again):
    """Wi-Fi itself."""
    station = radio._network.WLAN(radio._network.WLAN.IF_STA)
    if again:
        station.active(False)
    station.active(True)
    # Modem sleep loses frames, and may stop the ADC that the pilot is read with.
    # Nor does it look for a lost home Wi-Fi by itself, on all channels and without a pause.
    station.config(pm=station.PM_NONE, reconnects=0)
    if not station.isconnected():
        station.config(channel=radio._channel)
    radio.station = station


def channel(radio):
    """The driver's word; while it has none, the one that is wanted."""
    try:
        return radio.station.config("channel")
    except Exception:
        return radio._channel


def pinned(radio):
    """Is it in the home Wi-Fi, or somebody logged in?"""
    try:
        return radio.client or radio.station.isconnected()
    except Exception:
        return False  # then it is in no Wi-Fi either


def tune(radio, to):
    """Go to channel `to`. Some countries do not allow all: then it stays, and that is counted."""
    if pinned(radio):
        return
    try:
        radio.station.config(channel=to)
        radio._channel = to
    except Exception:
        radio.counts["errors"] += 1


def mind_home(radio, leads, fits, now_ms):
    """Join the home Wi-Fi, or leave it. leads: does this unit? fits: is it in it just then?
    now_ms: in ticks."""
    station = radio.station
    if fits:
        if leads:
            radio._channel = station.config("channel")  # its: kept when it is lost
    elif not leads:
        station.disconnect()
    elif radio._tried_ms is None or not 0 <= radio._time.ticks_diff(
            now_ms, radio._tried_ms) < _JOIN_MS:
        radio._tried_ms = now_ms
        station.connect(*radio._home)
    else:
        station.config(channel=radio._channel)  # where the group is; a try leaves it anywhere
