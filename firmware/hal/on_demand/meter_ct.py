# SPDX-License-Identifier: MIT
"""The start of a meter with current transformers."""


def begin(meter, row, machine, time, contactor):
    """Inputs and what is known of a hal.meter_ct.CtMeter that has measured nothing."""
    meter._time = time
    meter._contactor = contactor
    meter._scale = row["ma_per_mv_x10"]
    meter._middle_mv = row["offset_mv"]
    meter._floor_ma = row["floor_ma"]
    meter._inputs = [machine.ADC(machine.Pin(pin), atten=machine.ADC.ATTN_11DB)
                     for pin in row["pins"]]
    meter._offsets = [0] * len(meter._inputs)  # from the middle of the board file, mV
    meter._idle = 0
    meter._draw = None
    meter._draw_ms = 0
    meter._seen = False  # a current, since the contactor last switched
