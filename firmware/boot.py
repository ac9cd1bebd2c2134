# SPDX-License-Identifier: MIT
# Safe levels first: a crash, a watchdog reset or a soft reset leaves contactor and pilot as they
# were. Flashing fills in the literals; nothing that can fail may come before these lines.
from machine import Pin
from micropython import kbd_intr

kbd_intr(-1)  # noise on the serial line must not end this: main.py would not be started

CONTACTOR = ()  # flash: (pin, level that opens it), ...
PILOT = ()  # flash: (pin, level that gives steady +12 V), ...
OTHERS = ()  # flash: (pin, safe level), ...


# Three loops and no list of all pins: this must work where no byte of memory is left.
def safe():
    """Contactor open, pilot steady +12 V (not ready), everything else at its safe level."""
    for number, level in CONTACTOR:
        Pin(number, Pin.OUT, value=level)
    for number, level in PILOT:
        Pin(number, Pin.OUT, value=level)
    for number, level in OTHERS:
        Pin(number, Pin.OUT, value=level)


try:
    safe()
except KeyboardInterrupt:  # it came before: no other one can
    safe()
