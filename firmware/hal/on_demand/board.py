# SPDX-License-Identifier: MIT
"""From a board file to its hardware: the one place that knows both.

Only the drivers of what a board has are loaded, here and not at the top, and then they stay.
"""

from core.load import load
from hal.absent import Absent
from hal.proximity import Proximity, Tethered


def fit(hardware, board: dict, settings, machine, time):
    """Give `hardware`, a hal.board.Hardware, what the board has. settings: checked values."""
    hardware.guard = hardware.rcm = hardware.temperature = Absent()
    hardware.led = hardware.button = hardware.guard
    hardware.polls = ()
    hardware.bench = None
    row = board.get("proximity")
    hardware.proximity = Proximity(row, machine) if row else Tethered(board.get("cable_a"))
    _fit_extras(hardware, board, machine, time)
    if board["pilot"]["kind"] == "bench":
        from hal.bench import Bench, BenchContactor, BenchMeter
        hardware.bench = hardware.pilot = Bench(board)
        hardware.contactor = BenchContactor(hardware.bench)
        hardware.meter = BenchMeter(hardware.bench, hardware.contactor)
        return
    from hal.contactor import Contactor
    from hal.pilot import ControlPilot
    hardware.contactor = Contactor(board.get("contactor"), machine, time)
    hardware.meter = Absent()
    with_pilot = _fit_meter(hardware, board, settings, machine, time)
    hardware.pilot = ControlPilot(board["pilot"], machine, time, with_pilot)


def self_test(hardware) -> list:
    """Sentences of what is wrong; contactor open, nothing offered yet."""
    errors = []
    if hardware.bench is None:
        errors.append(load("hal", "pilot").self_test(hardware.pilot))
    if not isinstance(hardware.rcm, Absent):
        errors.append(load("hal", "rcm").self_test(hardware.rcm))
    return [error for error in errors if error]


def _fit_extras(hardware, board, machine, time):
    if board.get("rcm"):
        from hal.rcm import Rcm
        hardware.rcm = Rcm(board["rcm"], machine, time)
    if board.get("temperature"):
        from hal.temperature import temperature
        hardware.temperature = temperature(board["temperature"], machine, time)
    if board.get("led"):
        from hal.lights import led
        hardware.led = led(board["led"], machine)
    if board.get("button"):
        from hal.lights import Button
        hardware.button = Button(board["button"], machine)


# Returns a meter that samples with the pilot.
def _fit_meter(hardware, board, settings, machine, time):
    kind = settings.get("meter", "board")
    if kind != "board":
        from hal.meter_modbus import ModbusMeter
        hardware.meter = ModbusMeter(board["rs485"], 1 if kind == "sdm120" else 3,
                                     settings["meter_address"], machine, time)
        hardware.polls = (hardware.meter.poll,)
    elif board.get("meter"):
        from hal.meter_ct import CtMeter
        hardware.meter = CtMeter(board["meter"], machine, time, hardware.contactor)
        return hardware.meter
    return None
