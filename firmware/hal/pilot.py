# SPDX-License-Identifier: MIT
"""The control pilot: 1 kHz PWM out, its voltages back in through the ADC.

PWM: a channel starts at 50 % = 30 A unless the duty is in the constructor; a second write within
one period can be lost on high-speed channels (ESP-IDF 7288), so at most one write per 3 ms, and
the duty is read back. ADC: bursts of samples, not locked to the PWM. An interval near a divisor of
the 1 ms period would miss the 0.1 ms of a 6 A pulse for ever; so samples keep to a schedule whose
step is chosen from those that hit every 75 us window of the period at least three times. The high
and the low level are means of the top and bottom readings, because a transmitting radio makes
single samples jump. Samples of current transformers are taken along, by meter_ct.py.
"""

from core.load import load
from micropython import const

_WRITE_GAP_MS = const(3)
SAMPLES = const(60)
SAMPLES_DC = const(10)  # 100 % or 0 %: nothing to look for
_MEAN_OF = const(3)
_HIGH_MV = const(12000)
X1 = const(65535)
F = const(0)
_BETWEEN_MV = const(0)  # pilot volts between the halves: above is high, below is low
_SHORT_MV = const(-3000)  # a low half above is none: at 0 V, with the high one, it is a short
_LOW_MV = const(1500)  # above, no sample hit the low half, or it is not there


class ControlPilot:
    """`board`: pilot part of the board file. machine, time: the modules. meter: a CtMeter whose
    samples are taken along, or None."""

    def __init__(self, board, machine, time, meter=None):
        self.retries = 0  # writes that did not read back
        load("hal", "pilot").begin(self, board, machine, time, meter)

    def _sample(self):
        return self._adc.read_uv() // 1000

    def write(self, duty_u16: int):
        """Ask for a duty; 65535 is steady +12 V, 0 steady -12 V. Called on every step."""
        now_ms = self._time.ticks_ms()
        # Below 0: the last write is more than 6 days ago.
        if 0 <= self._time.ticks_diff(now_ms, self._written_ms) < _WRITE_GAP_MS:
            return  # the next step asks again
        if duty_u16 != self._asked:
            self._asked = duty_u16
        elif self._near(self._pwm.duty_u16(), duty_u16):
            return
        else:
            self.retries += 1
        self._pwm.duty_u16(duty_u16)
        self._written_ms = now_ms

    # The timer has fewer steps than 65536: the hardware's value differs in its last bits.
    @staticmethod
    def _near(a, b):
        return abs(a - b) < 16

    def duty_u16(self) -> int:
        """Duty as the hardware has it; what was asked for if only rounding differs."""
        duty = self._pwm.duty_u16()
        return self._asked if self._near(duty, self._asked) else duty

    def read(self):
        """(high_mv, low_mv) of the pilot; None for a half that no sample hit."""
        steady = self._asked in (X1, F)
        count = SAMPLES_DC if steady else SAMPLES
        samples = self._burst(count)
        top_mv = self._pilot_mv((samples[-1] + samples[-2] + samples[-3]) // _MEAN_OF)
        bottom_mv = self._pilot_mv((samples[0] + samples[1] + samples[2]) // _MEAN_OF)
        # Both halves at 0 V are a short, no burst that missed the high half.
        seen = top_mv > _BETWEEN_MV or bottom_mv > _SHORT_MV and self._asked != F
        high_mv = top_mv if seen or steady and self._asked == X1 else None
        low_mv = bottom_mv if bottom_mv < _LOW_MV else None
        return high_mv, low_mv

    # Always the same list, sorted where it is: while PWM runs a copy would be garbage, 50 times a
    # second.
    def _burst(self, count):
        samples = self._samples if count == SAMPLES else self._samples[:count]
        if self._meter is None:
            self._take(samples)
        else:
            self._meter.take_along(self._sample, samples, count, self.step_us,
                                   self._meter.reads(count < SAMPLES))
        samples.sort()
        return samples

    def _take(self, samples):
        time, step_us = self._time, self.step_us
        begin_us = time.ticks_us()
        for i in range(len(samples)):
            early_us = i * step_us - time.ticks_diff(time.ticks_us(), begin_us)
            if early_us > 0:
                time.sleep_us(early_us)
            samples[i] = self._sample()

    # Where the ADC ends below +12 V, a reading at its end is +12 V: the board file says where.
    def _pilot_mv(self, pin_mv):
        if pin_mv >= self._clip_mv:
            return _HIGH_MV
        return (pin_mv - self._offset_mv) * 10000 // self._gain
