# SPDX-License-Identifier: MIT
"""What must work where not one byte of memory is left, on MicroPython with its heap locked."""

import pytest

from host_tools import boards
from host_tools.flash import contents
from host_tools.micropython import wasm

# Objects made before; what is called then takes no memory. `Pin` is a function: an object of a
# class in Python would want memory of its own, where the chip has one object for each pin.
_CHIP = """
import sys, micropython
heap_lock, heap_unlock = micropython.heap_lock, micropython.heap_unlock
levels = [None] * 50
def Pin(number, mode, value=None):
    levels[number] = value
class Module:
    pass
machine = Module()
machine.Pin = Pin
sys.modules['machine'] = machine
keys = [3]
chip = Module()
def kbd_intr(key):
    keys[0] = key
chip.kbd_intr = kbd_intr
chip.const = lambda value: value
sys.modules['micropython'] = chip
def locked(call, *given):
    error = None
    heap_lock()
    try:
        call(*given)
    except MemoryError as failed:
        error = failed
    heap_unlock()
    return type(error)
"""
_BOARDS = [board_id for board_id in boards.ids() if boards.load(board_id).get("contactor")]


def boot(board_id):
    """boot.py of a board, as it is flashed."""
    return contents.boot(boards.load(board_id)).decode().replace("Pin.OUT", "1")


def safe_levels(board_id):
    """What all pins are after it, as a board prints it."""
    levels = [None] * 50
    for rows in boards.safe_levels(boards.load(board_id)).values():
        for pin, level in rows:
            levels[pin] = level
    return levels


@pytest.mark.parametrize("board_id", _BOARDS)
def test_every_pin_of_a_board_is_safe_without_memory(board_id):
    out = wasm.run([_CHIP, boot(board_id), "print(levels)\nlevels[:] = [7] * 50",
                    "print(locked(safe))\nprint([l if l != 7 else None for l in levels])"],
                   built={})
    at_boot, error, later = out.splitlines()
    assert at_boot == later == str(safe_levels(board_id))
    assert error == "<class 'NoneType'>"


def test_a_ctrl_c_that_came_before_boot_py_does_not_end_it():
    """MicroPython would not start main.py then, and the pins would stay as they were."""
    noisy = """
noise = [1]
def quiet(number, mode, value=None):
    levels[number] = value
    if noise[0]:
        noise[0] = 0
        raise KeyboardInterrupt
machine.Pin = quiet
"""
    out = wasm.run([_CHIP, noisy, boot("smartevse_v30"), "print(levels, keys)"], built={})
    assert out.splitlines() == ["%s [-1]" % safe_levels("smartevse_v30")]


_MAIN = """
class ModuleFolders:
    def __init__(self, folders, on_demand): pass
    def __enter__(self): return self
    def __exit__(self, *_): pass
log = [None, None, None]
class Supervisor:
    device = None
    def start(self):
        levels[:] = full
        heap_lock()
        return self
    def run(self):
        bytearray(100)
    def calls(self):
        return offer
    def ended(self, error):
        log[0] = sum(levels) == 1
        heap_unlock()
        log[1] = type(error)
def offer(names, supervisor, folders): pass
full = [7] * 50
def made(name, **what):
    module = Module()
    for key in what:
        setattr(module, key, what[key])
    sys.modules[name] = module
made('time', sleep=lambda s: None)
made('device.module_folders', ModuleFolders=ModuleFolders)
made('device.supervisor', Supervisor=Supervisor)
made('device')
levels[:] = [0] * 50
"""


def test_the_way_out_of_main_py_drives_the_pins_before_it_needs_memory():
    main = (wasm.FIRMWARE / "main.py").read_text()
    text = boot("minimal_esp32") + "\n"
    pins = {pin: level for rows in boards.safe_levels(boards.load("minimal_esp32")).values()
            for pin, level in rows}
    # full: pins that it has not are 0, so that their sum says that all were driven.
    prepare = "full = [0] * 50\nfor pin in %r:\n full[pin] = 100\n" % (tuple(pins),)
    out = wasm.run([_CHIP, _MAIN, prepare, text, "made('boot', safe=safe)", main, "print(log)"],
                   built={})
    assert out.splitlines()[-1] == "[True, <class 'MemoryError'>, None]", (out, pins)


def private(module, name):
    """What a private name is called in the build."""
    built = wasm.firmware()
    built.files()
    short = {old: new for new, old in built._private[module].items()}[name]
    return built.public.get(short, short)


_DEVICE = """
class Time:
    ms = 1000
    def ticks_ms(self): return self.ms
    def ticks_us(self): return 0
    def ticks_diff(self, new, old): return new - old
time = Time()
class Chip:
    OUT, IN, ATTN_11DB = 1, 0, 3
    def __init__(self, *given, **named): self.duty = 0
    def value(self, level): pins[0] = level
    def duty_u16(self, duty=None):
        if duty is None: return self.duty
        self.duty = duty
    def read_uv(self): return 0
pins = [7]
class Machine:
    Pin = PWM = ADC = Timer = WDT = RTC = Chip
sys.modules['machine'] = Machine
from device.device import Device
from hal.contactor import Contactor
from hal.pilot import ControlPilot
class Anything: pass
device = Device(None, None)
device.hardware = Anything()
device.hardware.clock = Anything()
device.hardware.clock.now_ms = lambda: 1000
device.hardware.contactor = Contactor({"active_level": 1, "min_on_ms": 0, "min_off_ms": 0,
                                       "pins": [4]}, Machine, time)
device.hardware.pilot = ControlPilot({"pwm_pin": 5, "adc_pin": 6, "offset_mv": 0,
                                      "gain_mv_per_v_x10": 1000}, Machine, time)
from app.unit import Unit
class Halted(Unit):
    def __init__(self): self.SOUND, self.ALIVE = True, 0  # as a whole one has them
device.unit = Halted()
device.unit.hal = device.hardware
"""
_STEPS = """
time.ms = 5000
device.hardware.contactor.write(True)
device.hardware.pilot.write(17000)
print(pins, device.hardware.pilot.duty_u16())
def take_memory(now_ms): bytearray(100)
device.unit.charge_step = take_memory
time.ms = 5020
print(locked(device._step, None), pins, device.hardware.pilot.duty_u16())
device.unit.charge_step = lambda now_ms: device.hardware.contactor.write(True)
time.ms = 5040
print(locked(device._step, None), pins)
"""


def test_after_an_error_the_pilot_path_opens_without_memory():
    steps = _STEPS.replace("device._step", "device." + private("device.device", "_step"))
    chip = _DEVICE.replace("SOUND", private("app.unit", "_sound"))
    out = wasm.run([_CHIP, chip.replace("ALIVE", private("app.unit", "_alive_until_ms")), steps])
    assert out.splitlines() == ["[1] 17000", "<class 'NoneType'> [0] 65535",
                                "<class 'NoneType'> [0]"]


_RADIO = """
import micropython, time
from hal.radio_espnow import EspNowRadio
class Station:
    IF_STA = PM_NONE = 0
    def __init__(self, interface): pass
    def active(self, on): pass
    def isconnected(self): return False
    def config(self, **settings): pass
class Network:
    WLAN = Station
class Driver:
    MAX_DATA_LEN = 250
    peers_table = {number: 0 for number in range(16)}
    def ESPNow(self): return self
    def active(self, on): pass
    def config(self, rxbuf): pass
    def add_peer(self, mac): pass
    def stats(self): return 0, 0, 0, 0, 0
class Frame:
    def __setitem__(self, index, value): pass
    def __getitem__(self, index): return b'its frame'
    def __call__(self, _): had.append(bytearray(1))
had = []
driver = Driver()
radio = EspNowRadio(Network, driver, time)
radio.FRAME = Frame()
"""
# The driver's is C; what is Python looks for callbacks itself. micropython.schedule(frame, 0) asks
# for one, as the timer does.
_IN_BETWEEN = """
driver.recvinto = micropython.schedule
radio.NEXT()
for _ in range(2):
    pass
print(had)
"""
_STRANGER = """
def recvinto(frame, timeout_ms):
    bytearray(100)
driver.recvinto = recvinto
print(radio.NEXT(), len(driver.peers_table), len(bytearray(100)))
"""


def test_while_the_radio_locks_the_heap_the_pilot_path_is_not_called():
    """The timer's callback comes between two steps of Python, and would find no memory."""
    names = {name: private("hal.radio_espnow", "_" + name.lower()) for name in ("FRAME", "NEXT")}
    steps = []
    for step in (_RADIO, _IN_BETWEEN, _STRANGER):
        for name, short in names.items():
            step = step.replace(name, short)
        steps.append(step)
    assert wasm.run(steps).splitlines() == ["[bytearray(b'\\x00')]", "9 0 100"]
