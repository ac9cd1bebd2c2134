# SPDX-License-Identifier: MIT
"""What both radios share: a bounded inbox, a wait that a frame or the pilot path can end, and what
is done about a radio that does not work.

No error of a driver leaves this class, whatever it is: a unit without a radio goes on with what it
may use without one. The driver is started anew, then Wi-Fi as a whole; after that the board wants
to be, and the app looks for the moment. Each time it takes longer until the next.
"""

import asyncio

from micropython import const

INBOX_MAX = const(16)
_POLL_MS = const(20)
_FRAME_MAX = const(250)
_WIFI_STEP = const(2)  # how often the driver alone is started anew
_BOARD_STEP = const(4)  # and how often that and Wi-Fi, before the board wants to be
_WAIT_S = (0, 1, 5, 30, 60, 120, 240, 480, 600)  # from an error to what is done about it
UNKNOWN = const(127)  # of a signal
_WELL_MS = const(120000)  # so long without an error, and it counts as mended


class Radio:
    """Base of the transports: they implement `_poll()`, `_send(payload)` and `_start(wifi)`,
    which may raise anything, and `_rare()`, which loads what else they can.

    signal: of the frame that `receive()` gave last, -dBm, 0 to 126, or UNKNOWN. client: somebody
    is logged in at this unit's access point, says whoever serves that.
    """

    signal = 127  # of the frame that receive() gave last, -dBm; 127: not known

    def __init__(self, time):
        self._time = time
        self._inbox = []
        self._signals = []  # of the frames in it
        self.signal = UNKNOWN
        self.client = False
        self._woken = False
        self._ready = False
        self._steps = 0  # how often it was started anew since it last worked
        self._due = False  # is it to be?
        self._since_ms = time.ticks_ms()  # the error that asked for it, or else the last start
        # Frames dropped because the inbox was full, times the driver had to be started anew,
        # frames that could not be sent, errors of the driver.
        self.counts = {"dropped": 0, "healed": 0, "unsent": 0, "errors": 0}

    def receive(self):
        """(source, payload) of the oldest frame waiting, or None."""
        self._check()
        if not self._inbox:
            return None
        self.signal = self._signals.pop(0)
        return self._inbox.pop(0)

    def send(self, destination, payload):
        """Broadcast: the radio does not know which unit has which address, nor need it."""
        sent = False
        # Not while it is ill: a driver that is may make each frame wait for seconds.
        if self._ready and not self._due:
            try:
                sent = self._send(payload)
            except Exception:
                self._failed()
        if not sent:
            self.counts["unsent"] += 1

    def wake(self):
        """End the present wait: the pilot path has news for the sharing task."""
        self._woken = True

    async def wait(self, span_ms: int):
        """Until a frame is there, `wake()` was called, or the time has passed."""
        begin_ms = self._time.ticks_ms()
        while True:
            left_ms = span_ms - self._time.ticks_diff(self._time.ticks_ms(), begin_ms)
            await asyncio.sleep_ms(max(0, min(_POLL_MS, left_ms)))
            self._check()
            if self._woken or self._inbox or left_ms <= _POLL_MS:
                self._woken = False
                return

    def channel(self) -> int:
        """1 to 13; 0: what it is on is not the unit's to choose. Raises NotLoaded, as the next."""
        return self._rare().channel(self)

    def tune(self, channel: int):
        """Go to a channel, unless it is `pinned()`."""
        self._rare().tune(self, channel)

    def pinned(self) -> bool:
        """Does a home Wi-Fi, or a client of its access point, hold the channel?"""
        return self._rare().pinned(self)

    def lead(self, leads: bool):
        """Does this unit lead a group? To be said several times a second."""

    def wants_reset(self) -> bool:
        """Only the board's own start can help it now."""
        return self._due and self._steps >= _BOARD_STEP

    def _check(self):
        """Take what is there; start anew what does not work, when it is time."""
        try:
            if self._ready:
                self._poll()
        except Exception:
            self._failed()
        if not self._steps and not self._due:
            return
        since_ms = self._time.ticks_diff(self._time.ticks_ms(), self._since_ms)
        if self._due:
            # Below 0: the last look is more than 6 days ago.
            if not 0 <= since_ms < 1000 * _WAIT_S[min(self._steps, len(_WAIT_S) - 1)]:
                self._heal()
        elif not 0 <= since_ms < _WELL_MS:
            self._steps = 0

    def _failed(self):
        self.counts["errors"] += 1
        if not self._due:
            self._due = True
            self._since_ms = self._time.ticks_ms()

    def _heal(self):
        self.counts["healed"] += 1
        self._steps += 1
        self._begin(self._steps > _WIFI_STEP)

    def _begin(self, wifi):
        self._ready = self._due = False
        self._since_ms = self._time.ticks_ms()
        try:
            self._start(wifi)
            self._ready = True
        except Exception:
            self._failed()

    def _take(self, source, payload, signal=UNKNOWN):
        if len(payload) > _FRAME_MAX:
            return
        if len(self._inbox) >= INBOX_MAX:
            self.counts["dropped"] += 1
            return
        self._inbox.append((source, payload))
        self._signals.append(signal)
