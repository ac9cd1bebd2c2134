# SPDX-License-Identifier: MIT
"""The start of a contactor."""


def begin(contactor, board, machine, time):
    """Pins and times of a hal.contactor.Contactor, open."""
    contactor._time = time
    contactor._pins = []
    contactor._feedback = None
    contactor._held = False  # asked to close, and waiting
    contactor._changed_ms = time.ticks_ms()
    contactor._min_on_ms = contactor._min_off_ms = contactor._wait_ms = 0
    if board is None:
        return
    contactor._active = board["active_level"]
    contactor._min_on_ms = board["min_on_ms"]
    contactor._min_off_ms = contactor._wait_ms = board["min_off_ms"]
    for number in board["pins"]:
        contactor._pins.append(machine.Pin(number, machine.Pin.OUT, value=1 - contactor._active))
    if board.get("feedback"):
        row = board["feedback"]
        pulls = {"up": machine.Pin.PULL_UP, "down": machine.Pin.PULL_DOWN}
        contactor._feedback = machine.Pin(row["pin"], machine.Pin.IN, pulls.get(row["pull"]))
        contactor._feedback_active = row["active_level"]
