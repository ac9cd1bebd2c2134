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
from host_tools.micropython import wasm

_KEY = bytes(range(32))
_HEAP_BYTES = 512 * 1024  # garbage is collected between two steps only
_STEPS_S = 50
_SETTLE_S = 40
_QUIET_S = 10
_NOISY_S = 3  # numbers as from a real board: the pilot's level is another one in every step

_WORLD = """
import gc
from app.unit import Unit
from host_tools.simulate.bare_hal import Hal

BOARD = {"nameplate_a": 32, "metered": True, "feedback": False, "ventilation": False}
GROUP = {"region": "iec", "breaker_a": 32, "phases": "L1", "limit_a": 40, "enabled": True}

def make(unit, role):
    hal = Hal(1 << 30, SERIALS[unit - 1], {"group": RECORDS[unit - 1]})
    hal.pilot.high_mv, hal.temperature.dc, hal.proximity.ma = 9000, 351, 32000
    hal.meter.draw_ma = (0, 0, 0)
    hal.random = 3141592653
    hal.store.write = lambda key, data: True
    hal.step_bytes = hal.steps = hal.tick_bytes = 0
    settings = {"role": role}
    settings.update(GROUP)
    return hal, Unit(settings, BOARD, hal)

def turn(hal, unit, other, noisy):
    hal.clock.ms += 20
    if hal.pilot.duty < 65535:
        hal.pilot.high_mv = 6000 + (hal.clock.ms // 20 % 7 if noisy else 0)
    before = gc.mem_alloc()
    unit.charge_step(hal.clock.ms)
    hal.step_bytes += gc.mem_alloc() - before
    hal.steps += 1
    draw_ma = max(0, unit.connector.offered_ma - 300) if hal.contactor.is_closed else 0
    if hal.meter.draw_ma[0] != draw_ma:
        hal.meter.draw_ma = (draw_ma, 0, 0)
    radio = hal.radio
    if radio.woken or radio.arrived or hal.clock.ms >= unit.next_tick_ms():
        radio.woken = 0
        before = gc.mem_alloc()
        unit.tick_once(hal.clock.ms)
        hal.tick_bytes += gc.mem_alloc() - before
        other.radio.arrived += radio.sent
        radio.sent.clear()

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
         "    assert state_name(unit.connector) == 'C2' and hal.contactor.is_closed, unit.errors\n"
         "    assert unit.member.lease_state(hal.clock.ms) == 'live'\n"
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
    out = wasm.run(steps, wasm.helpers(wasm.BARE_HAL), heap_bytes=_HEAP_BYTES)
    quiet, noisy = ([int(word) for word in line.split()]
                    for line in out.splitlines())
    return {"step": quiet[0] // quiet[1], "noisy_step": noisy[0] // noisy[1],
            "tick": quiet[2] // _QUIET_S}


def _played(seconds, noisy):
    return ["play(%d, %s)" % (_STEPS_S, noisy)] * seconds
