# SPDX-License-Identifier: MIT
"""Currents of up to three phases from current transformers on ADC1 pins, in integers.

The pilot's bursts take the samples along, in slots of their own schedule: six a burst, 1/600 s
apart, so 10 ms, which is half a period of 50 Hz: the mean of the squares over it does not depend
on where it lies, and it would always lie at the same place, because bursts are 20 ms apart. The
phases take turns, and 15 bursts make one window, in which 60 Hz passes through whole periods as
well. The middle voltage is learned while the contactor is open and nothing flows: half a
period cannot tell it.

What is no measurement (an input at its end, a middle voltage that is gone, no window for too
long) is None, never 0 A: then the vehicle counts with what it is offered. A transformer that is
not plugged in looks like a vehicle that draws nothing, so 0 A is believed of a closed contactor
only after a current was seen since it closed. It may still come off later: nothing that keeps the
circuit rule relies on this meter, and it has no part in rule 14.
"""

from core.load import load
from micropython import const

READS = const(6)  # samples taken with each burst
_GAP_US = const(1667)
_NAP_US = const(50)
_BURSTS = const(15)
_IDLE_EVERY = const(4)  # while no PWM runs; 80 ms, so that 60 Hz does not stand still
_LOW_MV = const(100)  # the ADC is flat below
_HIGH_MV = const(3050)  # and ends above
_ASTRAY_MV = const(150)  # resistors and ADC together are this far off at most
_MAX_MA = const(100000)
_STALE_MS = const(2500)  # a window takes 0.3 s, or 1.2 s while no PWM runs


def root(number: int) -> int:
    """Square root of 0 to 2**28, rounded down; MicroPython has none for integers."""
    guess = 1 << 14
    while guess * guess > number:
        guess = (guess + number // guess) >> 1
    return guess


class CtMeter:
    """`row`: meter part of the board file; `contactor`: its output says when nothing flows."""

    def __init__(self, row, machine, time, contactor):
        load("hal", "meter_ct").begin(self, row, machine, time, contactor)
        self._begin()

    def _begin(self):
        self._bursts = 0
        self._ends = 0  # samples at an end of the ADC
        self._closed = self._contactor.is_closed
        self._sums = [[0, 0, 0] for _ in self._inputs]  # samples, their sum, their squares

    def reads(self, steady: bool) -> int:
        """How many samples the next burst takes along. steady: no PWM runs."""
        if steady:
            self._idle = (self._idle + 1) % _IDLE_EVERY
            if self._idle:
                return 0
        if self._closed != self._contactor.is_closed:
            self._seen = False
            self._begin()  # what was there before it switched is another current
        return READS

    def take_along(self, sample, samples, count: int, step_us: int, reads: int):
        """A burst of the pilot: `count` samples by sample(), and `reads` of the meter's.

        The meter's number n is in the first slot that is not before n times its gap. step_us 0:
        as fast as it goes.
        """
        time = self._time
        begin_us = time.ticks_us()
        at_us = taken = read = 0
        while taken < count or read < reads:
            since_us = time.ticks_diff(time.ticks_us(), begin_us)
            if at_us > since_us:
                time.sleep_us(at_us - since_us)
            if read < reads and (at_us if step_us else since_us) >= read * _GAP_US:
                self.sample(read)
                read += 1
            elif taken < count:
                samples[taken] = sample()
                taken += 1
            else:
                time.sleep_us(_NAP_US)
            at_us += step_us

    def sample(self, number: int):
        """Take sample 0 to READS - 1 of a burst."""
        phase = (number + self._bursts) % len(self._inputs)
        pin_mv = self._inputs[phase].read_uv() // 1000
        if not _LOW_MV < pin_mv < _HIGH_MV:
            self._ends += 1
        pin_mv -= self._middle_mv
        sums = self._sums[phase]
        sums[0] += 1
        sums[1] += pin_mv
        sums[2] += pin_mv * pin_mv
        if number == READS - 1:
            self._bursts += 1
            if self._bursts == _BURSTS:
                self._publish()
                self._begin()

    def _publish(self):
        draw = [self._phase_ma(phase) for phase in range(len(self._inputs))]
        if self._ends > 1 or None in draw:  # one may be the radio's
            self._draw = None
            return
        # A phase without a transformer is taken to draw what the largest one does.
        self._draw = tuple((draw + [max(draw)] * 3)[:3])
        self._draw_ms = self._time.ticks_ms()
        self._seen = self._seen or max(draw) > 0

    def _phase_ma(self, phase):
        count, total, squares = self._sums[phase]
        mean = (total + count // 2) // count
        if self._amount_ma(squares, total, count, mean) < self._floor_ma:  # no wave
            if abs(mean) > _ASTRAY_MV:
                return None
            if not self._closed:
                self._offsets[phase] = mean
        ma = self._amount_ma(squares, total, count, self._offsets[phase])
        if ma > _MAX_MA:
            return None
        return ma if ma >= self._floor_ma else 0

    def _amount_ma(self, squares, total, count, middle):
        square = (squares - 2 * middle * total) // count + middle * middle
        return root(max(0, square) << 6) * self._scale // 80

    def read(self):
        """(i1, i2, i3) mA, or None if nothing is known."""
        if self._draw is None or self._contactor.is_closed and not self._seen:
            return None
        if not 0 <= self._time.ticks_diff(self._time.ticks_ms(), self._draw_ms) <= _STALE_MS:
            self._draw = None
        return self._draw
