# SPDX-License-Identifier: MIT
"""Currents from an Eastron meter (SDM120, SDM630) over RS485, Modbus RTU, in integers.

`poll` is called from a task about ten times a second and never waits for an answer: one request
is out at a time, its answer is looked for at the next calls. Only the sending itself is waited
for, 8 bytes or 9 ms, because the driver of the bus must be let go before the meter answers; the
pilot path, a timer's callback, runs meanwhile. What the meter has not said for STALE_MS is None:
then the vehicle counts with what it is offered.
"""

from core.load import load
from micropython import const

STALE_MS = const(3000)
EVERY_MS = const(500)
_ANSWER_MS = const(300)
_SENDING_MS = const(40)  # gives up a port that never gets rid of its bytes
_MAX_MA = const(100000)


def crc(data) -> bytes:
    """Modbus RTU's check of a frame, as it is sent."""
    check = 0xFFFF
    for byte in data:
        check ^= byte
        for _ in range(8):
            check = check >> 1 ^ (0xA001 if check & 1 else 0)
    return bytes((check & 0xFF, check >> 8))


def milli(data):
    """1000 times the amount of a float32, rounded down; None if it is none or above 100000."""
    exponent = (data[0] & 0x7F) << 1 | data[1] >> 7
    if exponent < 110:
        return 0
    if exponent > 140:
        return None
    number = ((data[1] | 0x80) << 16 | data[2] << 8 | data[3]) * 1000 >> (150 - exponent)
    return number if number <= _MAX_MA else None


class ModbusMeter:
    """`port`: rs485 part of the board file; phases: 1 (SDM120) or 3 (SDM630)."""

    def __init__(self, port, phases, address, machine, time):
        self.misses = 0  # requests without a good answer
        load("hal", "meter_modbus").begin(self, port, phases, address, machine, time)

    def poll(self):
        """Ask, or take what has come of the answer. Never raises."""
        since_ms = self._time.ticks_diff(self._time.ticks_ms(), self._asked_ms)
        try:
            if self._waits:
                self._take(since_ms)
            elif not 0 <= since_ms < EVERY_MS:
                self._ask()
        except OSError:
            self._waits = False
            self.misses += 1

    def _ask(self):
        self._asked_ms = begin_ms = self._time.ticks_ms()
        self._uart.read()  # what came too late, and noise
        self._answer = b""
        self._waits = True
        self._driver.value(1)
        try:
            self._uart.write(self._request)
            while (not self._uart.txdone()
                   and self._time.ticks_diff(self._time.ticks_ms(), begin_ms) < _SENDING_MS):
                self._time.sleep_us(100)
        finally:
            self._driver.value(0)

    def _take(self, since_ms):
        self._answer += self._uart.read() or b""
        # Noise and our own words, where the bus returns them, may come before it.
        start = self._answer.find(self._head)
        end = start + len(self._head) + 4 * self._phases
        if start >= 0 and len(self._answer) >= end + 2:
            self._waits = False
            self._use(self._answer[start:end], self._answer[end:end + 2])
        elif not 0 <= since_ms < _ANSWER_MS:
            self._waits = False
            self.misses += 1

    def _use(self, frame, check):
        draw = [milli(frame[i:i + 4]) for i in range(len(self._head), len(frame), 4)]
        if check != crc(frame) or None in draw:
            self.misses += 1
            return
        # What a meter of one phase says stands for all phases of the unit.
        self._draw = tuple((draw + [max(draw)] * 3)[:3])
        self._draw_ms = self._time.ticks_ms()

    def read(self):
        """(i1, i2, i3) mA, or None if nothing is known."""
        if self._draw is None:
            return None
        if not 0 <= self._time.ticks_diff(self._time.ticks_ms(), self._draw_ms) <= STALE_MS:
            self._draw = None
        return self._draw
