# SPDX-License-Identifier: MIT
"""Plays the tape of a unit and says what it did. Runs on CPython and on MicroPython alike.

A tape, made by tape.py, is a row of blocks: length 2 bytes, records. Numbers are big endian. A
record: kind 1 · ms since the record before 2 · then

    STEP  mask of the inputs that have changed 2, each of them 4 (NONE: no value)
    TICK  number of frames 1, each: source 1 · length 1 · frame
    LOOK  nothing
    ASK, BOOT  length 2, JSON
"""

import json
import struct
from binascii import unhexlify

from tests.micropython import taped

STEP, TICK, LOOK, ASK, BOOT, WAIT = 1, 2, 3, 4, 5, 6
NONE = -0x80000000


class Player:
    """Plays a tape bit by bit."""

    def __init__(self, path):
        self._file = open(path, "rb")
        self._block = b""
        self._at = 0
        self._ms = 0
        self._unit = None
        self.log = taped.Log()
        self._plays = {STEP: self._step, TICK: self._tick, LOOK: self._look,
                       ASK: self._ask, BOOT: self._boot}

    def play(self, count, show=False):
        """Plays up to `count` turns. Prints the digests, or all that was done (`show`)."""
        self.log.shown = show
        while count and (self._at < len(self._block) or self._next_block()):
            kind, after_ms = struct.unpack_from(">BH", self._block, self._at)
            self._at += 3
            self._ms += after_ms
            if kind == WAIT:
                continue
            count -= 1
            self._plays[kind]()
            mark = self.log.turn()
            if mark is not None and not show:
                print(mark)

    def end(self):
        """Prints the digest at the end of the tape."""
        print(self.log.mark())

    def _next_block(self):
        length = self._file.read(2)
        if not length:
            return False
        self._block = self._file.read(length[0] << 8 | length[1])
        self._at = 0
        return True

    def _step(self):
        block = self._block
        at = self._at
        mask = block[at] << 8 | block[at + 1]
        at += 2
        inputs = self._unit.face.inputs
        index = 0
        while mask:
            if mask & 1:
                value = struct.unpack_from(">i", block, at)[0]
                at += 4
                inputs[index] = as_input(index, value)
            mask >>= 1
            index += 1
        self._at = at
        self._unit.step(self._ms)

    def _tick(self):
        block = self._block
        at = self._at + 1
        arrived = self._unit.face.radio.arrived
        for _ in range(block[self._at]):
            end = at + 3 + block[at + 2]
            arrived.append((block[at], block[at + 3:end], block[at + 1]))
            at = end
        self._at = at
        self._unit.tick(self._ms)

    def _look(self):
        self._unit.look(self._ms)

    def _json(self):
        begin = self._at + 2
        end = self._at = begin + (self._block[begin - 2] << 8 | self._block[begin - 1])
        return json.loads(self._block[begin:end])

    def _ask(self):
        call, given = self._json()
        self._unit.ask(call, given, self._ms)

    def _boot(self):
        boot = self._json()
        self._ms = boot["now_ms"]
        self._unit = None
        content = {key: unhexlify(boot["store"][key]) for key in boot["store"]}
        inputs = [as_input(index, value) for index, value in enumerate(boot["inputs"])]
        face = taped.Face(self._ms, inputs, content, boot["draws"], boot["power_returned"],
                          unhexlify(boot["serial"]), boot["channel"])
        self._unit = taped.TapedUnit(boot["settings"], boot["board"], face, self.log)


def as_input(index, value):
    """A number of the tape as what the hardware gives."""
    if value == NONE:
        return None
    return value != 0 if index in (taped.CLOSED, taped.TRIPPED) else value
