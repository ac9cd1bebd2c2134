# SPDX-License-Identifier: MIT
"""The radio that the settings ask for, opened before anything else takes the memory it needs."""

import time

import network


def open_radio(settings: dict):
    """ESP-NOW, or UDP in a home network. settings: checked values, or {}. Raises OSError."""
    # One of the two is loaded, and stays; the modules that it wants not every board has.
    if settings.get("transport") == "udp":
        import socket

        from hal.radio_udp import UdpRadio
        return UdpRadio(network, socket, time, settings["wifi_ssid"], settings["wifi_password"])
    import espnow
    from hal.radio_espnow import EspNowRadio
    name = settings.get("wifi_ssid")
    return EspNowRadio(network, espnow, time, settings.get("channel", 1),
                       (name, settings["wifi_password"]) if name else None)
