# SPDX-License-Identifier: MIT
"""Composition root: one interruptible second, then the unit; every way out opens the contactor."""

import _thread
import machine
import network
import sys
import time

from boot import safe
from hal.shelf import Shelf

shelf = Shelf(("/app", "/core", "/hal"))
with shelf:
    from app.session import CALLS, Session

_PROMPT_WATCHDOG_MS = 600000  # at the prompt nobody feeds it: a forgotten unit starts again

session = Session()


def run():
    """Run the unit until Ctrl-C; after an error, and for a second time, the board starts again."""
    if session.device is not None:
        # There is no room for another unit beside what is left of the one that ran.
        print("The board starts again.")
        machine.reset()
    with shelf:
        _run()


def _run():
    try:
        _load().run()
    # The one broad handler: whatever happened, the contactor opens before anything else.
    except BaseException as error:
        safe()
        _stopped(session.device, error)
    finally:
        safe()


# The radio first, then what Python needs: the other way round there is no room for the radio.
def _load():
    network.WLAN(network.WLAN.IF_STA).active(True)
    from app.air import open_radio
    from hal.memory import Reserve
    radio = open_radio()
    with Reserve(_thread):
        from app.device import Device
        device = Device(session, radio)
        device.build()
        return device


def _stopped(device, error):
    if device is not None:
        device.stopped(error, _PROMPT_WATCHDOG_MS)
    if isinstance(error, KeyboardInterrupt):
        print("Stopped: the contactor is open, the pilot says not ready. Try help_me().")
        return
    sys.print_exception(error)
    print("Stopped by an error, the contactor is open. It starts again in a few seconds; Ctrl-C "
          "prevents that.")
    time.sleep(5)
    machine.reset()


def _call(name):
    def call(*given):
        with shelf:
            return session.call(name)(*given)
    return call


for _name in CALLS:
    globals()[_name] = _call(_name)

time.sleep(1)  # mpremote and people get in here, whatever is wrong with the rest
run()
