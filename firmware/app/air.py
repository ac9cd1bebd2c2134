# SPDX-License-Identifier: MIT
"""The radio that the settings ask for, opened before anything else takes the memory it needs."""

import time

import network

from app.files import SETTINGS, read_json


def open_radio():
    """ESP-NOW, or UDP in a home network. Raises OSError."""
    settings = read_json(SETTINGS, {})
    if settings.get("transport", "espnow") == "udp":
        import socket

        from hal.radio_udp import UdpRadio
        return UdpRadio(network, socket, time, settings.get("wifi_ssid", ""),
                        settings.get("wifi_password", ""))
    import espnow

    from hal.radio_espnow import EspNowRadio
    return EspNowRadio(network, espnow, time, settings.get("channel", 1))
