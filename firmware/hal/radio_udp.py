# SPDX-License-Identifier: MIT
"""UDP broadcast in the home Wi-Fi: the same frames as over ESP-NOW, on one port."""

from micropython import const

from hal.radio import INBOX_MAX, Radio

PORT = const(21736)
_JOIN_MS = const(60000)  # slow retries: joining takes the radio off its channel


class UdpRadio(Radio):
    """`socket`: the module. Joins the network by itself and again when it was lost."""

    def __init__(self, network, socket, time, ssid, password):
        Radio.__init__(self, time)
        self._socket = socket
        self._name = (ssid, password)
        self.station = network.WLAN(network.WLAN.IF_STA)
        self.station.active(True)
        self.station.config(pm=self.station.PM_NONE, reconnects=0)
        self._port = None
        self._tried_ms = time.ticks_ms() - _JOIN_MS

    def _ready(self):
        if self.station.isconnected():
            if self._port is None:
                self._open()
            return True
        self._port = None
        now_ms = self._time.ticks_ms()
        # Below 0: the last time is more than 6 days ago.
        if not 0 <= self._time.ticks_diff(now_ms, self._tried_ms) < _JOIN_MS:
            self._tried_ms = now_ms
            try:
                self.station.connect(*self._name)
            except OSError:
                pass  # still trying from before: next time
        return False

    def _open(self):
        socket = self._socket
        port = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        port.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        port.setsockopt(socket.SOL_SOCKET, getattr(socket, "SO_BROADCAST", 0x20), 1)
        port.bind(("0.0.0.0", PORT))
        port.setblocking(False)
        self._port = port

    def _poll(self):
        if not self._ready():
            return
        for _ in range(INBOX_MAX):
            try:
                payload, source = self._port.recvfrom(260)
            except OSError:
                return  # nothing there
            self._take(source, payload)

    def send(self, destination, payload):
        """Broadcast in the network; nothing while it is not joined."""
        if not self._ready():
            self.counts["unsent"] += 1
            return
        try:
            self._port.sendto(payload, ("255.255.255.255", PORT))
        except OSError:
            self.counts["unsent"] += 1
