# SPDX-License-Identifier: MIT
"""Boards moved by hand, for tests of those who watch from outside."""

from host_tools.simulate.board import Board
from host_tools.simulate.clock import Clock
from host_tools.simulate.scenario import load
from host_tools.simulate.vehicle import Vehicle
from host_tools.simulate.watchers import Watchers

X1 = 65535


def scenario(count=2, phases="L1L2L3", vehicles=(), limit_a=32, **more):
    """A scenario of `count` like units of 32 A; unit 1 leads."""
    units = [{"id": n, "role": "leader" if n == 1 else "follower", "breaker_a": 40,
              "region": "iec", "nameplate_a": 32, "phases": phases}
             for n in range(1, count + 1)]
    return load({"name": "by-hand", "duration_s": 10000, "limit_a": limit_a, "units": units,
                 "vehicles": list(vehicles), **more})


def duty_u16(amount_ma):
    """Duty for up to 51 A, exact enough for tests."""
    return amount_ma * 65536 // 60000 + 1 if amount_ma else X1


class ByHand:
    """Some boards without programs, whose pins the test sets."""

    def __init__(self, count=2, phases="L1L2L3", **vehicle):
        self.clock = Clock()
        self.watchers = Watchers()
        self.scenario = scenario(count, phases)
        self.boards = {spec.id: Board(self.clock, spec, self.watchers, 1)
                       for spec in self.scenario.units}
        self._vehicle = {"max_a": 32, "reaction_s": 0, "start_delay_s": 0, "phases": 3,
                         "ramp_a_per_s": 1000, **vehicle}

    def watch(self, make, *arguments):
        """Add a checker made with (clock, boards, ...)."""
        return self.watchers.add(make(self.clock, list(self.boards.values()), *arguments))

    def run(self, to_s):
        """Let time pass to `to_s`."""
        self.clock.run(round(to_s * 1000))

    def plug(self, unit, **vehicle):
        """A vehicle arrives at a unit; returns it."""
        specs = scenario(len(self.boards),
                         vehicles=[{"unit": unit, **self._vehicle, **vehicle}]).vehicles
        board = self.boards[unit]
        board.plug(Vehicle(self.clock, specs[0], board, len(board.wiring), 230))
        return board.vehicle

    def offer(self, unit, amount_a):
        """Advertise a current; 0 is X1."""
        self.boards[unit].write_duty(duty_u16(round(amount_a * 1000)))

    def charge(self, unit, amount_a, **vehicle):
        """A vehicle arrives and charges, 0.2 s later at full draw."""
        self.plug(unit, **vehicle)
        self.offer(unit, amount_a)
        self.clock.run(self.clock.now_ms + 10)
        self.boards[unit].write_output(True)
        self.clock.run(self.clock.now_ms + 190)
        return self.boards[unit]
