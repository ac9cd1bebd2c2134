# SPDX-License-Identifier: MIT
"""The one plain reason that a unit gives for its current, as a small number and as words.

Every limit carries its reason through the same `min`, so that the reason shown is the one that
won. Numbers travel in reports: never reuse one, append only.
"""

from micropython import const

# What limits a charging unit.
LEASE = const(1)
FALLBACK = const(2)
REST = const(3)
BOARD = const(4)
BREAKER = const(5)
CABLE = const(6)
TEMPERATURE = const(7)
# Why nothing is offered although nothing is broken.
NO_VEHICLE = const(16)
NOT_ENABLED = const(17)
NO_SETTINGS = const(18)
NO_LEASE = const(19)
BOOT_QUIET = const(20)
PAUSED = const(21)
STALLED = const(22)
PHASE_GUARD = const(23)
WAIT_INCREASE = const(24)
VENTILATION = const(25)
POWER_RETURN = const(26)
REMOVED = const(27)
STORE_FAILED = const(28)
SETTINGS_NEWER = const(29)
# Protections: latched, with a bounded number of retries.
RCM = const(32)
WELDED = const(33)
OVERHEAT = const(34)
DIODE = const(35)
PROXIMITY = const(36)
PILOT_SHORT = const(37)
OVERCURRENT = const(38)
NO_DATA = const(39)
PILOT_FAULT = const(40)
NOT_CLOSED = const(41)


# One list of (number, short name for traces, words for people); a function, because module
# level objects would be shared by all units of a process.
def _table():
    return (
        (LEASE, "lease", "as the leader allocated"),
        (FALLBACK, "fallback", "leader not heard: fallback current"),
        (REST, "rest", "leader not heard: waiting at the lower of last grant and fallback"),
        (BOARD, "board", "greatest current of this board"),
        (BREAKER, "breaker", "breaker setting of this unit"),
        (CABLE, "cable", "greatest current of the cable"),
        (TEMPERATURE, "temperature", "reduced because the unit is hot"),
        (NO_VEHICLE, "no_vehicle", "no vehicle connected"),
        (NOT_ENABLED, "not_enabled", "sharing is not enabled"),
        (NO_SETTINGS, "no_settings", "settings missing or invalid: not charging"),
        (NO_LEASE, "no_lease", "no current allocated: leader not heard"),
        (BOOT_QUIET, "boot_quiet", "just started: waiting until the vehicle has let go"),
        (PAUSED, "paused", "waiting: the leader allocated no current"),
        (STALLED, "stalled", "program was late: contactor opened"),
        (PHASE_GUARD, "phase_guard", "vehicle woke on a phase left out: waiting for all phases"),
        (WAIT_INCREASE, "wait_increase", "rising 5 s after the last change"),
        (VENTILATION, "ventilation", "vehicle asks for ventilation: none fitted"),
        (POWER_RETURN, "power_return", "power is back: starting after a random delay"),
        (REMOVED, "removed", "removed from the group: set it up anew"),
        (STORE_FAILED, "store_failed", "settings could not be stored"),
        (SETTINGS_NEWER, "settings_newer", "a unit has newer group settings: confirm them"),
        (RCM, "rcm", "residual current: stopped"),
        (WELDED, "welded", "contactor does not open: stopped"),
        (OVERHEAT, "overheat", "too hot: stopped"),
        (DIODE, "diode", "no vehicle diode on the pilot: stopped"),
        (PROXIMITY, "proximity", "cable not recognised: stopped"),
        (PILOT_SHORT, "pilot_short", "pilot shorted: stopped"),
        (OVERCURRENT, "overcurrent", "vehicle draws more than offered: stopped"),
        (NO_DATA, "no_data", "pilot cannot be measured: stopped"),
        (PILOT_FAULT, "pilot_fault", "pilot output does not follow: stopped"),
        (NOT_CLOSED, "not_closed", "contactor does not close: stopped"),
    )


def name(reason: int) -> str:
    """Short name for traces; 'reason_N' for a number from a newer unit."""
    for number, short, _ in _table():
        if number == reason:
            return short
    return "reason_%d" % reason


def words(reason: int) -> str:
    """One plain sentence part for people."""
    for number, _, text in _table():
        if number == reason:
            return text
    return "unknown reason %d" % reason
