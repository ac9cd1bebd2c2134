# SPDX-License-Identifier: MIT
"""ESP-NOW: every frame is broadcast to the group's channel.

The link layer acknowledges frames of units whose program is dead, so nothing here says whether
anybody heard. The driver's receive buffer sometimes breaks ("buffer error"), it seems when a
frame is read while it is still being written; so only frames that the driver has counted are
read. Should it break all the same, every `recv()` raises until the driver is started anew: that is
done here, and counted.

Where the air is so busy that frames do not get out, the driver's buffers fill, and `send()` waits
up to 2 s for each further frame: longer than the watchdog allows the sharing task. So a frame that
would have to wait is dropped; another one follows soon. A driver that has not sent any of them for
1 s is started anew.
"""

from micropython import const

from hal.radio import INBOX_MAX, Radio

_BROADCAST = b"\xff\xff\xff\xff\xff\xff"
_RX_BYTES = const(1024)  # 11 frames of the usual size: they are read every 20 ms
_HEAL_MS = const(1000)
_IN_FLIGHT_MAX = const(8)  # of 32 buffers that the driver may take
# In ESPNow.stats(): frames given to it, those that it has dealt with, frames received.
_TX_PACKETS = const(0)
_TX_RESPONSES = const(1)
_RX_PACKETS = const(3)


class EspNowRadio(Radio):
    """`channel`: of all units while none is in a home Wi-Fi; a leader in one decides it."""

    def __init__(self, network, espnow, time, channel=1):
        Radio.__init__(self, time)
        self._espnow = espnow
        self.station = network.WLAN(network.WLAN.IF_STA)
        self.station.active(True)
        if not self.station.isconnected():
            self.station.config(channel=channel)
        # Modem sleep loses frames, and may stop the ADC that the pilot is read with.
        self.station.config(pm=self.station.PM_NONE)
        self._driver = None
        self._healed_ms = time.ticks_ms() - _HEAL_MS
        self._start()

    def _start(self):
        driver = self._espnow.ESPNow()
        driver.active(False)
        driver.config(rxbuf=_RX_BYTES)  # before active(True), or it has no effect
        driver.active(True)
        driver.add_peer(_BROADCAST)
        self._driver = driver
        self._answered = None  # how many it had dealt with when its buffers were full
        self._full_ms = 0  # since when
        self._read = driver.stats()[_RX_PACKETS]

    def _poll(self):
        whole = self._driver.stats()[_RX_PACKETS] - self._read
        for _ in range(min(whole, INBOX_MAX)):
            try:
                source, payload = self._driver.recv(0)
            except (ValueError, OSError):
                self._heal()
                return
            if source is None:
                return
            self._read += 1
            self._take(source, bytes(payload))

    def _heal(self):
        now_ms = self._time.ticks_ms()
        # Below 0: the last time is more than 6 days ago.
        if 0 <= self._time.ticks_diff(now_ms, self._healed_ms) < _HEAL_MS:
            return  # not in a tight loop: starting the driver takes time from the pilot
        self._healed_ms = now_ms
        self.counts["healed"] += 1
        self._start()

    def send(self, destination, payload):
        """Broadcast. The radio does not know which unit has which address, nor need it."""
        stats = self._driver.stats()
        if stats[_TX_PACKETS] - stats[_TX_RESPONSES] >= _IN_FLIGHT_MAX:
            self.counts["unsent"] += 1
            self._unblock(stats[_TX_RESPONSES])
            return
        try:
            self._driver.send(_BROADCAST, payload, False)
        except OSError:
            self.counts["unsent"] += 1

    def _unblock(self, answered):
        now_ms = self._time.ticks_ms()
        if answered != self._answered:
            self._answered = answered
            self._full_ms = now_ms
        elif self._time.ticks_diff(now_ms, self._full_ms) >= _HEAL_MS:
            self._heal()
