# SPDX-License-Identifier: MIT
"""Tapes of a scenario: what goes into every unit while it is played, to be put in again.

The simulator runs the real program on the same Face as the player; so what a unit did while its
tape was made can be compared with what it does from the tape, anywhere.
"""

import json
import struct

import host_tools  # noqa: F401  (sets the import path)
from app.unit import JOIN, RECORD
from host_tools.simulate.firmware import Firmware
from host_tools.simulate.simulation import Simulation
from tests.micropython import player, taped

_BLOCK = 4000
_WAIT_MAX_MS = 65535


class Tape:
    """The tape of one unit, over all its boots. After `end()`: `content`, and what it did then:
    `marks`, the digests of it, `turns` and `bytes`."""

    def __init__(self):
        self.log = taped.Log()
        self.marks = []
        self.content = b""
        self._blocks = []
        self._block = b""
        self._ms = 0

    def boot(self, now_ms, facts):
        """The program starts anew; its clock may show anything."""
        self._ms = now_ms
        self._add(player.BOOT, now_ms, _text(dict(facts, now_ms=now_ms)))

    def add(self, kind, now_ms, content=b""):
        """One turn, before it happens."""
        self._add(kind, now_ms, content)

    def over(self):
        """The turn has happened."""
        mark = self.log.turn()
        if mark is not None:
            self.marks.append(mark)

    def end(self):
        """The tape is whole."""
        self.marks.append(self.log.mark())
        self._end_block()
        self.content = b"".join(self._blocks)

    @property
    def turns(self) -> int:
        """How many turns it holds."""
        return self.log.turns

    @property
    def bytes(self) -> int:
        """How many bytes of doings the digests are of."""
        return self.log.bytes

    def _add(self, kind, now_ms, content):
        after_ms = now_ms - self._ms
        self._ms = now_ms
        while after_ms > _WAIT_MAX_MS:
            self._record(player.WAIT, _WAIT_MAX_MS, b"")
            after_ms -= _WAIT_MAX_MS
        self._record(kind, after_ms, content)

    def _record(self, kind, after_ms, content):
        self._block += struct.pack(">BH", kind, after_ms) + content
        if len(self._block) >= _BLOCK:
            self._end_block()

    def _end_block(self):
        if self._block:
            self._blocks.append(struct.pack(">H", len(self._block)) + self._block)
        self._block = b""


class TapedProgram:
    """A unit's program in the simulator, on a Face, with everything that goes in on tape."""

    def __init__(self, settings, board, hal, tape):
        self._hal, self._tape = hal, tape
        draws = _Draws(hal.random_u32)
        face = taped.Face(hal.clock.now_ms(), _inputs(hal), _stored(hal), draws,
                          hal.power_returned(), hal.serial, hal.radio.channel())
        self._face = face
        facts = {"settings": settings, "board": board, "power_returned": hal.power_returned(),
                 "serial": hal.serial.hex(), "channel": face.radio.at,
                 "store": {key: value.hex() for key, value in face.store.content.items()},
                 "inputs": [_number(value) for value in face.inputs]}
        self._taped = taped.TapedUnit(settings, board, face, tape.log)
        tape.boot(face.clock.ms, dict(facts, draws=draws.drawn))
        tape.over()
        draws.closed = True
        self.member = self._taped.unit.member
        self.connector = self._taped.unit.connector
        self.next_step_ms = self._taped.unit.next_step_ms
        self.next_tick_ms = self._taped.unit.next_tick_ms
        hal.contactor.write(face.contactor.is_closed)

    def charge_step(self, now_ms):
        """One turn of the pilot path."""
        face, hal = self._face, self._hal
        mask, values = 0, b""
        for index, value in enumerate(_inputs(hal)):
            if value != face.inputs[index]:
                face.inputs[index] = value
                mask |= 1 << index
                values += struct.pack(">i", _number(value))
        self._tape.add(player.STEP, now_ms, struct.pack(">H", mask) + values)
        self._taped.step(now_ms)
        self._tape.over()
        hal.contactor.write(face.contactor.is_closed)
        hal.pilot.write(face.pilot.duty)
        hal.guard.write(face.guard.mask)
        if face.radio.woken:
            hal.radio.wake()

    def tick_once(self, now_ms):
        """One turn of the sharing task; the program leaves what it does not take."""
        face, hal = self._face, self._hal
        waiting = list(hal.radio.arrived)
        face.radio.arrived = list(waiting)
        self._taped.tick(now_ms)
        content = b""
        taken = waiting[:len(waiting) - len(face.radio.arrived)]
        for source, payload, signal in taken:
            hal.radio.receive()
            content += bytes([source, signal, len(payload)]) + payload
        self._tape.add(player.TICK, now_ms, bytes([len(taken)]) + content)
        self._tape.over()
        for destination, payload in face.radio.sent:
            hal.radio.send(destination, payload)
        if face.radio.at != hal.radio.channel():
            hal.radio.tune(face.radio.at)
        for key, data in face.store.written:
            if data is None:
                hal.store.remove(key)
                continue
            hal.store.write(key, data)

    def ask(self, name, given, now_ms):
        """What an owner asks of the unit goes on the tape."""
        self._tape.add(player.ASK, now_ms, _text([name, given]))
        answer = self._taped.ask(name, given, now_ms)
        self._tape.over()
        return answer

    def look(self, now_ms):
        """What the trace asks."""
        self._tape.add(player.LOOK, now_ms)
        said = self._taped.look(now_ms)
        self._tape.over()
        return said


class TapedFirmware(Firmware):
    """The firmware with a tape for each unit. `tapes`: by unit."""

    def __init__(self, scenario):
        super().__init__(scenario)
        self.tapes = {unit.id: Tape() for unit in scenario.units}
        self._units = {bytes.fromhex(unit.serial): unit.id for unit in scenario.units}

    def make(self, settings, board, hal):
        """As the real one, on tape."""
        return TapedProgram(settings, board, hal, self.tapes[self._units[hal.serial]])

    def opinion(self, program, now_ms):
        """As the real one."""
        return program.look(now_ms)

    def ask(self, node, name, *given):
        """As the real one, on tape."""
        return node.program.ask(name, given, node.local_ms())


def record(scenario, end_ms=None) -> tuple:
    """(tapes by unit, rows of the trace) of a scenario, played to its end or to `end_ms`."""
    firmware = TapedFirmware(scenario)
    simulation = Simulation(scenario, firmware, app=False)
    simulation.advance(end_ms or scenario.duration_ms)
    for tape in firmware.tapes.values():
        tape.end()
    return firmware.tapes, simulation.result().trace


class _Draws:
    """Noise that is remembered, in a boot only: what comes later would not be on the tape."""

    def __init__(self, draw):
        self._draw = draw
        self.drawn = []
        self.closed = False

    def pop(self, _):
        """One more."""
        assert not self.closed, "a unit draws noise after its boot: the tape must learn that"
        self.drawn.append(self._draw())
        return self.drawn[-1]


def _stored(hal):
    stored = {key: hal.store.read(key) for key in (RECORD, JOIN)}
    return {key: value for key, value in stored.items() if value is not None}


def _inputs(hal):
    return [*hal.pilot.read(), hal.contactor.closed(), *hal.meter.read(), hal.rcm.tripped(),
            hal.temperature.read_dc(), hal.proximity.cable_ma()]


def _number(value):
    return player.NONE if value is None else int(value)


def _text(value):
    text = json.dumps(value, separators=(",", ":")).encode()
    return struct.pack(">H", len(text)) + text
