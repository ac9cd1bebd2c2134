# SPDX-License-Identifier: MIT
"""The unit's server on a chip, and when its own access point is open for who wants its page."""

import asyncio

from core.load import NotLoaded, load
from micropython import const

_PORT = const(80)
_LOOK_MS = const(1000)
OPEN_MS = const(900000)  # after power came back, or the button was held
_LOGGED_IN_MS = const(600000)  # as long as a session lasts


class Serving:
    """web: app.web.Web; blank: the unit was never set up; until_ms: the access point is open for
    everybody until then. access: of on_demand/access_point.py while it is open, or None."""

    __slots__ = ("web", "blank", "until_ms", "access", "_look_ms")

    def __init__(self, web, blank: bool, until_ms: int):
        self.web = web
        self.blank = blank
        self.until_ms = until_ms
        self.access = None
        self._look_ms = 0

    async def begin(self):
        """Listen. Without a network there is no page, and the unit runs all the same."""
        try:
            await asyncio.start_server(self.web.serve, "0.0.0.0", _PORT)
        except OSError:
            self.web.counts[2] += 1

    def step(self, unit, pressed: bool, now_ms: int):
        """To be called about ten times a second. pressed: the button was held for 5 s."""
        if pressed:
            self.until_ms = now_ms + OPEN_MS
        access, mqtt = self.access, self.web.mqtt
        try:
            if mqtt is not None:
                mqtt.step(now_ms)
            if access is not None:
                access.poll()
            if now_ms < self._look_ms:
                return
            self._look_ms = now_ms + _LOOK_MS
            client = logged_in(self.web.asked_ms, now_ms)
            unit.hal.radio.client = client and access is not None  # it holds the channel
            opens = self.blank or client or now_ms < self.until_ms
            if opens and access is None:
                rare = load("device", "access_point")
                self.access = rare.opened(unit.hal, self.web.identity()[0])
            elif access is not None and not opens:
                self.access = None
                access.close()
            self.web.step()
        except (NotLoaded, MemoryError, OSError):
            self.web.counts[2] += 1  # the next second tries again


def logged_in(asked_ms, now_ms) -> bool:
    """Is somebody? asked_ms: when one who was last asked for something, or None."""
    return asked_ms is not None and now_ms - asked_ms < _LOGGED_IN_MS
