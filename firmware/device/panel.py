# SPDX-License-Identifier: MIT
"""What a person at the unit sees and presses: its LED and its button."""

from core import reasons
from core.connector.pilot_state import B, D

# The unit offers nothing before its owner does something.
_OWNER = (reasons.NOT_ENABLED, reasons.NO_SETTINGS, reasons.REMOVED, reasons.STORE_FAILED,
          reasons.SETTINGS_NEWER)


def led_state(unit, closed: bool) -> str:
    """What the LED shows: fault, setup, charging, waiting or ready. closed: the contactor."""
    connector = unit.connector
    if connector.fault:
        return "fault"
    if unit.errors or connector.reason in _OWNER:
        return "setup"
    if closed:
        return "charging"
    return "waiting" if B <= connector.state <= D else "ready"


def step(unit, hardware, now_ms: int) -> bool:
    """Show it; the button says, as `clear_fault()`, that a fault may be tried again. True once
    when it has been held for 5 s."""
    linked = unit.member.has_lease(now_ms)
    state = "identify" if now_ms < unit.member.blink_ms else led_state(
        unit, hardware.contactor.is_closed)
    hardware.led.show(state, linked, now_ms)
    if hardware.button.held(now_ms):
        unit.connector.clear_fault()
    return hardware.button.long(now_ms)
