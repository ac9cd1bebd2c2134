# SPDX-License-Identifier: MIT
"""Names and words of the reasons, for traces and people.

Apart from the numbers because a running unit needs only those: boards load this file when
somebody asks.
"""

from core import reasons

# Number, short name for traces, words for people.
_TABLE = (
    (reasons.LEASE, "lease", "as the leader allocated"),
    (reasons.FALLBACK, "fallback", "leader not heard: fallback current"),
    (reasons.REST, "rest", "leader not heard: waiting at the lower of last grant and fallback"),
    (reasons.BOARD, "board", "greatest current of this board"),
    (reasons.BREAKER, "breaker", "breaker setting of this unit"),
    (reasons.CABLE, "cable", "greatest current of the cable"),
    (reasons.TEMPERATURE, "temperature", "reduced because the unit is hot"),
    (reasons.NO_VEHICLE, "no_vehicle", "no vehicle connected"),
    (reasons.NOT_ENABLED, "not_enabled", "sharing is not enabled"),
    (reasons.NO_SETTINGS, "no_settings", "settings missing or invalid: not charging"),
    (reasons.NO_LEASE, "no_lease", "no current allocated: leader not heard"),
    (reasons.BOOT_QUIET, "boot_quiet", "just started: waiting until the vehicle has let go"),
    (reasons.PAUSED, "paused", "waiting: the leader allocated no current"),
    (reasons.STALLED, "stalled", "program was late: contactor opened"),
    (reasons.PHASE_GUARD, "phase_guard",
     "vehicle woke on a phase left out: waiting for all phases"),
    (reasons.WAIT_INCREASE, "wait_increase", "rising 5 s after the last change"),
    (reasons.VENTILATION, "ventilation", "vehicle asks for ventilation: none fitted"),
    (reasons.POWER_RETURN, "power_return", "power is back: starting after a random delay"),
    (reasons.REMOVED, "removed", "removed from the group: set it up anew"),
    (reasons.STORE_FAILED, "store_failed", "settings could not be stored"),
    (reasons.SETTINGS_NEWER, "settings_newer", "a unit has newer group settings: confirm them"),
    (reasons.RCM, "rcm", "residual current: stopped"),
    (reasons.WELDED, "welded", "contactor does not open: stopped"),
    (reasons.OVERHEAT, "overheat", "too hot: stopped"),
    (reasons.DIODE, "diode", "no vehicle diode on the pilot: stopped"),
    (reasons.PROXIMITY, "proximity", "cable not recognised: stopped"),
    (reasons.PILOT_SHORT, "pilot_short", "pilot shorted: stopped"),
    (reasons.OVERCURRENT, "overcurrent", "vehicle draws more than offered: stopped"),
    (reasons.NO_DATA, "no_data", "pilot cannot be measured: stopped"),
    (reasons.PILOT_FAULT, "pilot_fault", "pilot output does not follow: stopped"),
    (reasons.NOT_CLOSED, "not_closed", "contactor does not close: stopped"),
)


def name(reason: int) -> str:
    """Short name for traces; 'reason_N' for a number from a newer unit."""
    for number, short, _ in _TABLE:
        if number == reason:
            return short
    return "reason_%d" % reason


def words(reason: int) -> str:
    """One plain sentence part for people."""
    for number, _, text in _TABLE:
        if number == reason:
            return text
    return "unknown reason %d" % reason
