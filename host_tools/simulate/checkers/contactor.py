# SPDX-License-Identifier: MIT
"""The contactor against the pilot and the faults: when it may close, how soon it must open.

The deadlines are those of `facts` behind design 5: 100 ms after an unplug and after S2 opens
(IEC 61851-1 sequences 1 and 8.1), 6 s after the oscillator stops (sequence 10.2). While the
program hangs, or the contactor is welded, nothing can be asked of it.
"""

from host_tools.simulate.checkers.checker import Checker
from host_tools.simulate.clock import PIN, Alarm

_AT_ONCE_MS = 100
_X1_MS = 6250  # 6 s on a clock that may be 1 % slow, two slots, and the drop-out
_DEADLINES_MS = {"A": _AT_ONCE_MS, "B": _AT_ONCE_MS, "C1": _X1_MS, "D1": _X1_MS,
                 "D2": 3000, "E": _AT_ONCE_MS, "F": _AT_ONCE_MS}
# From the fault to the open contactor: some are seen in one reading, some need agreement.
_FAULTS_MS = {"rcm": 100, "pilot_short": 200, "diode": 1000, "proximity": 1000,
              "overheat": 60000}


class _Watch:
    """One board: why its contactor ought to be open, and since when."""

    def __init__(self, clock, board, late):
        self.board = board
        self.reason = None
        self.fault = None
        self.state_alarm = Alarm(clock, PIN, lambda: late(self, self.reason))
        self.fault_alarm = Alarm(clock, PIN, lambda: late(self, self.fault))


class ContactorStates(Checker):
    """Closes only in C2; is open soon enough after the pilot says so, or a fault does."""

    name = "contactor"

    def __init__(self, clock, boards):
        super().__init__(clock)
        self._watches = {board.id: _Watch(clock, board, self._late) for board in boards}

    def output_changed(self, board):
        """The contactor's pin: closing is judged at this moment."""
        if not board.output:
            return
        if board.pilot_state != "C2":
            self.violated(board.id, f"closes in {board.pilot_state}")
        for fault in sorted(board.faults & {"rcm", "diode", "pilot_short"}):
            self.violated(board.id, f"closes with fault {fault}")

    def contact_changed(self, board):
        """The contactor itself."""
        self._judge(board)

    def pilot_changed(self, board):
        """Pilot state."""
        self._judge(board)

    def vehicle_changed(self, board):
        """Vehicle or faults."""
        self._judge(board)

    def program_changed(self, board):
        """After a hang the time starts anew."""
        self._watches[board.id].reason = self._watches[board.id].fault = None
        self._judge(board)

    def _judge(self, board):
        watch = self._watches[board.id]
        state = board.pilot_state
        reason = state if state in _DEADLINES_MS else state[0]
        reason = reason if board.contact and reason in _DEADLINES_MS else None
        if reason != watch.reason:
            watch.reason = reason
            watch.state_alarm.set(reason and self._clock.now_ms + _DEADLINES_MS[reason])
        seen = set(_FAULTS_MS)
        if state[-1:] != "2":
            seen.discard("diode")  # its check needs the negative half
        faults = sorted(board.faults & seen, key=_FAULTS_MS.get)
        fault = faults[0] if faults and board.contact else None
        if fault != watch.fault:
            watch.fault = fault
            watch.fault_alarm.set(fault and self._clock.now_ms + _FAULTS_MS[fault])

    def _late(self, watch, reason):
        board = watch.board
        if board.contact and not board.hung and "welded" not in board.faults:
            self.violated(board.id, f"still closed too long after {reason}")
