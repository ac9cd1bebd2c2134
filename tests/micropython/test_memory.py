# SPDX-License-Identifier: MIT
"""The core leaves room on a board."""

from tests.micropython import heap

_MOST_BYTES = 60 * 1024
_MOST_CHANGING_BYTES = 65 * 1024


def test_the_core_and_a_leader_of_six_fit_into_60_kb():
    taken = heap.measure()
    print("heap taken, bytes: %s" % taken)
    assert 20000 < taken["core"] < taken["start"] < taken["running"] <= _MOST_BYTES
    assert taken["running"] < taken["changing"] <= _MOST_CHANGING_BYTES
