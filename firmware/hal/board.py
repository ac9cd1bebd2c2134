# SPDX-License-Identifier: MIT
"""The hardware that the app is given; on_demand/board.py says which of it a board has."""

import gc
import os
import struct
import time

import machine
from core.load import load
from hal.clock import Clock
from hal.store import Store


class Watchdog:
    """The task watchdog: once begun it cannot be stopped, only given another time."""

    def __init__(self):
        self._dog = None

    def begin(self, timeout_ms: int):
        """Start it, or give it another time."""
        self._dog = machine.WDT(timeout=timeout_ms)

    def feed(self):
        """Alive; before `begin()` nothing."""
        if self._dog is not None:
            self._dog.feed()


class Hardware:
    """What app.unit.Unit is given. `board`: the board file; `radio`: made by the caller.

    settings: checked values, or {}; of them only those of the meter count here. polls: to be
    called about ten times a second by a task. serial: the chip's own number, 6 bytes.
    """

    def __init__(self, board: dict, radio, settings: dict):
        self.serial = machine.unique_id()
        self.clock = Clock(time)
        self.watchdog = Watchdog()
        self.store = Store(alive=self.watchdog.feed)
        self.radio = radio
        load("hal", "board").fit(self, board, settings, machine, time)

    def power_returned(self) -> bool:
        """Was there no power before this boot? Then vehicles start one after the other."""
        return machine.reset_cause() == machine.PWRON_RESET

    def random_u32(self) -> int:
        """32 random bits of the chip's own source. They are random only while Wi-Fi is on."""
        return struct.unpack("<I", os.urandom(4))[0]

    def identity(self) -> tuple:
        """(label code, name of the board, version of the firmware), for whoever pairs it."""
        return load("device", "identity").for_pairing()

    def heap_free(self) -> int:
        """Bytes that Python has left; MicroPython counts what it could take of the system too."""
        import esp32  # not on every chip of a test
        return gc.mem_free() - max([row[2] for row in esp32.idf_heap_info(esp32.HEAP_DATA)])

    def stored_settings(self) -> dict:
        """The settings that the next start will find."""
        files = load("device", "files")
        return files.read_table(files.SETTINGS, [])

    def board_facts(self) -> dict:
        """What the core wants of the board file."""
        files = load("device", "files")
        return load("hal", "facts").core_board(files.read_json(files.BOARD))

    def set_settings(self, changes: dict) -> bool:
        """Store these settings for the next start. Are they stored?"""
        return load("device", "files").change_settings(changes)
