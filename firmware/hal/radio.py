# SPDX-License-Identifier: MIT
"""What both radios share: a bounded inbox, and a wait that a frame or the pilot path can end."""

import asyncio

from micropython import const

INBOX_MAX = const(16)
_POLL_MS = const(20)
_FRAME_MAX = const(250)


class Radio:
    """Base of the transports: they implement `_poll()` and `send()`."""

    def __init__(self, time):
        self._time = time
        self._inbox = []
        self._woken = False
        # Frames dropped because the inbox was full, times the driver had to be started anew,
        # frames that could not be sent.
        self.counts = {"dropped": 0, "healed": 0, "unsent": 0}

    def receive(self):
        """(source, payload) of the oldest frame waiting, or None."""
        self._poll()
        return self._inbox.pop(0) if self._inbox else None

    def wake(self):
        """End the present wait: the pilot path has news for the sharing task."""
        self._woken = True

    async def wait(self, span_ms: int):
        """Until a frame is there, `wake()` was called, or the time has passed."""
        begin_ms = self._time.ticks_ms()
        while True:
            left_ms = span_ms - self._time.ticks_diff(self._time.ticks_ms(), begin_ms)
            await asyncio.sleep_ms(max(0, min(_POLL_MS, left_ms)))
            self._poll()
            if self._woken or self._inbox or left_ms <= _POLL_MS:
                self._woken = False
                return

    def _take(self, source, payload):
        if len(payload) > _FRAME_MAX:
            return
        if len(self._inbox) >= INBOX_MAX:
            self.counts["dropped"] += 1
            return
        self._inbox.append((source, payload))
