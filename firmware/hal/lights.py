# SPDX-License-Identifier: MIT
"""LED and button: what a person at the unit sees and presses. Never in the way of the pilot."""

from micropython import const

_BLINK_MS = const(500)


class NoLed:
    """A board without LEDs."""

    def show(self, fault, charging, linked, now_ms):
        """Nothing to show."""


class RgbLed:
    """One light: red blinking = fault, green = charging, blue = ready; dim while unlinked."""

    def __init__(self, row, machine):
        self._active = row["active_level"]
        pins = row["pins"]
        self._pins = [machine.Pin(pins[c], machine.Pin.OUT, value=1 - self._active)
                      for c in ("red", "green", "blue")]

    def show(self, fault, charging, linked, now_ms):
        """Apply one of the colours."""
        on = now_ms // _BLINK_MS % 2 == 0
        wanted = (bool(fault) and on, not fault and charging and (linked or on),
                  not fault and not charging and (linked or on))
        for pin, lit in zip(self._pins, wanted):
            pin.value(self._active if lit else 1 - self._active)


class SingleLeds:
    """Separate lights for charge, error and link."""

    def __init__(self, row, machine):
        self._active = row["active_level"]
        self._pins = {}
        for name in ("charge", "error", "link"):
            if name in row["pins"]:
                self._pins[name] = machine.Pin(row["pins"][name], machine.Pin.OUT,
                                               value=1 - self._active)

    def show(self, fault, charging, linked, now_ms):
        """Apply three levels."""
        lit = {"charge": charging, "error": bool(fault), "link": linked}
        for name, pin in self._pins.items():
            pin.value(self._active if lit[name] else 1 - self._active)


class Button:
    """Pressed or not; None fitted is never pressed."""

    def __init__(self, row, machine):
        self._pin = None
        if row is not None:
            pull = machine.Pin.PULL_UP if row["active_level"] == 0 else machine.Pin.PULL_DOWN
            self._pin = machine.Pin(row["pin"], machine.Pin.IN, pull)
            self._active = row["active_level"]

    def pressed(self) -> bool:
        """Is it held down now?"""
        return self._pin is not None and self._pin.value() == self._active


def led(row, machine):
    """The light that a board file names."""
    if row is None:
        return NoLed()
    return RgbLed(row, machine) if row["kind"] == "rgb" else SingleLeds(row, machine)
