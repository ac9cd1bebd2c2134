# SPDX-License-Identifier: MIT
"""The collector has little to do while a board charges: its heap is small."""

from host_tools.bench import garbage

_MOST_STEP_BYTES = 64  # the readings of the pilot, and the snapshot of all inputs
_MOST_TICK_BYTES = 6800  # a second


def test_a_pilot_step_leaves_little_garbage_and_the_sharing_task_not_much():
    made = garbage.measure()
    print("garbage, bytes: %s" % made)
    assert 0 < made["step"] <= _MOST_STEP_BYTES
    assert 0 < made["noisy_step"] <= _MOST_STEP_BYTES
    assert 0 < made["tick"] <= _MOST_TICK_BYTES
