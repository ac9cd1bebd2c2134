# SPDX-License-Identifier: MIT
"""Unit numbers of boards that are flashed side by side: kept, given, and never twice in a group.

A board keeps the number that it has. One that has none gets the smallest that is free, in the
order of the ports, after all boards have told theirs: from 1 (or from --set unit_id) upwards, or
out of `members` where the group is set up by hand.
"""

import threading
from collections import namedtuple

from core import roster, settings
from host_tools.flash.errors import BadSettings

_LAST = 250
_TAKEN = """%s and %s would both be unit %d of one group. Give one of them another number, with
--port %s --set unit_id=%d. No settings were changed on any board."""
_WAITING = "waiting until the other boards have told their numbers"

# What one board has told. values: its settings as they will be; facts: configure.board_facts.
Told = namedtuple("Told", ("port", "values", "facts"))


def assign(told: list, first: int = 1) -> dict:
    """{port: unit_id} of all boards, in their order. A board for which none is left has None.

    Raises BadSettings if two of them are one unit of one group.
    """
    numbers = {board.port: _kept(board) for board in told}
    used = {number for number in numbers.values() if number is not None}
    for place, board in enumerate(told):
        for other in told[:place]:
            number = numbers[board.port]
            if (number is not None and number == numbers[other.port]
                    and _may_meet(board.values, other.values)):
                raise BadSettings(_TAKEN % (other.port, board.port, number, board.port,
                                            _free(used, 1)))
    for board in told:
        if numbers[board.port] is None:
            numbers[board.port] = _number(board, used, first)
            used.add(numbers[board.port])
    return numbers


# A number that cannot be one is none.
def _kept(board):
    number = board.values.get("unit_id")
    return number if type(number) is int and 1 <= number <= _LAST else None


# Units of circuits of their own never meet. Those that are not paired yet may.
def _may_meet(one, other):
    if "alone" in (one.get("role", "alone"), other.get("role", "alone")):
        return False
    groups = {one.get("group_id", 0), other.get("group_id", 0)} - {0}
    return len(groups) < 2


def _number(board, used, first):
    if not board.values.get("members"):
        return _free(used, first)
    for row in roster.parse(board.values["members"])[1] or ():
        if row.unit not in used and not _wrong(board, row.unit):
            return row.unit
    return None


def _free(used, first):
    return next((number for number in range(first, _LAST + 1) if number not in used), None)


# Is the row of this number in `members` that of another role or kind of board?
def _wrong(board, number):
    errors = settings.validate(dict(board.values, unit_id=number), board.facts)[1]
    return any(error.startswith(("members", "role")) for error in errors)


class Numbers:
    """What several boards, each in its own thread, have told so far."""

    def __init__(self, ports, first=1):
        self._ports = list(ports)
        self._first = first
        self._told = {}
        self._left = set()
        self._changed = threading.Condition()

    def leave(self, port: str):
        """This board is done with, well or not: nobody waits for it."""
        with self._changed:
            self._left.add(port)
            self._changed.notify_all()

    def settle(self, told, show):
        """The number of a board, once all have told theirs. Raises BadSettings.

        None: it has none, and one that failed may have any; running again gives it one.
        """
        with self._changed:
            self._told[told.port] = told
            self._changed.notify_all()
            while self._silent() - self._left:
                show(_WAITING, None)
                self._changed.wait(0.2)
            silent = self._silent()
            boards = [self._told[port] for port in self._ports if port in self._told]
        if silent:
            boards = [board for board in boards if _kept(board)]
        return assign(boards, self._first).get(told.port)

    def _silent(self):
        return {port for port in self._ports if port not in self._told}
