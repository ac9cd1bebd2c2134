# SPDX-License-Identifier: MIT
"""The start of Wi-Fi for a radio that joins a home network."""


def open_wifi(radio, again):
    """Wi-Fi itself, of a hal.radio_udp.UdpRadio."""
    station = radio._network.WLAN(radio._network.WLAN.IF_STA)
    if again:
        station.active(False)
    station.active(True)
    station.config(pm=station.PM_NONE, reconnects=0)
    radio.station = station


def channel(radio):
    """Not the unit's to choose."""
    return 0


def pinned(radio):
    """By the home Wi-Fi."""
    return True


def tune(radio, to):
    """Nothing."""
