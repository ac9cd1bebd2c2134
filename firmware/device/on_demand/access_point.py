# SPDX-License-Identifier: MIT
"""The unit's own Wi-Fi: AmpPool_XXXXXX with the password of its label, and in it a name server
that leads whoever looks for anything to the unit."""

import select
import socket

import network
from core.load import load
from core.on_demand import access_point as label
from core.on_demand.serial import serial_text
from micropython import const

ADDRESS = b"\xc0\xa8\x04\x01"  # 192.168.4.1, as MicroPython gives it
_DNS_PORT = const(53)
_QUERY_MAX = const(300)
_AT_ONCE = const(4)
_CLIENTS_MAX = const(4)


class AccessPoint:
    """While it is open. port: of the name server, or None where there is none; ready: a poll of
    it."""

    __slots__ = ("_wlan", "_port", "_ready")

    def __init__(self, wlan, port, ready):
        self._wlan, self._port, self._ready = wlan, port, ready

    def poll(self):
        """Answer who asks for names; waits for nobody."""
        if self._port is None:
            return
        for _ in range(_AT_ONCE):
            if not self._ready.poll(0):
                return
            query, source = self._port.recvfrom(_QUERY_MAX)
            answer = load("app", "dns").answer(query, ADDRESS)
            if answer is not None:
                self._port.sendto(answer, source)

    def close(self):
        """End it."""
        if self._port is not None:
            self._port.close()
        self._wlan.active(False)


def opened(hal, code: str):
    """An AccessPoint on the channel of the group. code: the label's. Raises OSError."""
    wlan = network.WLAN(network.WLAN.IF_AP)
    wanted = {"ssid": label.name(serial_text(hal.serial)), "key": label.password(code),
              "security": wlan.SEC_WPA2, "max_clients": _CLIENTS_MAX,
              "channel": hal.radio.channel() or 1}
    # Before it is on the air, so that it is never there without a password; and where the driver
    # takes it only afterwards, then.
    try:
        wlan.config(**wanted)
        wlan.active(True)
    except (OSError, RuntimeError):
        wlan.active(True)
        wlan.config(**wanted)
    port = ready = None
    try:
        port = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        port.setblocking(False)
        port.bind(("0.0.0.0", _DNS_PORT))
        ready = select.poll()
        ready.register(port, select.POLLIN)
    except OSError:
        port = None  # 192.168.4.1 does without
    return AccessPoint(wlan, port, ready)
