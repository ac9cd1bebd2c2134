# SPDX-License-Identifier: MIT
"""What is known from outside about a vehicle's stay: does it ask, and may its unit give?"""

_LONG_START_MS = 60000  # design 4: 90 s of offers, then only what is left over


class Stays:
    """Follows vehicles and faults of all boards. A watcher that checkers ask. toggles: the Toggles
    of the same boards, or None."""

    def __init__(self, boards, toggles=None):
        self._toggles = toggles
        self._vehicles = {board.id: None for board in boards}
        self._spoiled = {board.id: False for board in boards}
        self._charged = {board.id: False for board in boards}
        self._stopped = {board.id: False for board in boards}

    def vehicle_changed(self, board):
        """Plugged, unplugged, S2, what it wants, or a fault of the unit."""
        unit, vehicle = board.id, board.vehicle
        if vehicle is not self._vehicles[unit]:
            self._vehicles[unit] = vehicle
            self._spoiled[unit] = self._charged[unit] = self._stopped[unit] = False
        if board.faults or board.troubles.excuses:
            self._spoiled[unit] = True
        if vehicle is None:
            return
        if vehicle.s2 and vehicle.hungry and not self._kept(vehicle, unit):
            self._charged[unit], self._stopped[unit] = True, False
        elif not vehicle.hungry or not vehicle.s2 and self._charged[unit] and board.offer_ma:
            self._stopped[unit] = True

    def _kept(self, vehicle, unit):
        # S2 that was closed all along does not show that it wants current again: its draw does.
        return vehicle.spec.keeps_s2 and self._stopped[unit]

    def draw_changed(self, board):
        """What it draws shows that it charges."""
        if max(board.draw_ma):
            self._stopped[board.id] = False

    def sound(self, board) -> bool:
        """Is nothing but the group in the way of its vehicle's current?"""
        vehicle = board.vehicle
        return (vehicle is not None and board.powered and not board.hung
                and not self._spoiled[board.id] and vehicle.spec.obeys
                and not board.flash.is_ill()
                and not (self._toggles and self._toggles.waits(board)))

    def asks(self, board) -> bool:
        """Does a vehicle want current, and may its unit give it?"""
        return self.sound(board) and board.vehicle.hungry

    def stopped(self, board) -> bool:
        """Did the vehicle stop by itself, or not start, or does its meter go on showing what it
        showed before it came? It is only tried from time to time."""
        vehicle = board.vehicle
        return (self._stopped[board.id] or vehicle.asleep or "meter_frozen" in board.troubles.now
                or vehicle.spec.start_delay_ms > _LONG_START_MS)
