# SPDX-License-Identifier: MIT
"""The start of a unit, in the order in which there is memory for it, and calls at the prompt."""

import gc
import time

import machine
import network
from core.load import let_go, load
from micropython import const

_COLLECT_BYTES = const(2048)
# While it runs, housekeeping collects. But what is loaded in one turn must not fill the heap with
# garbage: what stays would lie in between, and leave holes that are too small for anything.
_RUN_COLLECT_BYTES = const(8192)


def start(supervisor):
    """Make the device of a device.supervisor.Supervisor, ready to run. Raises whatever a broken
    file or chip raises."""
    if supervisor.device is not None:
        # There is no room for another unit beside what is left of the one that ran.
        print("The board starts again.")
        machine.reset()
    _finish_reset(supervisor)
    # Collected often, what stays lies close together, and what is left for the run in one
    # piece: garbage in between would leave holes everywhere.
    gc.threshold(_COLLECT_BYTES)
    # The radio first, then what Python needs: the other way round there is no room for it.
    try:
        if hasattr(network, "hostname"):
            network.hostname(host_name(machine.unique_id()))
        network.WLAN(network.WLAN.IF_STA).active(True)
    except Exception:
        pass  # the radio itself counts it, and tries again
    stored = load("device", "stored").Stored()
    _relax()
    radio = load("device", "air").open_radio(stored.values)
    import esp32  # what answers a call wants none
    import socket

    memory = load("device", "memory")
    with memory.Reserve(socket, esp32.NVS, time.sleep_ms):
        load("device", "names")
        _relax()
        # Here and not at the top: the radio must be open. It stays loaded.
        from device.device import Device
        device = Device(supervisor, radio)
        device.build(stored)
    gc.threshold(_RUN_COLLECT_BYTES)
    return device


def host_name(serial: bytes) -> str:
    """By which networks know a unit, with .local behind it where the image can say that."""
    return "amppool-" + serial[-3:].hex()


# Memory is short: what was needed so far is let go of.
def _relax():
    let_go()
    gc.collect()


# What a loss of power has interrupted, before anything is read; what of it cannot be done forbids
# charging.
def _finish_reset(supervisor):
    files = load("device", "files")
    if files.there(files.FORGET):
        error = load("device", "reset").finish()
        supervisor.errors = [error] if error else []


def call(supervisor, name: str, given):
    """Do what was typed at the prompt of a Supervisor. given: the values between the brackets."""
    _finish_reset(supervisor)
    stands = getattr(load("app", "console"), name, None)
    if stands is not None:
        stands(supervisor, *given)
    else:
        refusal = load("app", "live_calls").call(supervisor, name, given)
        if refusal is not None:
            load("app", "refusals").print_refusal(supervisor, refusal)
