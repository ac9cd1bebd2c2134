# SPDX-License-Identifier: MIT
"""The contactor's outputs, with least times on and off, and its feedback where fitted.

Opening is never delayed. Closing waits until the contactor has been open long enough: a coil that
is switched quickly welds its contacts.
"""


class Contactor:
    """`board`: contactor part of the board file, or None for a board without one."""

    def __init__(self, board, machine, time):
        self._time = time
        self._pins = []
        self._feedback = None
        self._closed = False
        self._changed_ms = time.ticks_ms()
        self._min_off_ms = 0
        if board is None:
            return
        self._active = board["active_level"]
        self._min_off_ms = board["min_off_ms"]
        for number in board["pins"]:
            self._pins.append(machine.Pin(number, machine.Pin.OUT, value=1 - self._active))
        if board.get("feedback"):
            row = board["feedback"]
            self._feedback = machine.Pin(row["pin"], machine.Pin.IN)
            self._feedback_active = row["active_level"]

    def write(self, closed: bool):
        """Apply a level; called on every step."""
        now_ms = self._time.ticks_ms()
        if closed and not self._closed:
            if self._time.ticks_diff(now_ms, self._changed_ms) < self._min_off_ms:
                return
        if closed != self._closed:
            self._closed = closed
            self._changed_ms = now_ms
        for pin in self._pins:
            pin.value(self._active if closed else 1 - self._active)

    def closed(self):
        """What the feedback contact says, or None where none is fitted."""
        if self._feedback is None:
            return None
        return self._feedback.value() == self._feedback_active
