# SPDX-License-Identifier: MIT
"""A virtual fleet for a browser: the firmware's own units, each with its page on its own port.

It runs in a thread beside the test, faster than the clock on the wall. What a test does to it is
done there, between two steps; a test waits for what the page says, never for a time.
"""

import asyncio
import time

from host_tools.build.page import page
from host_tools.fleet import beside
from host_tools.fleet.blank import BlankFirmware
from host_tools.fleet.web import Servers
from host_tools.simulate.hal import label_code_of
from host_tools.simulate.scenario import load
from host_tools.simulate.simulation import Simulation
from tests import owner_calls

NAMES = ("Garage left", "Garage right", "Workshop", "Carport", "Guests", "Driveway")
SPEED = 20  # of its time against ours
_STEP_S = 0.005
_BUSY_S = 0.03  # computed at a time, so that pages are answered meanwhile
_SECOND_MS = 1000
_BREAKERS_A = (32, 25, 32, 32, 16, 32)
VEHICLES = ((1, 20), (2, 16), (3, 12), (5, 16))  # (unit, A)


def scenario(units=6, limit_a=60, vehicles=VEHICLES, phases=None, spare=None, nameplate_a=32,
             **more) -> dict:
    """A group as a scenario file has it. phases: of each unit, L1 if nothing is said; spare: one
    more unit as the file has it."""
    return {"name": "page", "duration_s": 1_000_000, "limit_a": limit_a, "units": [
        {"id": n, "role": "leader" if n == 1 else "follower", "breaker_a": _BREAKERS_A[n - 1],
         "region": "iec", "nameplate_a": nameplate_a, "phases": (phases or {}).get(n, "L1")}
        for n in range(1, units + 1)] + ([spare] if spare else []),
        "vehicles": [{"unit": n, "max_a": amps, "plug_s": 1} for n, amps in vehicles
                     if n <= units], **more}


class Fleet:
    """Units, their pages and what happens to them. url(n): of a unit's page."""

    def __init__(self, folder, blank=False, speed=SPEED, named=True, seconds=20, **more):
        file = folder / "page.html.gz"
        if not file.exists():
            file.write_bytes(page())
        self.speed, self.paused, self._ends = speed, False, False
        self._stepped_ms = 0
        self.do(self._make, str(file), blank, more)
        if not blank:
            self.later(seconds)
            for n, name in zip(self.simulation.nodes, NAMES) if named else ():
                self.ask(1, "rename", n, name)
            self.later(5)
        beside.begin(self._servers.listen(0)).result()
        self._playing = beside.begin(self._play())

    # --- for tests

    def url(self, n=1) -> str:
        """Address of a unit's page."""
        return self._server[n].address

    def server(self, n=1):
        """Its host_tools.fleet.web.UnitServer."""
        return self._server[n]

    def code(self, n=1) -> str:
        """On the unit's label, without dashes."""
        return label_code_of(self.serial(n)).replace("-", "")

    def serial(self, n) -> str:
        """Of a unit."""
        return self.simulation.nodes[n].board.spec.serial

    def node(self, n=1):
        """What runs there."""
        return self.simulation.nodes[n]

    def do(self, what, *given):
        """Call something between two steps of the fleet; gives what it gives."""
        return beside.do(what, *given)

    def ask(self, n, name, *given):
        """Its owner asks a unit for something, as at the serial prompt."""
        return self.do(self.simulation.firmware.ask, self.node(n), name, *given)

    def set_up(self, n, breaker_a=32, phases="L1", role="follower"):
        """A blank board is told what its own page would tell it."""
        self.later(1)  # it starts
        self.do(lambda: owner_calls.set(self.place(n), {
            "region": "iec", "breaker_a": breaker_a, "phases": phases, "role": role}))
        self.later(5)

    def place(self, n=1):
        """Where its owner's functions find it."""
        return self.simulation.firmware.place(self.node(n))

    def later(self, seconds):
        """Time passes at once."""
        self.do(self._later, seconds)

    def until(self, so):
        """Waits until it is so: so() is called between two steps."""
        for _ in range(200):
            if self.do(so):
                return
            time.sleep(0.1)
        raise AssertionError("it never is so")

    def hears(self, n, well=True):
        """A unit's radio fails, or works again."""
        self.do(self.simulation.air.deafen, n, not well)

    def power(self, n, on):
        """A unit's breaker."""
        self.do(self.node(n).set_power, on)

    def close(self):
        """Ends it."""
        self._ends = True
        self._playing.result(60)

    # --- in its thread

    def _make(self, file, blank, more):
        played = load(scenario(**more))
        self.simulation = Simulation(played, BlankFirmware(played) if blank else None,
                                     trace=False, figures=False)
        self._servers = Servers(self.simulation, blank, file)
        self._server = {server.node.id: server for server in self._servers.units}

    async def _play(self):
        seen_s, owed_ms = time.monotonic(), 0.0
        while not self._ends:
            now_s = time.monotonic()
            owed_ms = min(owed_ms + 1000 * self.speed * (now_s - seen_s), _SECOND_MS)
            seen_s = now_s
            if not self.paused:
                owed_ms -= self._step(int(owed_ms), now_s + _BUSY_S)
            await asyncio.sleep(_STEP_S)
        self._servers.close()

    def _step(self, ms, until_s):
        begun_ms = self.simulation.now_ms
        while self.simulation.now_ms < begun_ms + ms and time.monotonic() < until_s:
            self._advance(min(begun_ms + ms, self.simulation.now_ms + 200))
        return self.simulation.now_ms - begun_ms

    def _later(self, seconds):
        end_ms = self.simulation.now_ms + int(1000 * seconds)
        while self.simulation.now_ms < end_ms:
            self._advance(min(end_ms, self._stepped_ms + _SECOND_MS))

    def _advance(self, to_ms):
        self.simulation.advance(to_ms)
        self._servers.turn()
        if self.simulation.now_ms >= self._stepped_ms + _SECOND_MS:
            self._stepped_ms = self.simulation.now_ms
            self._servers.step()
