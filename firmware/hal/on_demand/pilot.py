# SPDX-License-Identifier: MIT
"""The start of the control pilot, and its test at boot.

Steps of the schedule: 60 samples hit any 75 us of a period of 1000 to 1002 us at least three
times, without and with the slots that a meter with current transformers takes out of them.
"""

from hal.pilot import SAMPLES, SAMPLES_DC, X1, F
from micropython import const

_PERIOD_HZ = const(1000)
_NO_CLIP_MV = const(10000)
_CLIP_ERROR_MV = const(45)  # chips differ in where their ADC ends
_SPARE_US = const(4)  # a sample may be so much later than usual and the schedule still holds
STEPS_US = (50, 56, 62, 68, 74, 82, 89, 93, 103, 107, 116, 123, 128, 134, 146, 155, 163, 178, 187,
            193, 205, 213, 220)
STEPS_BESIDE_US = (49, 51, 61, 65, 69, 73, 76, 82, 93, 97, 103, 115, 123, 134, 149, 159, 164, 176,
                   188, 197, 214)
_SLOWEST_US = const(216)  # a sample must fit into the longest step


def begin(pilot, board, machine, time, meter):
    """Output, input and schedule of a hal.pilot.ControlPilot: steady +12 V."""
    pilot._time = time
    pilot._offset_mv = board["offset_mv"]
    pilot._gain = board["gain_mv_per_v_x10"]
    pilot._clip_mv = (board.get("clip_mv") or _NO_CLIP_MV) - _CLIP_ERROR_MV
    pin = machine.Pin(board["pwm_pin"], machine.Pin.OUT)
    pilot._pwm = machine.PWM(pin, freq=_PERIOD_HZ, duty_u16=X1,
                             invert=1 if board.get("invert") else 0)
    pilot._adc = machine.ADC(machine.Pin(board["adc_pin"]), atten=machine.ADC.ATTN_11DB)
    pilot._samples = [0] * SAMPLES
    pilot._asked = X1
    pilot._written_ms = time.ticks_ms()
    pilot._meter = meter
    pilot.step_us = 0  # as fast as it goes
    pilot.interval_us = _measure_interval(pilot)
    for step_us in STEPS_BESIDE_US if meter else STEPS_US:
        if step_us >= pilot.interval_us + _SPARE_US:
            pilot.step_us = step_us
            break


# With the loops that are used later: on the chip they take a part of each interval.
def _measure_interval(pilot):
    begin_us = pilot._time.ticks_us()
    if pilot._meter is None:
        pilot._take(pilot._samples)
    else:
        pilot._meter.take_along(pilot._sample, pilot._samples, SAMPLES, 0, 0)
    return pilot._time.ticks_diff(pilot._time.ticks_us(), begin_us) // SAMPLES


def self_test(pilot) -> str:
    """Drive +12 V and -12 V with nothing else running; "" or one sentence what is wrong.

    Only at boot, before a vehicle is offered anything: 30 ms at each level.
    """
    if not pilot.step_us:
        return "pilot self-test: a sample takes %d us, must be %d or less" % (
            pilot.interval_us, _SLOWEST_US)
    levels = []
    for duty in (F, X1):
        pilot._pwm.duty_u16(duty)
        pilot._asked = duty
        pilot._time.sleep_ms(30)
        levels.append(pilot._pilot_mv(sum(pilot._burst(SAMPLES_DC)) // SAMPLES_DC))
    pilot._written_ms = pilot._time.ticks_ms()
    if levels[0] > -10000:
        return "pilot self-test: the low level is %d mV, must be -10000 or less" % levels[0]
    if levels[1] < 1500:
        return "pilot self-test: the high level is %d mV, must be 1500 or more" % levels[1]
    return ""
