# SPDX-License-Identifier: MIT
"""A virtual fleet in real time on ports of its own, and what is asked of it, in one event loop."""

import asyncio
import gc
import time
from contextlib import asynccontextmanager

from host_tools.fleet.web import Servers
from tests.unit.web_bench import group

_STEP_S = 0.01


class Pace:
    """worst_ms: the most that was computed between two steps of the units, in ms of this thread's
    own time (others may be using the machine); steps: how many there were."""

    def __init__(self):
        self.worst_ms = self.steps = 0
        self._last_s = time.thread_time()

    def step(self):
        """The units have their turn now."""
        now_s = time.thread_time()
        self.worst_ms = max(self.worst_ms, 1000 * (now_s - self._last_s))
        self.steps += 1

    def stepped(self):
        """Their turn is over."""
        self._last_s = time.thread_time()


@asynccontextmanager
async def served(units=6, page=None, simulation=None):
    """Gives (servers, simulation, pace) of a fleet that goes on meanwhile."""
    simulation = simulation or group(units, 40)
    servers = Servers(simulation, page=page)
    await servers.listen(18080)
    begun_s, from_ms = time.monotonic(), simulation.now_ms
    # Python would look through all that other tests have left, for half a second and more.
    gc.collect()
    gc.freeze()
    pace = Pace()

    async def play():
        while True:
            pace.step()
            simulation.advance(from_ms + int(1000 * (time.monotonic() - begun_s)))
            servers.step()
            pace.stepped()
            await asyncio.sleep(_STEP_S)

    playing = asyncio.create_task(play())
    try:
        yield servers, simulation, pace
    finally:
        playing.cancel()
        servers.close()
        gc.unfreeze()
