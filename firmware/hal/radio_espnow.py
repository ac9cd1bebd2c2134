# SPDX-License-Identifier: MIT
"""ESP-NOW: every frame is broadcast to the group's channel.

The link layer acknowledges frames of units whose program is dead, so nothing here says whether
anybody heard.

What MicroPython 1.26 does with what strangers send (ports/esp32/modespnow.c):
- It keeps the length of a frame in one byte, and ESP-NOW's second version has frames of 1470:
  after one of more than 250, what is read is no frame, for ever. Then the driver is started anew,
  for a minute with so small a buffer that a longer frame than ours never fits. In a larger one a
  few frames have room that come at once: so it is large again afterwards.
- Whoever is heard gets a place in a table that Python may not change and nothing ever empties.
  When there are more than a group has, frames are read while the heap is locked: then the driver
  cannot enlarge the table, says so after the frame is read, and leaves it open to be emptied.
- A frame is seen while it is still being written; so only frames that were counted are read.

Where the air is so busy that frames do not get out, the driver's buffers fill, and `send()` waits
up to 2 s for each further frame: longer than the watchdog allows the sharing task. So a frame that
would have to wait is dropped; another one follows soon. A driver that has not sent any of them for
1 s is ill.
"""

import gc

from core.load import load
from hal.radio import INBOX_MAX, UNKNOWN, Radio
from micropython import const, heap_lock, heap_unlock

_BROADCAST = b"\xff\xff\xff\xff\xff\xff"
_RX_BYTES = const(1024)  # 11 frames of the usual size: they are read every 20 ms
_RX_BESIDE = const(15)  # what a buffer must have beside the longest frame that fits
_SMALL_MS = const(60000)
_PEERS_MAX = const(16)
_STUCK_MS = const(1000)
_IN_FLIGHT_MAX = const(8)  # of 32 buffers that the driver may take
_MIND_MS = const(15000)  # a try to join the home Wi-Fi has come to its end
# In ESPNow.stats(): frames given to it, those that it has dealt with, frames received.
_TX_PACKETS = const(0)
_TX_RESPONSES = const(1)
_RX_PACKETS = const(3)


class EspNowRadio(Radio):
    """`channel`: of all units while none is in a home Wi-Fi; a leader in one decides it.

    home: (name, password) of a home Wi-Fi that it joins while it leads, or None.
    """

    def __init__(self, network, espnow, time, channel=1, home=None):
        Radio.__init__(self, time)
        self._rare().begin(self, network, espnow, channel, home)
        self._begin(False)

    def _rare(self):
        return load("hal", "radio_espnow")

    def _start(self, wifi):
        opens = wifi or self.station is None
        rare = self._rare() if opens else None
        driver = self._espnow.ESPNow()
        try:
            driver.active(False)
        except Exception:
            self.counts["errors"] += 1  # Wi-Fi is tried all the same
        if opens:
            rare.open_wifi(self, wifi)
        # Its old buffer is garbage now. Where there is no room for the new one, the driver would
        # believe that it is started.
        gc.collect()
        rx_bytes = _RX_BYTES
        if self._small:
            rx_bytes = min(rx_bytes, self._espnow.MAX_DATA_LEN + _RX_BESIDE)
        driver.config(rxbuf=rx_bytes)  # before active(True), or it has no effect
        driver.active(True)
        driver.add_peer(_BROADCAST)
        self._driver = driver
        self._peers = driver.peers_table
        self._answered = None  # how many it had dealt with when its buffers were full
        self._full_ms = 0  # since when
        self._read = driver.stats()[_RX_PACKETS]
        self._left = False  # was there more than had been counted?

    def _poll(self):
        if self._small and not 0 <= self._time.ticks_diff(
                self._time.ticks_ms(), self._small_ms) < _SMALL_MS:
            self._resize(False)
            return
        driver = self._driver
        for _ in range(min(driver.stats()[_RX_PACKETS] - self._read, INBOX_MAX)):
            try:
                size = self._next()
            except ValueError:
                size = 0
            if not size:  # although it was counted
                self._out_of_step()
                return
            self._read += 1
            # Its place in the table is the driver's, and may be missing.
            known = self._peers.get(self._frame[0])
            signal = -known[0] if known else UNKNOWN
            self._take(self._frame[0], bytes(self._frame[1]),
                       signal if 0 <= signal < UNKNOWN else UNKNOWN)
        # What is there and was not counted is just being written, or no frame at all.
        left = driver.any() and driver.stats()[_RX_PACKETS] == self._read
        if left and self._left:
            self._out_of_step()
        self._left = left

    # For what is to be done a file is loaded: only where something is new, or due.
    def lead(self, leads):
        """Only who leads joins the home Wi-Fi: its channel is the group's."""
        if self._home is None or self.station is None:
            return
        try:
            fits = leads == self.station.isconnected()
            now_ms = self._time.ticks_ms()
            # Below 0: the last time is more than 6 days ago.
            if fits == self._fits and (fits or 0 <= self._time.ticks_diff(
                    now_ms, self._minded_ms) < _MIND_MS):
                return
            self._fits = fits
            self._minded_ms = now_ms
            self._rare().mind_home(self, leads, fits, now_ms)
        except Exception:  # ESP-NOW goes on, whatever it is
            self.counts["errors"] += 1

    def _out_of_step(self):
        if self._small:
            self._failed()  # by no frame that is too long
        else:
            self._resize(True)

    def _resize(self, small):
        self.counts["healed"] += small
        self._small = small
        self._small_ms = self._time.ticks_ms()
        self._begin(False)

    def _next(self):
        """Reads a frame into `_frame`: its length, 0 if there is none. ValueError: it is none."""
        frame = self._frame
        frame[0] = None
        try:
            if len(self._peers) < _PEERS_MAX:
                return self._driver.recvinto(frame, 0)
            return _read_locked(self._driver, frame)
        except MemoryError:
            # Somebody new. The frame itself is there.
            try:
                self._peers.clear()
            except TypeError:
                pass  # the table is as it was: somebody known, 12 days after the start
            return len(frame[1])

    def _send(self, payload):
        stats = self._driver.stats()
        if stats[_TX_PACKETS] - stats[_TX_RESPONSES] >= _IN_FLIGHT_MAX:
            self._unblock(stats[_TX_RESPONSES])
            return False
        self._driver.send(_BROADCAST, payload, False)
        return True

    def _unblock(self, answered):
        now_ms = self._time.ticks_ms()
        if answered != self._answered:
            self._answered = answered
            self._full_ms = now_ms
        elif self._time.ticks_diff(now_ms, self._full_ms) >= _STUCK_MS:
            self._failed()


# The pilot's timer is served between two steps of Python, at jumps only: there is none in here,
# for the pilot path needs the heap.
def _read_locked(driver, frame):
    try:
        heap_lock()
        size = driver.recvinto(frame, 0)
    finally:
        heap_unlock()
    return size
