# SPDX-License-Identifier: MIT
"""However a program ends, the contactor's pin is off. Needs boards: see conftest.py.

A bench board has no contactor. Here the last unit gets the driver of a real one, on a pin that
nothing is connected to, in place of its contactor in memory; its boot.py gets the same pin and
says what became of it. A timer of its own says each change of the pin.
"""

import re
import time

import pytest

from host_tools import boards
from host_tools.build import cache
from host_tools.build.firmware import ROOT_MODULE
from host_tools.flash import contents, files

pytestmark = pytest.mark.device
PIN = 4  # free on every bare board, a strap on none
HANG_S = 5.0  # Timing.hang_ms
_CONTACTOR = {"pins": [PIN], "active_level": 1, "min_on_ms": 0, "min_off_ms": 0}
_SAYS = b"\nprint('boot: pin=%%d' %% Pin(%d).value())\n" % PIN
_BOOTED = "boot: pin="
# What was kept of the last run goes, or the third watchdog reset in a row would lock the unit.
# What it harms is there only once the unit runs: loaded before, it would take the memory that the
# radio needs.
_FIT = """
import machine
import time
from hal import bench as fitted
from hal.contactor import Contactor
def contactor(bench):
    return Contactor(%r, machine, time)
fitted.BenchContactor = contactor
supervisor.vehicle = ('C', 16)
machine.RTC().memory(b'')
pin = machine.Pin(%d, machine.Pin.OUT)
armed = True
was = None
def fail(*given):
    raise RuntimeError('made up')
def hang(*given):
    print('hangs now')
    while 1:
        pass
def restart(*given):
    machine.reset()
def harm():
    %s
def say(_):
    global armed, was
    now = pin.value()
    if now != was:
        was = now
        print('level=%%d' %% now)
    if armed and now:
        armed = False
        harm()
machine.Timer(1).init(period=50, callback=say)
"""
_PLACES = {"sharing": "from app.unit import Unit; Unit.tick_once = %s",
           "housekeeping": "from device import panel; panel.step = %s",
           "prompt": "from device.prompt import LivePrompt; LivePrompt.take = %s",
           "pilot": "from app.unit import Unit; Unit.charge_step = %s"}
_FIRMWARE = cache.firmware(root=ROOT_MODULE)


@pytest.fixture(scope="module")
def unit(units):
    """The last unit, with a pin for its contactor; as it was at the end."""
    board = boards.load("bench")
    last = units[-1]
    boot = contents.boot(dict(board, contactor=_CONTACTOR)) + _SAYS
    last.with_link(lambda link: files.write(link, "/boot.py", boot))
    last.wait_running()
    yield last
    last.with_link(lambda link: files.write(link, "/boot.py", contents.boot(board)))
    last.wait_running()


def charge(unit, place=None, what=None):
    """Until its vehicle charges and the pin is on. Then it fails or hangs there."""
    harm = _PLACES[place] % what if place else "pass"
    unit.start_with(_FIRMWARE.beside(_FIT % (_CONTACTOR, PIN, harm)))
    unit.wait_line("level=1", 120)


def levels(unit, begin=0):
    """What the pin was, from that line on."""
    return [int(level) for _, text in unit.lines[begin:]
            for level in re.findall(r"level=([01])", text)]


def booted(unit, begin, within_s):
    """The pin after boot.py, and when it was told."""
    unit.wait_line(_BOOTED, within_s, begin)
    at_s, text = next(line for line in unit.lines[begin:] if _BOOTED in line[1])
    return text.split(_BOOTED)[1][:1], at_s


def test_ctrl_c_opens_it_and_it_stays_open(unit):
    charge(unit)
    unit.stop()
    begin = len(unit.lines)
    time.sleep(2)
    assert levels(unit)[-1] == 0 and 1 not in levels(unit, begin)
    unit.say("import machine; machine.reset()")
    unit.wait_running()


@pytest.mark.parametrize("task", _PLACES)
def test_an_error_in_any_task_opens_it_before_the_restart(unit, task):
    begin = len(unit.lines)
    charge(unit, task, "fail")
    time.sleep(0.5)  # what harms it is in place at the next of its timer's ticks
    unit.say("x")  # the prompt's task has something to do
    unit.wait_line("the contactor is open", 15, begin + 1)
    stopped = next(number for number, (_, text) in enumerate(unit.lines)
                   if number > begin and "Stopped by an error" in text)
    assert booted(unit, stopped, 60)[0] == "0"
    assert levels(unit)[-1] == 0 and 1 not in levels(unit, stopped)
    unit.wait_running()


@pytest.mark.parametrize("reset", ("\x04", "import machine; machine.reset()\r"),
                         ids=("soft", "hard"))
def test_a_reset_at_the_prompt_turns_a_pin_off_that_was_left_on(unit, reset):
    charge(unit)
    unit.stop()
    unit.say("pin.value(1)")
    unit.wait_line("level=1", 5)
    begin = len(unit.lines)
    unit.type(reset)
    assert booted(unit, begin, 60)[0] == "0"
    unit.wait_running()


def test_a_reset_while_it_charges_turns_it_off(unit):
    charge(unit, "pilot", "restart")
    begin = next(number for number, (_, text) in reversed(list(enumerate(unit.lines)))
                 if "level=1" in text)
    assert booted(unit, begin, 60)[0] == "0"
    unit.wait_running()


@pytest.mark.parametrize("trial", range(5))
@pytest.mark.parametrize("place", ("pilot", "sharing"))
def test_a_hung_program_has_it_open_within_5_s(unit, place, trial, record_property):
    begin = len(unit.lines)
    charge(unit, place, "hang")
    unit.wait_line("hangs now", 15, begin)
    hung, hung_s = next((number, at_s) for number, (at_s, text) in enumerate(unit.lines)
                        if number >= begin and "hangs now" in text)
    level, at_s = booted(unit, hung, 60)
    record_property("hang_s", round(at_s - hung_s, 2))
    assert level == "0"
    assert at_s - hung_s <= HANG_S
