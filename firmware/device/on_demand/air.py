# SPDX-License-Identifier: MIT
"""The radio that the settings ask for, opened before anything else takes the memory it needs."""

import time

import network

from device.on_demand.files import SETTINGS, read_table


def open_radio():
    """ESP-NOW, or UDP in a home network. Raises OSError."""
    # What cannot be is the unit's to refuse, in words: here it must not stop the start.
    settings = read_table(SETTINGS, [])
    if settings.get("transport", "espnow") == "udp":
        import socket

        from hal.radio_udp import UdpRadio
        return UdpRadio(network, socket, time, _text(settings.get("wifi_ssid")),
                        _text(settings.get("wifi_password")))
    import espnow

    from hal.radio_espnow import EspNowRadio
    channel = settings.get("channel")
    return EspNowRadio(network, espnow, time,
                       channel if type(channel) is int and 1 <= channel <= 13 else 1)


def _text(value):
    return value if isinstance(value, str) else ""
