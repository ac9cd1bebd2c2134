# SPDX-License-Identifier: MIT
"""Composition root: one interruptible second, then the unit; every way out opens the contactor."""

import time

from boot import safe

PROMPT_WATCHDOG_MS = 600000  # at the prompt nobody feeds it: a forgotten unit starts again


def main():
    """Run until stopped. Returns the console, whose calls are for the prompt."""
    from app.console import Console
    console = Console()
    time.sleep(1)  # mpremote and people get in here, whatever is wrong with the rest
    from app.device import Device
    device = Device(console)
    try:
        device.run()
    # The one broad handler: whatever happened, the contactor opens before anything else.
    except BaseException as error:
        safe()
        device.stopped(error, PROMPT_WATCHDOG_MS)
    finally:
        safe()
    return console


try:
    console = main()
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
amppool_health = console.health
run = main
