# SPDX-License-Identifier: MIT
"""Which vehicles come and go so often that their unit may let them wait (design 4 and 5)."""

_SHORT_MS = 121500  # 120 s on a clock that is 1 % slow, and a drop-out
_FREE = 3
_WAIT_MS = 60600
_DOUBLINGS = 4  # to 16 min
_SLACK_MS = 6000  # an increase waits 5 s after another change
_AWAY_MS = 10000


class Toggles:
    """Counts sessions that a vehicle has ended itself within 2 min. A watcher."""

    def __init__(self, clock, boards):
        self._clock = clock
        self._closed_ms = {board.id: 0 for board in boards}
        self._away_ms = {board.id: 0 for board in boards}  # since when there is no vehicle
        self._let_go = {board.id: False for board in boards}  # with an offer, in this session
        self._short = {board.id: 0 for board in boards}
        self._until_ms = {board.id: 0 for board in boards}

    def vehicle_changed(self, board):
        """Plugged, unplugged, S2."""
        unit, now_ms = board.id, self._clock.now_ms
        if board.contact and board.offer_ma and (board.vehicle is None or not board.vehicle.s2):
            self._let_go[unit] = True
        if board.vehicle is None:
            self._away_ms[unit] = self._away_ms[unit] or now_ms
            return
        if self._away_ms[unit] and now_ms - self._away_ms[unit] >= _AWAY_MS:
            self._short[unit] = self._until_ms[unit] = 0
        self._away_ms[unit] = 0

    def contact_changed(self, board):
        """The contactor has closed, or opened: for the vehicle, if it let go while it had an
        offer."""
        unit, now_ms = board.id, self._clock.now_ms
        if board.contact:
            self._closed_ms[unit], self._let_go[unit] = now_ms, False
            return
        if not self._let_go[unit]:
            return
        short = now_ms - self._closed_ms[unit] < _SHORT_MS
        self._short[unit] = self._short[unit] + 1 if short else 0
        if self._short[unit] >= _FREE:
            self._until_ms[unit] = now_ms + _SLACK_MS + (
                _WAIT_MS << min(self._short[unit] - _FREE, _DOUBLINGS))

    def waits(self, board) -> bool:
        """May its unit offer it nothing for this reason?"""
        return self._clock.now_ms < self._until_ms[board.id]
