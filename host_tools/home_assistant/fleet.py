# SPDX-License-Identifier: MIT
"""A virtual fleet that goes on beside whoever looks at it: in a thread, faster than the clock on
the wall, with pages and MQTT. What is done to it is done there, between two turns.
"""

import asyncio
import time

from host_tools.fleet import beside
from host_tools.fleet.web import Servers
from host_tools.simulate.scenario import load
from host_tools.simulate.simulation import Simulation
from host_tools.simulate.vehicle import Vehicle

SPEED = 10  # of its time against ours
_TURN_MS = 100
_TURNS = 10  # in a second


class RunningFleet:
    """scenario: as a file has it; broker: (host, port). simulation: what is played."""

    def __init__(self, scenario: dict, broker, speed=SPEED):
        self._scenario, self._playing = scenario, None
        self._speed, self._ends, self._turns = speed, False, 0
        self.do(self._make, broker)

    def start(self):
        """Until its servers listen."""
        beside.begin(self.servers.listen(0)).result()
        self._playing = beside.begin(self._play())
        return self

    def close(self):
        """Ends it."""
        self._ends = True
        if self._playing is not None:
            self._playing.result(60)

    def do(self, what, *given):
        """Call something between two turns; gives what it gives."""
        return beside.do(what, *given)

    def ask(self, unit: int, name: str, *given):
        """Its owner asks a unit for something, as at the serial prompt: None, or a refusal."""
        return self.do(self.simulation.firmware.ask, self.simulation.nodes[unit], name, *given)

    def serial(self, unit: int) -> str:
        """As in topics."""
        return self.simulation.nodes[unit].board.spec.serial.upper()

    def port(self, unit: int) -> int:
        """Of its page."""
        return next(server.port for server in self.servers.units if server.node.id == unit)

    def power(self, unit: int, on: bool):
        """A unit's breaker."""
        self.do(self.simulation.nodes[unit].set_power, on)

    def plug(self, unit: int, amps: int):
        """A vehicle of three phases comes."""
        board, simulation = self.simulation.nodes[unit].board, self.simulation
        spec = load({**self._scenario, "vehicles": [
            {"unit": unit, "max_a": amps, "phases": 3}]}).vehicles[0]
        self.do(lambda: board.plug(Vehicle(simulation.clock, spec, board, len(board.wiring),
                                           simulation.scenario.volts)))

    def unplug(self, unit: int):
        """It leaves."""
        self.do(self.simulation.nodes[unit].board.unplug)

    def later(self, seconds: float):
        """So much of its time passes, as quickly as it can."""
        self.do(lambda: [self._go_on() for _ in range(int(seconds * _TURNS))])

    def _make(self, broker):
        self.simulation = Simulation(load(self._scenario), trace=False, figures=False)
        self.servers = Servers(self.simulation, page=None, mqtt=broker)

    async def _play(self):
        due_s = time.monotonic()
        while not self._ends:
            self._go_on()
            due_s = max(due_s + _TURN_MS / 1000 / self._speed, time.monotonic() - 1)
            await asyncio.sleep(max(0.001, due_s - time.monotonic()))
        self.servers.close()

    def _go_on(self):
        self.simulation.advance(self.simulation.now_ms + _TURN_MS)
        self.servers.turn()
        self._turns += 1
        if self._turns % _TURNS == 0:
            self.servers.step()
