# SPDX-License-Identifier: MIT
"""Composition root: one interruptible second, then the unit; every way out opens the contactor."""

from boot import safe  # first: from there on a Ctrl-C waits for the second below

import time

from device.module_folders import ModuleFolders
from micropython import kbd_intr

folders = ModuleFolders(("/device", "/r"), "/o")
with folders:
    from device.supervisor import Supervisor

supervisor = Supervisor()


def run():
    """Run the unit until Ctrl-C; after an error, and for a second time, the board starts again."""
    with folders:
        try:
            supervisor.start().run()
        # The one broad handler: whatever happened, the contactor opens before anything else.
        except BaseException as error:
            safe()
            supervisor.ended(error)
        finally:
            safe()


try:
    kbd_intr(3)
    time.sleep(1)  # mpremote and people get in here, whatever is wrong with the rest
    run()
finally:
    kbd_intr(-1)  # a second Ctrl-C is usual, and must not leave half of the calls
    try:
        with folders:
            offer = supervisor.calls()
        offer(globals(), supervisor, folders)
    finally:
        kbd_intr(3)
