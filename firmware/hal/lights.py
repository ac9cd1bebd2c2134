# SPDX-License-Identifier: MIT
"""LED and button: what a person at the unit sees and presses. Never in the way of the pilot.

A light shows one of: fault (latched), setup (its owner must do something), charging, waiting (a
vehicle, and no current for it), ready, identify (somebody looks for the unit); and whether the
unit hears its leader.
"""

from micropython import const

_BLINK_MS = const(500)
_FAST_MS = const(100)
_HELD_MS = const(2000)
_LONG_MS = const(5000)


def _lamps(row, names, machine):
    pins = row["pins"]
    return {name: machine.Pin(pins[name], machine.Pin.OUT, value=1 - row["active_level"])
            for name in names if name in pins}


def _set(lamps, lit, active):
    for name, pin in lamps.items():
        pin.value(active if name in lit else 1 - active)


class RgbLed:
    """One light: red blinking = fault, red = setup, green = charging, yellow = waiting, blue =
    ready; the latter three blink while the leader is not heard. White, fast = identify."""

    def __init__(self, row, machine):
        self._active = row["active_level"]
        self._lamps = _lamps(row, ("red", "green", "blue"), machine)

    def show(self, state, linked, now_ms):
        """Apply one of the colours."""
        on = now_ms // _BLINK_MS % 2 == 0
        if state == "identify":
            lit = self._lamps if now_ms // _FAST_MS % 2 == 0 else ()
        elif state == "fault" or state == "setup":
            lit = ("red",) if on or state == "setup" else ()
        elif not on and not linked:
            lit = ()
        elif state == "ready":
            lit = ("blue",)
        else:
            lit = ("green",) if state == "charging" else ("red", "green")
        _set(self._lamps, lit, self._active)


class SingleLeds:
    """Up to three lights. error: blinking = fault, on = setup; charge: on = charging, blinking =
    waiting; link: the leader is heard. All fast = identify."""

    def __init__(self, row, machine):
        self._active = row["active_level"]
        self._lamps = _lamps(row, ("charge", "error", "link"), machine)

    def show(self, state, linked, now_ms):
        """Apply three levels."""
        on = now_ms // _BLINK_MS % 2 == 0
        lit = ["link"] if linked else []
        if state == "identify":
            lit = self._lamps if now_ms // _FAST_MS % 2 == 0 else ()
        elif state == "setup" or state == "fault" and on:
            lit.append("error")
        elif state == "charging" or state == "waiting" and on:
            lit.append("charge")
        _set(self._lamps, lit, self._active)


class Button:
    """Held down for two seconds, or not."""

    def __init__(self, row, machine):
        self._since_ms = None
        self._told = self._long = True  # held since the start: stuck, or the loader was wanted
        pull = machine.Pin.PULL_UP if row["active_level"] == 0 else machine.Pin.PULL_DOWN
        self._pin = machine.Pin(row["pin"], machine.Pin.IN, pull)
        self._active = row["active_level"]

    def held(self, now_ms: int) -> bool:
        """True once each time it is held for 2 s without a gap; asked about ten times a second."""
        if self._pin.value() != self._active:
            self._since_ms = None
            self._told = False
            return False
        if self._since_ms is None:
            self._since_ms = now_ms
        if self._told or now_ms - self._since_ms < _HELD_MS:
            return False
        self._told = True
        self._long = False
        return True

    def long(self, now_ms: int) -> bool:
        """True once each time it is held for 5 s; to be asked after held()."""
        if self._long or self._since_ms is None or now_ms - self._since_ms < _LONG_MS:
            return False
        self._long = True
        return True


def led(row, machine):
    """The light that a board file names."""
    return RgbLed(row, machine) if row["kind"] == "rgb" else SingleLeds(row, machine)
