# SPDX-License-Identifier: MIT
"""Makes a Protection, and tells it of a contactor that was found welded before the start."""

from core.connector.protection import Protection
from core.units import NEVER_MS


def new_protection(ventilation: bool, feedback: bool):
    """A Protection without a fault. ventilation: verified, so D may charge; feedback: the
    contactor reports its position."""
    protection = Protection()
    protection.fault = 0
    protection.cable_ma = None
    protection.meter_wrong = False
    protection.due_ms = NEVER_MS  # when the next step is needed without a change of inputs
    protection._ventilation = ventilation
    protection._feedback = feedback
    protection._retry_ms = NEVER_MS
    protection._locked = False  # all retries are used
    protection._gone = False  # the cause of the fault is
    protection._forget()
    protection._since_ms = [None] * 7  # start of each condition that must last
    protection._base_ma = None  # what the excess is counted from
    return protection


def weld(protection):
    """The run before this one has seen a welded contactor, and the power was not cycled."""
    protection._latch(0, 0)
