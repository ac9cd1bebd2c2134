# SPDX-License-Identifier: MIT
"""Virtual units that speak MQTT, in steps of their own clock: 100 ms for each turn, as on a board.
"""

import time

from host_tools.fleet.web import Servers
from host_tools.simulate.scenario import load
from host_tools.simulate.simulation import Simulation
from tests.unit.web_bench import group

TURN_MS = 100


def played(units, limit_a, seconds=30):
    """A Simulation of these units, all with a vehicle, after so many seconds."""
    simulation = Simulation(load({
        "name": "mqtt", "duration_s": 100000, "limit_a": limit_a, "units": units,
        "vehicles": [{"unit": unit["id"], "max_a": 16, "phases": 3} for unit in units]}),
        trace=False)
    simulation.advance(1000 * seconds)
    return simulation


class Fleet:
    """Units of a simulation, and what is published of them. broker: (host, port)."""

    def __init__(self, broker, units=3, simulation=None):
        self.simulation = simulation or group(units, 40)
        self.servers = Servers(self.simulation, page=None, mqtt=broker)
        self.watchers, self._turns = [], 0
        self._serials = {unit: node.program.hal.serial.hex().upper()
                         for unit, node in self.simulation.nodes.items()}

    @property
    def mqtt(self):
        """Of the leader."""
        return self.servers.units[0].web.mqtt

    def serial(self, unit) -> str:
        """As in topics."""
        return self._serials[unit]

    def turn(self, pause_s=0.002):
        """100 ms of the units; the broker is another process, and has a moment for it."""
        self.simulation.advance(self.simulation.now_ms + TURN_MS)
        self.servers.turn()
        self._turns += 1
        if self._turns % 10 == 0:
            self.servers.step()
        time.sleep(pause_s)
        for watcher in self.watchers:
            watcher.look()

    def until(self, seen, seconds=120, pause_s=0.002):
        """Go on until that is true, or fail after so many seconds of the units."""
        for _ in range(int(seconds * 1000 / TURN_MS)):
            if seen():
                return
            self.turn(pause_s)
        assert seen(), "not within %d s" % seconds

    def later(self, seconds):
        """So many seconds pass."""
        for _ in range(int(seconds * 1000 / TURN_MS)):
            self.turn()

    def close(self):
        """No connection is left."""
        self.servers.close()
