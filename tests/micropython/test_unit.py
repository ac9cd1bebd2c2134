# SPDX-License-Identifier: MIT
"""A whole unit as it is built, with a vehicle: the same on MicroPython as from the source."""

import pytest

from tests.micropython import compare, wasm

_WORLD = """
from core.load import let_go
from app.unit import Unit
from core.on_demand import reason_words
from core.connector.on_demand.state_words import state_name

BOARD = {"nameplate_a": 32, "metered": True, "feedback": True, "ventilation": False}
SETTINGS = {"role": "alone", "region": "iec", "breaker_a": 16, "phases": "L2L3L1"}

class Hal:
    # All parts of the hardware in one; the vehicle asks for charge from its 10th second on.
    def __init__(self):
        self.clock = self.pilot = self.contactor = self.guard = self.meter = self.rcm = self
        self.temperature = self.proximity = self.radio = self.store = self.watchdog = self
        self.ms = 0
        self.duty = 65535
        self.on = False
        self.plugged_ms = 3000
        self.records = {}
    serial = bytes(6)
    def now_ms(self): return self.ms
    def write(self, value, data=None):
        if data is not None:
            self.records[value] = data
            return True
        if type(value) is bool: self.on = value
        elif value > 7: self.duty = value
    def duty_u16(self): return self.duty
    def closed(self): return self.on
    def charges(self): return self.ms >= self.plugged_ms + 10000 and self.duty < 65535
    def read(self, key=None):
        if key is not None: return self.records.get(key)
        return Pilot.read(self)
    def tripped(self): return False
    def read_dc(self): return 351
    def cable_ma(self): return 20000
    def receive(self): return None
    def send(self, destination, payload): print("sends", destination, len(payload))
    def wake(self): pass
    def feed(self): pass
    def random_u32(self): return 77777
    def power_returned(self): return False

class Pilot:
    def __init__(self, hal): self.hal = hal
    def read(self):
        hal = self.hal
        low_mv = -12000 if hal.duty < 65535 else None
        if hal.ms < hal.plugged_ms: return 12000, low_mv
        return (6000 if hal.charges() else 9000), low_mv
    def write(self, duty): self.hal.duty = duty
    def duty_u16(self): return self.hal.duty

class Meter:
    def __init__(self, hal): self.hal = hal
    def read(self): return (9000, 9100, 9200) if self.hal.on else (0, 0, 0)

class Guard:
    def write(self, mask): pass

def make(settings):
    hal = Hal()
    hal.pilot, hal.meter, hal.guard = Pilot(hal), Meter(hal), Guard()
    given = dict(SETTINGS)
    given.update(settings)
    return hal, Unit(given, BOARD, hal)

def play(hal, unit, span_ms):
    end_ms = hal.ms + span_ms
    while hal.ms < end_ms:
        hal.ms += 20
        unit.charge_step(hal.ms)
        if hal.ms % 100 == 0:
            unit.tick_once(hal.ms)
        if hal.ms % 500 == 0:
            plug = unit.connector
            print(hal.ms, state_name(plug), plug.offered_ma, hal.on, tuple(plug.snapshot(hal.ms)),
                  reason_words.words(plug.reason), unit.member.lease_state(hal.ms))
"""


def same(steps) -> str:
    """Runs the steps on both. Returns what they printed."""
    ours = compare.on_cpython("\n".join([_WORLD, *steps]))
    theirs = wasm.run([_WORLD, *steps])
    compare.assert_same(ours, theirs)
    return ours


def test_a_unit_alone_charges_its_vehicle():
    out = same(["hal, unit = make({})"] + ["play(hal, unit, 1000)"] * 40
               + ["let_go()", "print(sorted(hal.records))", "play(hal, unit, 1000)"])
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
    ("revise(hal.ms, limit_ma=1000)", "limit is 1 A: must be at least 6 A"),
    ("revise(hal.ms, limit_ma=12000)", "None"),
    ("hand_over(9, hal.ms)", "unit 9 cannot take over: must be another one of 1"),
    ("promote(hal.ms, True)", "this unit is the leader already"),
    ("without_power(4, hal.ms)", "unit 4 is not waited for: waiting for none"),
])
def test_what_is_loaded_for_a_change_of_the_group_works_again_and_again(call, answer):
    out = same(["hal, unit = make({})", "play(hal, unit, 2000)"]
               + ["let_go()", "print('answer', unit.member.%s)" % call] * 2)
    assert out.count("answer " + answer) == 2
