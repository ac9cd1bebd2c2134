# SPDX-License-Identifier: MIT
"""The one plain reason that a unit gives for its current, as a small number.

Every limit carries its reason through the same `min`, so that the reason shown is the one that
won. Numbers travel in reports: never reuse one, append only. Words are in reason_words.py.
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
SENSOR = const(8)
SLOW_VEHICLE = const(9)
METER = const(10)
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
LOCKED = const(42)
# What one vehicle does again and again, or never.
TOGGLES = const(43)
WAKING = const(44)
# Of the group: why there is no lease, or none is used.
WAITS_FOR_LEADER = const(48)
STRANGER = const(49)
REWIRED = const(50)
UNSURE = const(51)
NOT_GRANTED = const(52)
TWO_LEADERS = const(53)
NO_GROUP = const(54)
# 55 to 60 are in no report: app/on_demand/unit_reason.py.
