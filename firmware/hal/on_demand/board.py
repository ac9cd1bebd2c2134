# SPDX-License-Identifier: MIT
"""From a board file to its hardware: the one place that knows both.

Only what a board has is loaded, for it takes memory.
"""

from hal.absent import Absent
from hal.proximity import Proximity, Tethered


def fit(hardware, board: dict, settings, machine, time):
    """Give `hardware`, a hal.board.Hardware, what the board has. settings: unchecked."""
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


# Returns a meter that samples with the pilot. Settings that cannot be are core.on_demand.settings' to
# refuse: here they are no meter.
def _fit_meter(hardware, board, settings, machine, time):
    given = settings if isinstance(settings, dict) else {}
    kind, address = given.get("meter", "board"), given.get("meter_address", 1)
    if kind == "board" and board.get("meter"):
        from hal.meter_ct import CtMeter
        hardware.meter = CtMeter(board["meter"], machine, time, hardware.contactor)
        return hardware.meter
    if (kind in ("sdm120", "sdm630") and board.get("rs485") and isinstance(address, int)
            and 1 <= address <= 247):
        from hal.meter_modbus import ModbusMeter
        hardware.meter = ModbusMeter(board["rs485"], 1 if kind == "sdm120" else 3, address,
                                     machine, time)
        hardware.polls = (hardware.meter.poll,)
    return None
