# SPDX-License-Identifier: MIT
"""The unit's server on a chip, when its own access point is open for who wants its page, and what
its button does for both."""

import asyncio

from core.load import NotLoaded, load
from micropython import const

_PORT = const(80)
_LOOK_MS = const(1000)
_AGAIN_MS = const(5000)
OPEN_MS = const(900000)  # after power came back, or the button was held
_LOGGED_IN_MS = const(600000)  # as long as a session lasts


class Serving:
    """web: app.web.Web; blank: the unit was never set up; until_ms: the access point is open for
    everybody until then. access: of on_demand/access_point.py while it is open, or None.
    listens: the server does."""

    __slots__ = ("web", "blank", "until_ms", "access", "listens", "_look_ms", "_again_ms",
                 "_loads")

    def __init__(self, web, blank: bool, until_ms: int):
        self.web = web
        self.blank = blank
        self.until_ms = until_ms
        self.access = None
        self.listens = False
        self._look_ms = self._again_ms = 0
        self._loads = None  # what is still to be loaded until a leader pairs

    async def begin(self, now_ms):
        """Listen, or try to every 5 s: at the start the system may be short of memory. Without a
        network there is no page, and the unit runs all the same."""
        if self.listens or now_ms < self._again_ms:
            return
        self._again_ms = now_ms + _AGAIN_MS
        try:
            await asyncio.start_server(self.web.serve, "0.0.0.0", _PORT)
            self.listens = True
        except (OSError, MemoryError):
            self.web.counts[2] += 1

    def step(self, unit, pressed: bool, now_ms: int):
        """To be called about ten times a second. pressed: the button was held for 5 s: who leads
        a group then pairs as well."""
        if pressed:
            self.until_ms = now_ms + OPEN_MS
        access, mqtt = self.access, self.web.mqtt
        try:
            if pressed and unit.member.leader is not None and unit.member.codec is not None:
                self._loads = load("app", "needs").needs("pair")
            elif self._loads is not None:
                self._pair(unit)
            if mqtt is not None:
                mqtt.step(now_ms)
            if access is not None:
                access.poll()
            if now_ms < self._look_ms:
                return
            self._look_ms = now_ms + _LOOK_MS
            self.blank = self.blank and getattr(unit.member, "config", unit) is None
            client = logged_in(self.web.asked_ms, now_ms)
            unit.hal.radio.client = client and access is not None  # it holds the channel
            opens = self.blank or now_ms < self.until_ms
            if opens and access is None:
                rare = load("device", "access_point")
                self.access = rare.opened(unit.hal, self.web.identity()[0])
            # Whoever has come over the home Wi-Fi needs none: it stays, but is not opened.
            elif access is not None and not opens and not client:
                self.access = None
                access.close()
            self.web.step()
        except (NotLoaded, MemoryError, OSError):
            self.web.counts[2] += 1  # the next second tries again


    # One file each time: between two of them the pilot path and the sharing task have their turn.
    def _pair(self, unit):
        if self._loads:
            load(*self._loads.pop(0))
        else:
            self._loads = None
            load("app", "pairing").pair(unit, None, None)


def logged_in(asked_ms, now_ms) -> bool:
    """Is somebody? asked_ms: when one who was last asked for something, or None."""
    return asked_ms is not None and now_ms - asked_ms < _LOGGED_IN_MS
