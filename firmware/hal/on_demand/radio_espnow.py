# SPDX-License-Identifier: MIT
"""The start of ESP-NOW, and of Wi-Fi below it."""


def begin(radio, network, espnow, channel):
    """What a hal.radio_espnow.EspNowRadio has before its driver is started."""
    radio._network = network
    radio._espnow = espnow
    radio._channel = channel
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
    station.config(pm=station.PM_NONE)
    if not station.isconnected():
        station.config(channel=radio._channel)
    radio.station = station
