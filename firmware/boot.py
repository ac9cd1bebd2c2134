# SPDX-License-Identifier: MIT
# Safe levels first: a crash, a watchdog reset or a soft reset leaves contactor and pilot as they
# were. Flashing fills in the literals; nothing that can fail may come before these lines.
from machine import Pin

CONTACTOR = ()  # flash: (pin, level that opens it), ...
PILOT = ()  # flash: (pin, level that gives steady +12 V), ...
OTHERS = ()  # flash: (pin, safe level), ...


def safe():
    """Contactor open, pilot steady +12 V (not ready), everything else at its safe level."""
    for number, level in CONTACTOR + PILOT + OTHERS:
        Pin(number, Pin.OUT, value=level)


safe()
