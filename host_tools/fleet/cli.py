# SPDX-License-Identifier: MIT
"""Runs the fleet: keeps the simulator in step with the clock on the wall, shows it, and serves the
pages of its units.

All of it is one thread: the units' servers have their turn between two steps of the simulator, and
what they do is done there. Ctrl-C only sets a flag that is looked at between two steps, so that it
never ends the simulator half-way and the summary is true.
"""

import asyncio
import signal
import sys
import time
import webbrowser

from rich.console import Console
from rich.live import Live

from host_tools.fleet import demo, plain, view
from host_tools.fleet.blank import BlankFirmware
from host_tools.fleet.journal import Journal, clock
from host_tools.fleet.web import FIRST_PORT, Servers, page_file
from host_tools.options import UNITS_MAX, flash_parser
from host_tools.simulate.fields import ScenarioError
from host_tools.simulate.scenario import load
from host_tools.simulate.simulation import Simulation

_FRAME_S = 0.25  # between two pictures
_CHUNK_MS = 500  # simulated at a time: a keypress waits no longer
_LINE_S = 5  # between two lines without a terminal
_STEP_S = 0.02  # between two steps: a page sees its unit as it is, at the pilot path's own pace
_TURN_S = 0.1  # between two turns of MQTT
_BUSY_S = 0.05  # computed at a time, so that pages are answered meanwhile


class Fleet:
    """A simulation in step with the wall clock."""

    def __init__(self, scenario, speed, seconds, blank=False):
        self.scenario = scenario
        self.simulation = Simulation(scenario, BlankFirmware(scenario) if blank else None)
        self.journal = Journal(scenario)
        self.phases = view.used_phases(scenario.units)
        self.now_ms = 0
        self.stopped = False
        self._speed = speed
        self._seconds = seconds
        self._start_s = time.monotonic()

    def stop(self, *_):
        """Ends the run at the next step; also a signal handler."""
        self.stopped = True

    def running(self) -> bool:
        """False once stopped, out of time, or at the scenario's end."""
        if self.stopped or self.now_ms >= self.scenario.duration_ms:
            return False
        return self._seconds is None or self._elapsed_s() < self._seconds

    def step(self):
        """Simulates up to the present, at most for a moment."""
        begun_s = time.monotonic()
        target_ms = min(self._due_ms(), self.scenario.duration_ms)
        while self.now_ms < target_ms and not self.stopped:
            self.now_ms = min(target_ms, self.now_ms + _CHUNK_MS)
            self.simulation.advance(self.now_ms)
            self.journal.look(self.now_ms, self.simulation.rows())
            if time.monotonic() - begun_s > _BUSY_S:
                break

    def picture(self) -> tuple:
        """now_ms, rows, drawn_ma per phase, limit_ma: what the views take."""
        return (self.now_ms, self.simulation.rows(), self.simulation.total_drawn_ma(),
                self.simulation.limit_ma)

    def _elapsed_s(self):
        elapsed_s = time.monotonic() - self._start_s
        return elapsed_s if self._seconds is None else min(elapsed_s, self._seconds)

    def _due_ms(self):
        return int(self._elapsed_s() * 1000 * self._speed)


async def _play(fleet, servers, show):
    """Steps the fleet; show(): draws, and says after how many seconds it wants to be called."""
    shown_s = stepped_s = turned_s = time.monotonic()
    while fleet.running():
        begun_s = time.monotonic()
        fleet.step()
        if begun_s >= stepped_s:
            stepped_s = begun_s + 1
            servers.step()
        if begun_s >= turned_s:
            turned_s = begun_s + _TURN_S
            servers.turn()
        if begun_s >= shown_s:
            shown_s = begun_s + show()
        await asyncio.sleep(max(0, _STEP_S - (time.monotonic() - begun_s)))


async def _show_live(fleet, servers, console, speed, said):
    def draw():
        return view.screen(fleet.picture(), fleet.phases, fleet.journal.lines, speed,
                           console.height, said)

    with Live(draw(), console=console, auto_refresh=False) as live:
        def show():
            live.update(draw(), refresh=True)
            return _FRAME_S

        await _play(fleet, servers, show)


async def _show_plain(fleet, servers, said):
    printed = [0, 0]  # lines of the journal, when the next line of figures is due
    print(said, flush=True)

    def show():
        for at_ms, text in fleet.journal.lines[printed[0]:]:
            print("%s  * %s" % (clock(at_ms), text), flush=True)
        printed[0] = len(fleet.journal.lines)
        if time.monotonic() >= printed[1]:
            printed[1] = time.monotonic() + _LINE_S
            print(plain.line(fleet.picture(), fleet.phases), flush=True)
        return _STEP_S

    await _play(fleet, servers, show)


async def _run(fleet, speed, port, blank, opens, page, mqtt):
    servers = Servers(fleet.simulation, blank, page, mqtt)
    try:
        await servers.listen(port)
        said = servers.addresses(port)
        if opens:
            webbrowser.open(servers.units[0].address)
        console = Console()
        if console.is_terminal:
            await _show_live(fleet, servers, console, speed, said)
        else:
            await _show_plain(fleet, servers, said)
    finally:
        servers.close()


def run(scenario, speed=1.0, seconds=None, port=FIRST_PORT, blank=False, opens=False,
        mqtt=None) -> int:
    """Shows the scenario until it ends or is ended. 1 if the circuit rule was broken, else 0.
    port: of the leader's page; blank: the boards were never set up; opens: a browser; mqtt:
    (numeric host, port) of a broker to which all is published."""
    page = page_file()  # may take seconds when it has changed
    fleet = Fleet(scenario, speed, seconds, blank)
    before = [(number, signal.signal(number, fleet.stop))
              for number in (signal.SIGINT, signal.SIGTERM)]
    try:
        asyncio.run(_run(fleet, speed, port, blank, opens, page, mqtt))
        totals = fleet.simulation.result().summary
        print(plain.summary(fleet.now_ms, fleet.simulation.limit_ma, scenario.vehicles, totals))
    finally:
        for number, handler in before:
            signal.signal(number, handler)
    return 1 if totals["over_limit_ms"] else 0


def main(arguments: list) -> int:
    """Exit code 2: the scenario file cannot be played."""
    options = flash_parser().parse_args(arguments)
    source = options.scenario or demo.scenario(options.virtual or UNITS_MAX)
    try:
        scenario = load(source)
    except ScenarioError as error:
        print(error, file=sys.stderr)
        return 2
    return run(scenario, options.speed, options.seconds, options.http_port or FIRST_PORT,
               options.blank, options.open, options.mqtt)
