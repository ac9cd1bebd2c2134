# SPDX-License-Identifier: MIT
"""From a board file to the hardware that the app is given: the one place that knows both."""

import os
import struct

import machine
import time

from hal.absent import Absent
from hal.clock import Clock
from hal.proximity import Proximity, Tethered
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

    settings: unchecked; of them only those of the meter count here. polls: to be called about
    ten times a second by a task.
    """

    def __init__(self, board: dict, radio=None, settings=None):
        self.clock = Clock(time)
        self.store = Store()
        self.radio = radio
        self.watchdog = Watchdog()
        self.guard = self.rcm = self.temperature = self.led = self.button = Absent()
        self.polls = ()
        self.bench = None
        row = board.get("proximity")
        self.proximity = Proximity(row, machine) if row else Tethered(board.get("cable_a"))
        self._fit_extras(board)
        if board["pilot"]["kind"] == "bench":
            from hal.bench import Bench, BenchContactor, BenchMeter
            self.bench = self.pilot = Bench(board)
            self.contactor = BenchContactor(self.bench)
            self.meter = BenchMeter(self.bench, self.contactor)
            return
        from hal.contactor import Contactor
        from hal.pilot import ControlPilot
        self.contactor = Contactor(board.get("contactor"), machine, time)
        self.meter = Absent()
        with_pilot = self._fit_meter(board, settings)
        self.pilot = ControlPilot(board["pilot"], machine, time, with_pilot)

    # Only what a board has takes memory.
    def _fit_extras(self, board):
        if board.get("rcm"):
            from hal.rcm import Rcm
            self.rcm = Rcm(board["rcm"], machine, time)
        if board.get("temperature"):
            from hal.temperature import temperature
            self.temperature = temperature(board["temperature"], machine, time)
        if board.get("led"):
            from hal.lights import led
            self.led = led(board["led"], machine)
        if board.get("button"):
            from hal.lights import Button
            self.button = Button(board["button"], machine)

    # Returns a meter that samples with the pilot.
    # Settings that cannot be are core.settings' to refuse: here they are no meter.
    def _fit_meter(self, board, settings):
        given = settings if isinstance(settings, dict) else {}
        kind, address = given.get("meter", "board"), given.get("meter_address", 1)
        if kind == "board" and board.get("meter"):
            from hal.meter_ct import CtMeter
            self.meter = CtMeter(board["meter"], machine, time, self.contactor)
            return self.meter
        if (kind in ("sdm120", "sdm630") and board.get("rs485") and isinstance(address, int)
                and 1 <= address <= 247):
            from hal.meter_modbus import ModbusMeter
            self.meter = ModbusMeter(board["rs485"], 1 if kind == "sdm120" else 3, address,
                                     machine, time)
            self.polls = (self.meter.poll,)
        return None

    def power_returned(self) -> bool:
        """Was there no power before this boot? Then vehicles start one after the other."""
        return machine.reset_cause() == machine.PWRON_RESET

    def random_u32(self) -> int:
        """32 random bits of the chip's own source."""
        return struct.unpack("<I", os.urandom(4))[0]

    def self_test(self) -> list:
        """Sentences of what is wrong; contactor open, nothing offered yet."""
        errors = [self.pilot.self_test(), self.rcm.self_test()]
        return [error for error in errors if error]
