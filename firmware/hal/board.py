# SPDX-License-Identifier: MIT
"""From a board file to the hardware that the app is given: the one place that knows both."""

import os
import struct

import machine
import time

from core import pilot
from hal import inputs, lights
from hal.bench import Bench, BenchContactor, BenchMeter
from hal.clock import Clock
from hal.contactor import Contactor
from hal.pilot import ControlPilot
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
        self.guard = inputs.NoGuard()
        self.rcm = inputs.Rcm(board.get("rcm"), machine, time)
        self.temperature = inputs.temperature(board.get("temperature"), machine, time)
        self.led = lights.led(board.get("led"), machine)
        self.button = lights.Button(board.get("button"), machine)
        self.proximity = inputs.Proximity(board, machine)
        self.polls = ()
        self.bench = None
        if board["pilot"]["kind"] == "bench":
            self.bench = self.pilot = Bench(board)
            self.contactor = BenchContactor(self.bench)
            self.meter = BenchMeter(self.bench, self.contactor, pilot.amount_ma)
            return
        self.contactor = Contactor(board.get("contactor"), machine, time)
        self.meter = inputs.NoMeter()
        with_pilot = self._fit_meter(board, settings)
        self.pilot = ControlPilot(board["pilot"], machine, time, with_pilot)

    # Each kind is imported only where there is one. Returns one that samples with the pilot.
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


def core_board(board: dict) -> dict:
    """The facts of a board file that core.settings checks.

    metered: rule 14 wants a phase that is left out to be seen within 0.2 s; no meter that has a
    driver is so quick and tells a dead phase from a quiet one, so all wired phases count.
    """
    contactor = board.get("contactor") or {}
    return {"nameplate_a": board["nameplate_a"], "metered": False,
            "rs485": bool(board.get("rs485")),
            "feedback": bool(contactor.get("feedback")),
            "ventilation": bool(board.get("ventilation"))}
