# SPDX-License-Identifier: MIT
"""The meters as they are built, on MicroPython: the same integers as from the source."""

import math
import struct
import types

from hal import meter_modbus

from host_tools.micropython import wasm

# What both meters meet: an ADC that plays a list of mV, a bus that answers with a list of bytes.
_CHIP = """
class Time:
    ms = 1000
    def ticks_ms(self): return self.ms
    def ticks_diff(self, new, old): return new - old
    def sleep_us(self, us): pass

class Machine:
    def __init__(self, played): self.played, self.at = played, 0
    class Pin:
        OUT = 1
        def __init__(self, number, mode=0, value=0): self.number = number
        def value(self, level=None): pass
    class ADC:
        ATTN_11DB = 3
        machine = None
        def __init__(self, pin, atten=0): pass
        def read_uv(self):
            machine = self.machine
            machine.at += 1
            return machine.played[machine.at - 1] * 1000
    def UART(self, number, baudrate, tx, rx, timeout): return self
    def read(self): return self.played.pop(0) if self.played else None
    def write(self, data): print(data)
    def txdone(self): return True
"""
_CT = """
from hal.meter_ct import READS, CtMeter
class Contactor: is_closed = False
def measured(played, closed_after):
    machine, contactor, time = Machine(played), Contactor(), Time()
    machine.ADC.machine = machine
    row = {"pins": [1, 2, 3], "ma_per_mv_x10": 909, "offset_mv": 1650, "floor_ma": 700}
    meter = CtMeter(row, machine, time, contactor)
    shown = []
    for burst in range(len(played) // READS):
        contactor.is_closed = burst >= closed_after
        for number in range(meter.reads(False)):
            meter.sample(number)
        time.ms += 20
        shown.append(meter.read())
    return shown
print(measured(PLAYED, 15))
"""
_MODBUS = """
from hal.meter_modbus import ModbusMeter, crc, milli
def answered(played):
    time = Time()
    port = {"uart": 1, "rx_pin": 1, "tx_pin": 2, "dir_pin": 3}
    meter = ModbusMeter(port, 3, 12, Machine(played), time)
    shown = []
    for _ in range(4 * 3):
        time.ms += 100
        meter.poll()
        shown.append(meter.read())
    return shown, meter.misses
print(answered(PLAYED), crc(b"123456789"), [milli(f) for f in FLOATS])
"""


def on_micropython(program) -> list:
    """The lines that a program prints there."""
    return wasm.run([_CHIP + program]).splitlines()


def test_transformers_are_read_alike(capsys):
    played = [1650 + int((0 if n < 90 else 350) * math.sin(n * 2.3)) + n % 3 for n in range(360)]
    program = _CT.replace("PLAYED", repr(played))
    assert on_micropython(program) == printed(_CHIP + program, capsys)
    shown = eval(printed(_CHIP + program, capsys)[0])
    assert shown[14] == (0, 0, 0) and shown[15] is None  # closed, and no current seen yet
    assert all(20000 < ma < 25000 for ma in shown[-1])  # 350 mV peak are 22.5 A


def test_a_modbus_meter_is_read_alike(capsys):
    frame = b"\x0c\x04\x0c" + struct.pack(">3f", 6.5, 0.0, 31.25)
    good = frame + meter_modbus.crc(frame)
    played = [None, good, b"noise", good[:9], good[9:], None, good[:-1] + b"!"]
    floats = [struct.pack(">f", a) for a in (0.0, 5.999, 16.1, 99.9, 101.0, -12.5, math.inf)]
    program = _MODBUS.replace("PLAYED", repr(played)).replace("FLOATS", repr(floats))
    lines = printed(_CHIP + program, capsys)
    assert on_micropython(program) == lines
    assert "(6500, 0, 31250)" in lines[-1]


def printed(program, capsys) -> list:
    """The lines that the same program prints on CPython, from the source."""
    capsys.readouterr()
    exec(compile(program, "meters", "exec"), vars(types.ModuleType("meters")))
    return capsys.readouterr().out.splitlines()
