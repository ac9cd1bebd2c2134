# SPDX-License-Identifier: MIT
"""A whole unit as it is built, with a vehicle: the same on MicroPython as from the source."""

import pytest

from host_tools.micropython import wasm
from tests.micropython import compare

_WORLD = """
from app.unit import Unit
from core.connector.on_demand.state_words import state_name
from core.load import let_go, load
from core.on_demand import reason_words
from host_tools.simulate.bare_hal import Hal

BOARD = {"nameplate_a": 32, "metered": True, "feedback": True, "ventilation": False}
SETTINGS = {"role": "alone", "region": "iec", "breaker_a": 16, "phases": "L2L3L1"}

def make(settings):
    # The vehicle comes after 3 s, and asks for charge 10 s later.
    hal = Hal(0)
    hal.temperature.dc, hal.proximity.ma, hal.random = 351, 20000, 77777
    hal.radio.send = lambda to, payload: print("sends", to, len(payload))
    given = dict(SETTINGS)
    given.update(settings)
    return hal, Unit(given, BOARD, hal)

def play(hal, unit, span_ms):
    plug, on = unit.connector, hal.contactor
    for _ in range(0, span_ms, 500):
        for _ in range(5):
            ms = hal.clock.ms
            hal.pilot.high_mv = 12000 if ms < 2980 else 9000
            if ms >= 12980 and hal.pilot.duty < 65535: hal.pilot.high_mv = 6000
            on.feedback = on.is_closed
            hal.meter.draw_ma = (9000, 9100, 9200) if on.is_closed else (0, 0, 0)
            hal.run(unit, 100, 20, 100)
        ms = hal.clock.ms
        print(ms, state_name(plug), plug.offered_ma, on.is_closed, tuple(plug.snapshot(ms)),
              reason_words.words(plug.reason), unit.member.lease_state(ms))
"""


def same(steps) -> str:
    """Runs the steps on both. Returns what they printed."""
    ours = compare.on_cpython("\n".join([_WORLD, *steps]))
    theirs = wasm.run([_WORLD, *steps], wasm.helpers(wasm.BARE_HAL))
    compare.assert_same(ours, theirs)
    return ours


def test_a_unit_alone_charges_its_vehicle():
    out = same(["hal, unit = make({})"] + ["play(hal, unit, 1000)"] * 40
               + ["let_go()", "print(sorted(hal.store.content))", "play(hal, unit, 1000)"])
    lines = [line for line in out.splitlines() if line[0].isdigit()]
    assert "A1 0 False" in lines[3] and "C2 9400 True" in lines[-1]
    for words in ("[]", "C2 16000 True", "just started", "as the leader allocated"):
        assert words in out


def test_a_unit_without_valid_settings_says_why():
    out = same(["hal, unit = make({'breaker_a': 17})", "print(unit.errors)",
                "play(hal, unit, 4000)"])
    assert "breaker_a is 17: must be one of 10, 13" in out
    assert "4000 B1 0 False" in out.splitlines()[-1]


@pytest.mark.parametrize("call, answer", [
    ("revise(unit.member, hal.clock.ms, limit_ma=1000)", "limit is 1 A: must be at least 6 A"),
    ("revise(unit.member, hal.clock.ms, limit_ma=12000)", "None"),
    ("hand_over(unit.member, 9, hal.clock.ms)",
     "there is no other unit to hand over to"),
    ("promote(unit.member, hal.clock.ms, True)", "this unit is the leader already"),
    ("without_power(unit.member, 4, hal.clock.ms)",
     "unit 4 is not waited for: no change waits for a unit"),
])
def test_what_is_loaded_for_a_change_of_the_group_works_again_and_again(call, answer):
    file = {"revise": "revising", "hand_over": "handing_over", "promote": "promoting",
            "without_power": "without"}[call.partition("(")[0]]
    out = same(["hal, unit = make({})", "play(hal, unit, 2000)"]
               + ["let_go()", "print('answer', load('core', 'refusal_words').sentence("
                  "load('core', 'sharing', '%s').%s))" % (file, call)] * 2)
    assert out.count("answer " + answer) == 2
