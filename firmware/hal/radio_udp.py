# SPDX-License-Identifier: MIT
"""UDP broadcast in the home Wi-Fi: the same frames as over ESP-NOW, on one port."""

from core.load import load
from hal.radio import INBOX_MAX, Radio
from micropython import const

PORT = const(21736)
_JOIN_MS = const(60000)  # slow retries: joining takes the radio off its channel
_EAGAIN = const(11)


class UdpRadio(Radio):
    """`socket`: the module. Joins the network by itself and again when it was lost."""

    def __init__(self, network, socket, time, ssid, password):
        Radio.__init__(self, time)
        self._network = network
        self._socket = socket
        self._name = (ssid, password)
        self.station = self._port = None
        self._tried_ms = time.ticks_ms() - _JOIN_MS
        self._begin(False)

    def _rare(self):
        return load("hal", "radio_udp")

    def _start(self, wifi):
        opens = wifi or self.station is None
        rare = self._rare() if opens else None
        self._close()
        if opens:
            rare.open_wifi(self, wifi)

    def _joined(self):
        if self.station.isconnected():
            if self._port is None:
                self._open()
            return True
        self._close()
        now_ms = self._time.ticks_ms()
        # Below 0: the last time is more than 6 days ago.
        if not 0 <= self._time.ticks_diff(now_ms, self._tried_ms) < _JOIN_MS:
            self._tried_ms = now_ms
            self.station.connect(*self._name)
        return False

    def _open(self):
        socket = self._socket
        self._port = port = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        port.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        port.setsockopt(socket.SOL_SOCKET, getattr(socket, "SO_BROADCAST", 0x20), 1)
        port.bind(("0.0.0.0", PORT))
        port.setblocking(False)

    # There are few sockets, and one that is let go of keeps its own.
    def _close(self):
        port, self._port = self._port, None
        if port is not None:
            port.close()

    def _poll(self):
        if not self._joined():
            return
        for _ in range(INBOX_MAX):
            try:
                payload, source = self._port.recvfrom(260)
            except OSError as error:
                if error.args[0] != _EAGAIN:
                    raise
                return  # nothing there
            self._take(source, payload)

    def _send(self, payload):
        if not self._joined():
            return False
        self._port.sendto(payload, ("255.255.255.255", PORT))
        return True
