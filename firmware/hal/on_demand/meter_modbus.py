# SPDX-License-Identifier: MIT
"""The start of an Eastron meter on RS485."""

from hal.meter_modbus import EVERY_MS, crc
from micropython import const

_BAUD = const(9600)
_CURRENTS = const(6)  # first of the registers, two for each phase: float32, high word first
_READ_INPUT = const(4)


def begin(meter, port, phases, address, machine, time):
    """Port and request of a hal.meter_modbus.ModbusMeter that has asked nothing."""
    meter._time = time
    meter._phases = phases
    meter._driver = machine.Pin(port["dir_pin"], machine.Pin.OUT, value=0)
    meter._uart = machine.UART(port["uart"], baudrate=_BAUD, tx=port["tx_pin"],
                               rx=port["rx_pin"], timeout=0)
    request = bytes((address, _READ_INPUT, 0, _CURRENTS, 0, 2 * phases))
    meter._request = request + crc(request)
    meter._head = bytes((address, _READ_INPUT, 4 * phases))
    meter._answer = b""
    meter._waits = False
    meter._asked_ms = time.ticks_ms() - EVERY_MS
    meter._draw = None
    meter._draw_ms = 0
