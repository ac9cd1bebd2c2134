# SPDX-License-Identifier: MIT
"""Runs the fleet: keeps the simulator in step with the clock on the wall and shows it.

Ctrl-C only sets a flag that is looked at between two steps, so that it never ends the simulator
half-way and the summary is true.
"""

import signal
import sys
import time

from rich.console import Console
from rich.live import Live

from host_tools.fleet import demo, plain, view
from host_tools.fleet.journal import Journal, clock
from host_tools.options import UNITS_MAX, flash_parser
from host_tools.simulate.fields import ScenarioError
from host_tools.simulate.scenario import load
from host_tools.simulate.simulation import Simulation

_FRAME_S = 0.25  # between two pictures
_CHUNK_MS = 500  # simulated at a time: a keypress waits no longer
_LINE_S = 5  # between two lines without a terminal


class Fleet:
    """A simulation in step with the wall clock."""

    def __init__(self, scenario, speed, seconds):
        self.scenario = scenario
        self.simulation = Simulation(scenario)
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
        """Simulates up to the present, at most one picture's worth of computing."""
        begun_s = time.monotonic()
        target_ms = min(self._due_ms(), self.scenario.duration_ms)
        while self.now_ms < target_ms and not self.stopped:
            self.now_ms = min(target_ms, self.now_ms + _CHUNK_MS)
            self.simulation.advance(self.now_ms)
            self.journal.look(self.now_ms, self.simulation.rows())
            if time.monotonic() - begun_s > _FRAME_S:
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


def _show_live(fleet, console, speed):
    def draw():
        return view.screen(fleet.picture(), fleet.phases, fleet.journal.lines, speed,
                           console.height)

    with Live(draw(), console=console, auto_refresh=False) as live:
        while fleet.running():
            begun_s = time.monotonic()
            fleet.step()
            live.update(draw(), refresh=True)
            time.sleep(max(0.01, _FRAME_S - (time.monotonic() - begun_s)))


def _show_plain(fleet):
    printed = 0
    line_s = 0.0
    while fleet.running():
        fleet.step()
        for at_ms, text in fleet.journal.lines[printed:]:
            print("%s  * %s" % (clock(at_ms), text), flush=True)
        printed = len(fleet.journal.lines)
        if time.monotonic() >= line_s:
            line_s = time.monotonic() + _LINE_S
            print(plain.line(fleet.picture(), fleet.phases), flush=True)
        time.sleep(0.05)


def run(scenario, speed=1.0, seconds=None) -> int:
    """Shows the scenario until it ends or is ended. 1 if the circuit rule was broken, else 0."""
    fleet = Fleet(scenario, speed, seconds)
    before = [(number, signal.signal(number, fleet.stop))
              for number in (signal.SIGINT, signal.SIGTERM)]
    try:
        console = Console()
        if console.is_terminal:
            _show_live(fleet, console, speed)
        else:
            _show_plain(fleet)
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
    return run(scenario, options.speed, options.seconds)
