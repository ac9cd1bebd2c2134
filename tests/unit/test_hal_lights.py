# SPDX-License-Identifier: MIT
"""LED and button: each state of a unit can be told apart, and only a long press says something."""

import types

import pytest
from device import panel
from hal import lights
from hal.absent import Absent

from core import reasons
from tests.fakes.chip import Machine, Time

RGB = {"kind": "rgb", "pins": {"red": 2, "green": 4, "blue": 12}, "active_level": 1}
SINGLE = {"kind": "single", "pins": {"charge": 19, "error": 18, "link": 17}, "active_level": 1}
STATES = ("fault", "setup", "charging", "waiting", "ready")


@pytest.fixture
def machine():
    return Machine(Time())


def shown(led, machine, pins, state, linked):
    """Levels of the pins over a second, as a picture that a person could tell from another."""
    pictures = []
    for now_ms in (0, 250, 500, 750):
        led.show(state, linked, now_ms)
        pictures.append(tuple(machine.levels[pin] for pin in pins))
    return tuple(pictures)


@pytest.mark.parametrize("row", (RGB, SINGLE))
def test_no_two_states_look_alike(machine, row):
    led = lights.led(row, machine)
    pins = sorted(row["pins"].values())
    seen = {shown(led, machine, pins, state, True) for state in STATES}
    assert len(seen) == len(STATES)
    for state in STATES[2:]:
        assert shown(led, machine, pins, state, False) not in seen


@pytest.mark.parametrize("state, first, later", (
    ("fault", (1, 0, 0), (0, 0, 0)), ("setup", (1, 0, 0), (1, 0, 0)),
    ("charging", (0, 1, 0), (0, 1, 0)), ("waiting", (1, 1, 0), (1, 1, 0)),
    ("ready", (0, 0, 1), (0, 0, 1))))
def test_the_colours_of_one_light(machine, state, first, later):
    picture = shown(lights.led(RGB, machine), machine, (2, 4, 12), state, True)
    assert picture == (first, first, later, later)


def test_a_light_that_blinks_because_no_leader_is_heard_is_dark_half_the_time(machine):
    led = lights.led(RGB, machine)
    for state in STATES[2:]:
        picture = shown(led, machine, (2, 4, 12), state, False)
        assert picture[2:] == ((0, 0, 0),) * 2 and picture[0] != (0, 0, 0)


def test_lights_of_the_other_polarity_and_lights_that_are_not_there(machine):
    led = lights.led(dict(RGB, active_level=0), machine)
    assert shown(led, machine, (2, 4, 12), "charging", True)[0] == (1, 0, 1)
    led = lights.led({"kind": "single", "pins": {"link": 14}, "active_level": 1}, machine)
    assert shown(led, machine, (14,), "charging", True)[0] == (1,)


# ---- button

def presses(button, machine, *levels, each_ms=100):
    """How often the button says that it was held, for levels at its pin, one each 100 ms."""
    said = 0
    for number, level in enumerate(levels):
        machine.levels[0] = level
        said += button.held(5000 + number * each_ms)
    return said


@pytest.fixture
def button(machine):
    machine.levels[0] = 1
    button = lights.Button({"pin": 0, "active_level": 0}, machine)
    assert machine.pulls[0] == machine.Pin.PULL_UP
    return button


def test_two_seconds_are_a_press_and_a_longer_one_is_no_second(button, machine):
    assert presses(button, machine, 1, *[0] * 20) == 0
    assert presses(button, machine, 1, *[0] * 21) == 1
    assert presses(button, machine, 1, *[0] * 200) == 1
    assert presses(button, machine, *([1] + [0] * 25) * 3) == 3


def test_five_seconds_are_a_long_press_and_say_so_once(button, machine):
    said = []
    for number, level in enumerate([1] + [0] * 60 + [1] + [0] * 51 + [1] + [0] * 50):
        machine.levels[0] = level
        button.held(5000 + number * 100)
        said.append(button.long(5000 + number * 100))
    assert said.count(True) == 2 and said[51] and said[112]


def test_a_bounce_or_a_short_press_is_none(button, machine):
    assert presses(button, machine, 1, *([0] * 19 + [1]) * 10) == 0


def test_a_button_that_is_down_since_the_start_is_stuck(machine):
    button = lights.Button({"pin": 0, "active_level": 0}, machine)
    assert presses(button, machine, *[0] * 100) == 0
    assert presses(button, machine, 1, *[0] * 21) == 1


def test_what_is_absent_shows_nothing_and_is_never_held():
    assert Absent().show("fault", True, 0) is None and not Absent().held(100000)


# ---- what a unit shows

class Shown:
    """A unit and its hardware, as the panel sees them."""

    def __init__(self, state="A1", fault=0, reason=reasons.NO_VEHICLE, closed=False, errors=(),
                 lease="live", held=False):
        self.cleared = 0
        self.connector = types.SimpleNamespace(state="?ABCDEF".index(state[0]), fault=fault,
                                               reason=reason, clear_fault=self.clear)
        self.errors = list(errors)
        self.member = types.SimpleNamespace(has_lease=lambda now_ms: lease == "live",
                                            blink_ms=0)
        self.contactor = types.SimpleNamespace(is_closed=closed)
        self.led = types.SimpleNamespace(show=lambda *shown: self.pictures.append(shown))
        self.button = types.SimpleNamespace(held=lambda now_ms: held, long=lambda now_ms: False)
        self.pictures = []

    def clear(self):
        self.cleared += 1


@pytest.mark.parametrize("unit, state", (
    (Shown(), "ready"), (Shown("B1", reason=reasons.PAUSED), "waiting"),
    (Shown("B2", reason=reasons.LEASE), "waiting"), (Shown("C1"), "waiting"),
    (Shown("C2", reason=reasons.LEASE, closed=True), "charging"),
    (Shown("C2", reason=reasons.FALLBACK, closed=True), "charging"),
    (Shown(fault=reasons.RCM), "fault"), (Shown("C2", fault=reasons.WELDED, closed=True), "fault"),
    (Shown(errors=["region is missing"]), "setup"),
    (Shown("B1", reason=reasons.NOT_ENABLED), "setup"),
    (Shown("B1", reason=reasons.NO_SETTINGS), "setup"),
    (Shown("B1", reason=reasons.REMOVED), "setup"), (Shown("?"), "ready"), (Shown("F"), "ready")))
def test_each_state_of_a_unit_has_its_light(unit, state):
    panel.step(unit, unit, 0)
    assert unit.pictures == [(state, True, 0)]
    assert unit.cleared == 0


def test_a_unit_that_is_looked_for_blinks_and_then_shows_its_state_again():
    unit = Shown()
    unit.member.blink_ms = 1000
    panel.step(unit, unit, 900)
    panel.step(unit, unit, 1000)
    assert unit.pictures == [("identify", True, 900), ("ready", True, 1000)]


@pytest.mark.parametrize("lease", ("fallback", "none"))
def test_without_a_live_lease_the_leader_is_not_heard(lease):
    unit = Shown(lease=lease)
    panel.step(unit, unit, 700)
    assert unit.pictures == [("ready", False, 700)]


def test_a_press_is_the_word_that_a_fault_may_be_tried_again():
    unit = Shown(fault=reasons.RCM, held=True)
    panel.step(unit, unit, 0)
    assert unit.cleared == 1
