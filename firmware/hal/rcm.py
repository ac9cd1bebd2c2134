# SPDX-License-Identifier: MIT
"""Residual current monitor."""

from core.seldom import seldom


class Rcm:
    """Residual current monitor: an input that must be quiet; re-read once against noise."""

    @seldom
    def __init__(self, board, machine, time):
        self._time = time
        self._test = None
        pulls = {"up": machine.Pin.PULL_UP, "down": machine.Pin.PULL_DOWN}
        self._pin = machine.Pin(board["trip_pin"], machine.Pin.IN, pulls.get(board.get("pull")))
        self._active = board["active_level"]
        self._board = board
        if board.get("test_pin") is not None:
            self._test = machine.Pin(board["test_pin"], machine.Pin.OUT,
                                     value=1 - board["test_level"])

    def tripped(self) -> bool:
        """Is the monitor asking for the contactor to open?"""
        return self._pin.value() == self._active and self._pin.value() == self._active

    @seldom
    def self_test(self) -> str:
        """Make it trip and let go again, contactor open. "" or one sentence what is wrong."""
        if self._test is None:
            return ""
        level = self._board["test_level"]
        self._test.value(level)
        tripped = self._within(self._board["test_ms"], True)
        self._test.value(1 - level)
        if not tripped:
            return "RCM self-test: no trip within %d ms" % self._board["test_ms"]
        if not self._within(self._board["clear_ms"], False):
            return "RCM self-test: still tripped after %d ms" % self._board["clear_ms"]
        return ""

    @seldom
    def _within(self, span_ms, wanted):
        begin_ms = self._time.ticks_ms()
        while self._time.ticks_diff(self._time.ticks_ms(), begin_ms) <= span_ms:
            if self.tripped() == wanted:
                return True
            self._time.sleep_ms(2)
        return False
