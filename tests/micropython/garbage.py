# SPDX-License-Identifier: MIT
"""What a charging unit leaves for the collector, counted on MicroPython with the shipped bytecode.

A leader and a follower in one process, each with a vehicle that draws 0.3 A less than it is
offered. Only what `charge_step` and `tick_once` themselves take of the heap is counted. The units
have run for 12 days: from then on each sum or difference of times is garbage as well.
"""

import json

import host_tools  # noqa: F401  (sets the import path)
from core.group.on_demand.proposal import make
from host_tools.records import member_record, row, serial_of
from tests.micropython import wasm

_KEY = bytes(range(32))
_HEAP_BYTES = 512 * 1024  # garbage is collected between two steps only
_STEPS_S = 50
_SETTLE_S = 40
_QUIET_S = 10
_NOISY_S = 3  # numbers as from a real board: the pilot's level is another one in every step

_WORLD = """
import gc
from app.unit import Unit

BOARD = {"nameplate_a": 32, "metered": True, "feedback": False, "ventilation": False}
GROUP = {"region": "iec", "breaker_a": 32, "phases": "L1", "limit_a": 40, "enabled": True}

class Part:
    # All that a board need not have, and what stays as it is.
    def read(self, key=None): return None
    def write(self, value, data=None): return True
    def tripped(self): return False
    def read_dc(self): return 351
    def cable_ma(self): return 32000
    def feed(self): pass

class Pilot:
    duty = 65535
    noise_mv = 0
    def read(self):
        if self.duty == 65535: return 9000, None
        return 6000 + self.noise_mv, -12000
    def write(self, duty): self.duty = duty
    def duty_u16(self): return self.duty

class Contactor:
    on = False
    def write(self, on): self.on = on
    def closed(self): return None

class Meter:
    draw = (0, 0, 0)
    def read(self): return self.draw

class Radio:
    def __init__(self):
        self.woken = False
        self.inbox = []
        self.outbox = []
    def receive(self): return self.inbox.pop(0) if self.inbox else None
    def send(self, destination, payload): self.outbox.append((destination, payload))
    def wake(self): self.woken = True

class Stored(Part):
    def __init__(self, record): self.record = record
    def read(self, key=None): return self.record if key == "group" else None

class Hal:
    def __init__(self):
        self.clock = self
        self.rcm = self.temperature = self.proximity = self.store = self.watchdog = Part()
        self.guard = Part()
        self.pilot, self.contactor, self.meter, self.radio = Pilot(), Contactor(), Meter(), Radio()
        self.ms = 1 << 30
        self.step_bytes = self.steps = self.tick_bytes = 0
    def now_ms(self): return self.ms
    def random_u32(self): return 3141592653
    def power_returned(self): return False

def make(unit, role):
    hal = Hal()
    hal.serial, hal.store = SERIALS[unit - 1], Stored(RECORDS[unit - 1])
    settings = {"role": role}
    settings.update(GROUP)
    return hal, Unit(settings, BOARD, hal)

def turn(hal, unit, other, noisy):
    hal.ms += 20
    if noisy:
        hal.pilot.noise_mv = hal.ms // 20 % 7
    before = gc.mem_alloc()
    unit.charge_step(hal.ms)
    hal.step_bytes += gc.mem_alloc() - before
    hal.steps += 1
    draw_ma = max(0, unit.connector.offered_ma - 300) if hal.contactor.on else 0
    if hal.meter.draw[0] != draw_ma:
        hal.meter.draw = (draw_ma, 0, 0)
    radio = hal.radio
    if radio.woken or radio.inbox or hal.ms >= unit.next_tick_ms():
        radio.woken = False
        before = gc.mem_alloc()
        unit.tick_once(hal.ms)
        hal.tick_bytes += gc.mem_alloc() - before
        other.radio.inbox += radio.outbox
        radio.outbox.clear()

def play(turns, noisy):
    for _ in range(turns):
        turn(leader[0], leader[1], follower[0], noisy)
        turn(follower[0], follower[1], leader[0], noisy)

def begin():
    hal = leader[0]
    hal.step_bytes = hal.steps = hal.tick_bytes = 0

leader, follower = make(1, "leader"), make(2, "follower")
"""
_SHOW = ("from core.connector.on_demand.state_words import state_name\n"
         "for hal, unit in (leader, follower):\n"
         "    assert state_name(unit.connector) == 'C2' and hal.contactor.on, unit.errors\n"
         "    assert unit.member.lease_state(hal.ms) == 'live'\n"
         "hal = leader[0]\n"
         "print(hal.step_bytes, hal.steps, hal.tick_bytes)")


def _stored() -> str:
    """What both boards hold of their group when they start."""
    revision = make(1, 1, True, "equal", 40000, [row(unit, 1, 32000) for unit in (1, 2)])
    serials = [serial_of(unit) for unit in (1, 2)]
    records = [json.dumps(member_record(_KEY, serial, revision)).encode() for serial in serials]
    return "SERIALS = %r\nRECORDS = %r" % (serials, records)


def measure() -> dict:
    """Bytes of the leader: 'step' each pilot step while nothing changes, 'noisy_step' each with
    inputs as a real board measures them, 'tick' the sharing task's each second."""
    steps = [_stored(), _WORLD, *_played(_SETTLE_S, False), "begin()",
             *_played(_QUIET_S, False), _SHOW, "begin()", *_played(_NOISY_S, True), _SHOW]
    quiet, noisy = ([int(word) for word in line.split()]
                    for line in wasm.run(steps, heap_bytes=_HEAP_BYTES).splitlines())
    return {"step": quiet[0] // quiet[1], "noisy_step": noisy[0] // noisy[1],
            "tick": quiet[2] // _QUIET_S}


def _played(seconds, noisy):
    return ["play(%d, %s)" % (_STEPS_S, noisy)] * seconds
