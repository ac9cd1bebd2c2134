# SPDX-License-Identifier: MIT
"""The start of ESP-NOW, and of Wi-Fi below it; the home Wi-Fi that a leader joins."""

from hal.radio_espnow import JOINED, LEADS
from micropython import const

_JOIN_MS = const(60000)  # slow retries: each takes the radio off the group's channel
_TRY_MS = const(15000)  # a try has come to its end


def begin(radio, network, espnow, channel, home):
    """What a hal.radio_espnow.EspNowRadio has before its driver is started."""
    radio._network = network
    radio._espnow = espnow
    radio._channel = channel
    radio._home = home
    radio._was = 0  # LEADS and JOINED, when they were last minded
    radio._minded_ms = 0
    radio._mind_ms = _TRY_MS  # until it is minded again, if it is not as it should be
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


def mind_home(radio, home, now_ms):
    """Join the home Wi-Fi, or leave it. home: LEADS, JOINED; now_ms: in ticks."""
    station = radio.station
    radio._was = home
    radio._mind_ms = _TRY_MS
    if home == LEADS + JOINED:
        radio._channel = station.config("channel")  # its: kept when it is lost
    elif home == JOINED:
        station.disconnect()
    elif home == LEADS:
        since_ms = -1
        if radio._tried_ms is not None:
            since_ms = radio._time.ticks_diff(now_ms, radio._tried_ms)
        if 0 <= since_ms < _JOIN_MS:
            radio._mind_ms = _JOIN_MS - since_ms
            station.config(channel=radio._channel)  # where the group is; a try leaves it anywhere
        else:
            radio._tried_ms = now_ms
            station.connect(*radio._home)
