# SPDX-License-Identifier: MIT
"""The start of a residual current monitor, and its test at boot."""


def begin(rcm, board, machine, time):
    """Pins of a hal.rcm.Rcm."""
    rcm._time = time
    rcm._test = None
    pulls = {"up": machine.Pin.PULL_UP, "down": machine.Pin.PULL_DOWN}
    rcm._pin = machine.Pin(board["trip_pin"], machine.Pin.IN, pulls.get(board.get("pull")))
    rcm._active = board["active_level"]
    rcm._board = board
    if board.get("test_pin") is not None:
        rcm._test = machine.Pin(board["test_pin"], machine.Pin.OUT, value=1 - board["test_level"])


def self_test(rcm) -> str:
    """Make it trip and let go again, contactor open. "" or one sentence what is wrong."""
    if rcm._test is None:
        return ""
    board = rcm._board
    level = board["test_level"]
    rcm._test.value(level)
    tripped = _within(rcm, board["test_ms"], True)
    rcm._test.value(1 - level)
    if not tripped:
        return "RCM self-test: no trip within %d ms" % board["test_ms"]
    if not _within(rcm, board["clear_ms"], False):
        return "RCM self-test: still tripped after %d ms" % board["clear_ms"]
    return ""


def _within(rcm, span_ms, wanted):
    time = rcm._time
    begin_ms = time.ticks_ms()
    while time.ticks_diff(time.ticks_ms(), begin_ms) <= span_ms:
        if rcm.tripped() == wanted:
            return True
        time.sleep_ms(2)
    return False
