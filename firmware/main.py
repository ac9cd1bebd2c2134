# SPDX-License-Identifier: MIT
"""Composition root: one interruptible second, then the unit; every way out opens the contactor."""

import time

from boot import safe
from hal.shelf import Shelf

shelf = Shelf(("/app", "/core", "/hal"))
with shelf:
    from app.console import Console

_PROMPT_WATCHDOG_MS = 600000  # at the prompt nobody feeds it: a forgotten unit starts again

console = Console()


def run():
    """Run the unit until Ctrl-C; after an error the board starts again."""
    with shelf:
        _run()


def _run():
    device = None
    try:
        from app.device import Device
        device = Device(console)
        device.run()
    # The one broad handler: whatever happened, the contactor opens before anything else.
    except BaseException as error:
        safe()
        console.explain(error)
        if device is not None:
            device.stopped(error, _PROMPT_WATCHDOG_MS)
    finally:
        safe()


help_me = console.help_me
status = console.status
role = console.role
breaker = console.breaker
limit = console.limit
enable = console.enable
wifi = console.wifi
settings = console.settings
setting = console.setting
label = console.label
clear_fault = console.clear_fault
factory_reset = console.factory_reset
bench_vehicle = console.bench_vehicle
watch = console.watch
amppool_health = console.health

time.sleep(1)  # mpremote and people get in here, whatever is wrong with the rest
run()
