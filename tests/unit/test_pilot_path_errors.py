# SPDX-License-Identifier: MIT
"""An error in the pilot path, wherever it comes: the contactor opens, and nothing closes again.

First each call into the hardware raises once, then each line of the firmware that a step runs,
with errors of several kinds; every time the unit goes on being stepped as a timer would do.
"""

import inspect
import sys

import pytest

from app.unit import Unit
from core import reasons
from core.connector import pilot_duty
from core.load import let_go
from host_tools import ROOT
from tests.fakes import loaded
from host_tools.simulate.bare_hal import Hal

SETTINGS = {"role": "alone", "region": "us", "breaker_a": 40, "phases": "L1"}
BOARD = {"nameplate_a": 32, "feedback": True}
ERRORS = (MemoryError, OSError, KeyboardInterrupt)
FIRMWARE = str(ROOT / "firmware")
CALLS = ("pilot.read", "pilot.duty_u16", "contactor.closed", "meter.read", "rcm.tripped",
         "temperature.read_dc", "proximity.cable_ma", "contactor.write", "pilot.write",
         "guard.write", "watchdog.feed", "radio.wake")


class Outlet:
    """A vehicle on a board of plain values; `fails`: the call that raises once, and what."""

    def __init__(self):
        hal = self.hal = Hal()
        hal.pilot.high_mv, hal.temperature.dc, hal.proximity.ma = 9000, 300, 32000
        hal.meter.draw_ma = (0, 0, 0)
        self.feedback = self.fed_ms = None
        self.fails = (None, None)
        hal.contactor.closed = lambda: self.closed if self.feedback is None else self.feedback
        hal.watchdog.feed = self.feed
        for name in CALLS:
            part, method = name.split(".")
            part = getattr(hal, part)
            setattr(part, method, self.call(name, getattr(part, method)))
        self.unit = Unit(SETTINGS, BOARD, hal)

    closed = property(lambda self: self.hal.contactor.is_closed)
    closings = property(lambda self: self.hal.contactor.closings)
    duty = property(lambda self: self.hal.pilot.duty)
    now_ms = property(lambda self: self.hal.clock.ms)

    def call(self, name, answer):
        def called(*arguments):
            if self.fails[0] == name:
                error, self.fails = self.fails[1], (None, None)
                raise error
            return answer(*arguments)
        return called

    def plug(self, high_mv):
        """What the vehicle makes of the pilot's high half."""
        self.hal.pilot.high_mv = high_mv

    def feed(self):
        self.fed_ms = self.now_ms

    def step(self):
        self.run(20)

    def run(self, ms):
        self.hal.run(self.unit, ms)

    def charge(self, letter_mv=6000):
        self.run(6000)
        self.plug(letter_mv)
        self.run(9000)
        return self


def never_again(outlet):
    """Stepped on as if nothing had happened, with a vehicle that wants current all the time."""
    assert not outlet.closed
    closings, fed_ms = outlet.closings, outlet.fed_ms
    for letter_mv in (6000, 9000, 12000, 9000, 6000):
        outlet.plug(letter_mv)
        outlet.run(4000)
        assert outlet.duty == pilot_duty.X1_U16
    assert (outlet.closings, outlet.fed_ms) == (closings, fed_ms)


def test_without_an_error_it_charges():
    outlet = Outlet().charge()
    assert outlet.closed and outlet.duty == pilot_duty.duty_u16(32000)
    assert outlet.now_ms - outlet.fed_ms < 40


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("charging", [True, False])
def test_a_call_that_raises_opens_the_contactor_and_nothing_closes_again(name, error, charging):
    outlet = Outlet().charge(6000 if charging else 9000)
    assert outlet.closed == charging
    if name == "radio.wake":
        outlet.plug(12000)  # it is only called when something has changed
    outlet.fails = name, error
    with pytest.raises(error):
        outlet.run(2000)
    never_again(outlet)


def test_a_contactor_that_cannot_be_written_is_told_again():
    outlet = Outlet().charge()
    write, failing = outlet.hal.contactor.write, [True] * 4

    def fail(closed):
        if failing:
            failing.pop()
            raise OSError
        write(closed)

    outlet.hal.contactor.write = fail
    for _ in range(2):
        with pytest.raises(OSError):
            outlet.step()
        assert outlet.closed
    outlet.step()
    never_again(outlet)


def lines_of_a_step(outlet):
    """How many lines of the firmware the next step runs, from its first on."""
    seen = []
    trace(outlet, lambda: seen.append(1))
    return len(seen)


def trace(outlet, on_line):
    """Step once, with a call before each line of the firmware, but for the first two of
    `charge_step`: before them there is nothing to tell a step that failed from none."""
    entry = Unit.charge_step.__code__
    source, first = inspect.getsourcelines(Unit.charge_step)
    way_in = [first + n for n, text in enumerate(source) if "sound = self._sound" in text
              or "self._sound = False" in text]
    assert len(way_in) == 2

    def line(frame, event, _):
        if event == "line":
            if frame.f_code is not entry or frame.f_lineno not in way_in:
                on_line()
        return line

    def call(frame, event, _):
        return line if frame.f_code.co_filename.startswith(FIRMWARE) else None

    outlet.hal.clock.ms += 20
    sys.settrace(call)
    try:
        outlet.unit.charge_step(outlet.now_ms)
    finally:
        sys.settrace(None)


def wants_to_close():
    """One step before the contactor closes."""
    outlet = Outlet()
    outlet.run(6000)
    outlet.plug(6000)
    before = outlet.now_ms
    while not outlet.closed:
        outlet.step()
    closes_ms = outlet.now_ms
    outlet = Outlet()
    outlet.run(6000)
    outlet.plug(6000)
    outlet.run(closes_ms - before - 20)
    assert not outlet.closed
    return outlet


def unplugged():
    """One step before an unplug opens it."""
    outlet = Outlet().charge()
    outlet.plug(12000)
    outlet.run(40)
    assert outlet.closed
    return outlet


@pytest.mark.parametrize("make", [wants_to_close, unplugged, lambda: Outlet().charge()])
def test_an_error_in_any_line_opens_the_contactor_and_nothing_closes_again(make):
    count = lines_of_a_step(make())
    assert count > 60
    # Not in halt() itself, which the timer's callback calls once more.
    for number in range(0, count, 3):
        outlet = make()
        left = [number]

        def raise_once(left=left, number=number):
            left[0] -= 1
            if left[0] == -1:
                raise ERRORS[number % len(ERRORS)]

        with pytest.raises(ERRORS):
            trace(outlet, raise_once)
        outlet.step()
        assert not outlet.closed and outlet.duty == pilot_duty.X1_U16
        closings = outlet.closings
        outlet.run(200)
        assert outlet.closings == closings


def test_halt_from_outside_is_for_good():
    outlet = Outlet().charge()
    outlet.unit.halt()
    never_again(outlet)


def test_no_step_loads_anything(monkeypatch):
    """While a file is loaded the timer that must open the contactor would wait."""
    outlet = Outlet()
    step = outlet.unit.charge_step
    with loaded.flash(monkeypatch) as flash:
        def alone(now_ms):
            let_go()
            flash.broken = True
            step(now_ms)
            flash.broken = False
        outlet.unit.charge_step = alone
        outlet.charge()
        assert outlet.closed
        for high_mv, feedback in ((12000, None), (6000, None), (0, None), (9000, True)):
            outlet.plug(high_mv)
            outlet.feedback = feedback
            outlet.run(9000)
        assert outlet.unit.connector.fault == reasons.WELDED and outlet.unit.unloaded == 0


# --- the watchdog and a welded contactor


def test_a_pilot_held_at_minus_12_v_for_a_welded_contactor_keeps_the_watchdog_fed():
    outlet = Outlet().charge()
    outlet.plug(9000)
    outlet.feedback = True
    outlet.run(3000)
    assert outlet.unit.connector.fault == reasons.WELDED and outlet.duty == pilot_duty.F_U16
    outlet.run(60000)
    assert outlet.now_ms - outlet.fed_ms < 40


@pytest.mark.parametrize("half", [0, 1])
def test_a_missing_half_opens_in_time(half):
    outlet = Outlet().charge()
    levels = [6000, -12000]
    levels[half] = None
    outlet.hal.pilot.read = lambda: tuple(levels)
    began_ms = outlet.now_ms
    while outlet.closed:
        outlet.step()
    assert outlet.now_ms - began_ms == 80  # and 9 ms of the burst
    outlet.run(3000)
    fed = outlet.fed_ms > began_ms + 1000
    assert fed == (half == 1)  # without a high half nothing was measured


def test_an_adc_that_is_frozen_while_charging_does_not_hide_an_unplug():
    outlet = Outlet().charge()
    outlet.hal.pilot.read = lambda: (6000, None)
    outlet.run(100)
    assert not outlet.closed and outlet.unit.connector.fault == reasons.NO_DATA
