# SPDX-License-Identifier: MIT
"""A whole group in one process on virtual time: units, vehicles, air, checkers, figures.

`run()` plays a scenario to its end as fast as it can; `Simulation.advance()` plays a part, so
that a fleet can keep step with the clock on the wall. Same scenario and seed, same bytes.
"""

from collections import namedtuple

from host_tools.simulate.air import Air
from host_tools.simulate.board import Board
from host_tools.simulate.clock import Clock
from host_tools.simulate.dealings import Dealings
from host_tools.simulate.figures import OfferChanges, RevisionWait, Waits
from host_tools.simulate.judges import Judges
from host_tools.simulate.node import Node
from host_tools.simulate.owner import Owner
from host_tools.simulate.router import Router
from host_tools.simulate.settle import Settling
from host_tools.simulate.story import Story
from host_tools.simulate.summary import summarise
from host_tools.simulate.trace import COLUMNS, Trace
from host_tools.simulate.watchers import Watchers

# summary: as in summary.json. trace: rows in the order of trace.COLUMNS, or None. violations: of
# all checkers, in time. offer_changes: unit -> list of (at_ms, amount_ma).
Result = namedtuple("Result", ("scenario", "summary", "trace", "violations", "offer_changes",
                               "limits"))

class Simulation:
    """A scenario that is being played. `advance()`, look at it, `result()`.

    firmware: what makes the programs (None: the real one). app: run the app's sharing task, else
    only its core. full_pace: step every slot of every pilot path. trace: collect trace rows.
    watchers: more objects that are told what changes (watchers.py). figures: also watch how well
    the circuit is used; without them there is no `result()`, and it is a tenth faster.
    """

    def __init__(self, scenario, firmware=None, app=True, full_pace=False, trace=True,
                 watchers=(), figures=True):
        self.scenario = scenario
        self.clock = clock = Clock()
        self._watchers = Watchers()
        self._firmware = firmware or _real_firmware(scenario)
        self.air = Air(clock, [unit.id for unit in scenario.units], scenario.air, scenario.seed)
        self.router = None
        if scenario.router:
            self.router = Router(clock, self.air, self._firmware, scenario.seed)
        self.nodes = {}
        for spec in sorted(scenario.units, key=lambda unit: unit.id):
            self.nodes[spec.id] = self._make_node(spec, app, full_pace)
        boards = [node.board for node in self.nodes.values()]
        leader = next(unit.id for unit in scenario.units if unit.role == "leader")
        self._owner = Owner(clock, self._firmware, self.nodes, leader, scenario.limit_ma,
                            [unit.id for unit in scenario.units if unit.member])
        self.dealings = Dealings(scenario, self._owner, self.nodes)
        self.judges = Judges(clock, list(self.nodes.values()), self.air, self._watchers,
                             self._owner, self.dealings, scenario.duration_ms)
        self.circuit_rule, self.checkers = self.judges.circuit_rule, self.judges.checkers
        self._owner.listen(self.judges.in_force)
        add = self._watchers.add
        self._figures = figures
        self.settling = Settling(clock, boards, scenario.limit_ma)
        self.waits, self.offer_changes = Waits(clock, boards), OfferChanges(clock, boards)
        for watcher in (self.settling, self.waits, self.offer_changes) if figures else ():
            add(watcher)
        self.revision_wait = RevisionWait(clock)
        self._owner.listen(self.revision_wait.in_force)
        self.dealings.watch(self.judges, self.settling, self.revision_wait)
        self.limits = [(0, scenario.limit_ma)]  # (from_ms, limit in force)
        self._owner.listen(lambda limit_ma, _: self.limits.append((clock.now_ms, limit_ma)))
        self._trace = None
        if trace:
            self._trace = add(Trace(clock, list(self.nodes.values()), self._firmware,
                                    self.circuit_rule))
        for watcher in watchers:
            add(watcher)
        self.story = Story(self, scenario)
        for node in self.nodes.values():
            self._firmware.set_up(node.board)
            node.boot()

    def _make_node(self, spec, app, full_pace):
        seed = self.scenario.seed
        board = Board(self.clock, spec, self._watchers, seed, self.air)
        return Node(self.clock, board, self.air, self._firmware.factory(spec), seed,
                    self._watchers, self._turned, app, full_pace,
                    self.scenario.transport == "espnow")

    def _turned(self, node):
        self._owner.look(node)
        if self.router is not None:
            self.router.look(node)
        if self._trace is not None:
            self._trace.look(node.id)

    # Playing.

    @property
    def now_ms(self) -> int:
        """Time since the start."""
        return self.clock.now_ms

    def advance(self, to_ms: int):
        """Play until `to_ms`, at most to the scenario's end."""
        self.clock.run(min(to_ms, self.scenario.duration_ms))

    @property
    def leader_moves(self) -> int:
        """How often another unit has become the leader."""
        return self._owner.moves

    @property
    def changing(self) -> bool:
        """Does the owner wait for a change to be in force?"""
        return self.dealings.changing

    @property
    def firmware(self):
        """What makes and asks the programs (firmware.Firmware)."""
        return self._firmware

    @property
    def owner(self):
        """Who changes the group (owner.py)."""
        return self._owner

    def place(self, unit: int):
        """A unit as the firmware's owner functions see it."""
        return self._firmware.place(self.nodes[unit])

    @property
    def leader(self):
        """The node that led last."""
        return self._owner.leader

    # Looking at it.

    @property
    def limit_ma(self) -> int:
        """Limit in force."""
        return self._owner.limit_ma

    def total_drawn_ma(self) -> tuple:
        """What all vehicles draw, per phase of the circuit."""
        draws = [node.board.draw_ma for node in self.nodes.values()]
        return tuple(sum(draw[phase] for draw in draws) for phase in range(3))

    def rows(self) -> list:
        """One dict for each unit, for live tables: what the trace has, with words for people."""
        return [self._row(node) for node in self.nodes.values()]

    def _row(self, node):
        board = node.board
        demand_ma, lease, words = 0, "none", "no power" if not board.powered else "restarting"
        if board.hung:
            words = "program hangs"
        elif node.running:
            demand_ma, lease, reason = self._firmware.opinion(node.program, node.local_ms())
            words = self._firmware.reason_words(reason)
        return {"id": node.id, "role": board.spec.role, "pilot_state": board.pilot_state,
                "contactor": board.contact, "offered_ma": board.offer_ma,
                "measured_ma": max(board.meter_ma),
                "possible": self.circuit_rule.possible_ma(node.id), "drawn_ma": board.draw_ma,
                "demand_ma": demand_ma, "lease": lease, "reason": words}

    def add(self, watcher):
        """Tell one more watcher (watchers.py) from now on; returns it."""
        return self._watchers.add(watcher)

    def violations(self) -> list:
        """What the checkers have found so far, in time."""
        return self.judges.violations()

    def result(self) -> Result:
        """Figures up to now; at the scenario's end those of the whole run."""
        assert self._figures, "the simulation was made without figures"
        self.circuit_rule.count_time()
        for watcher in (self.settling, self.waits, self.revision_wait):
            watcher.finish()
        return Result(self.scenario, summarise(self), self._trace and self._trace.rows,
                      self.violations(), self.offer_changes.by_unit, self.limits)

    def write_trace(self, path):
        """The trace so far as a CSV file."""
        self._trace.write(path)


def _real_firmware(scenario):
    # Not at the top: tests of the simulator's own parts do without the firmware.
    from host_tools.simulate.firmware import Firmware
    return Firmware(scenario)


def run(scenario, seed=None, observer=None, app=True, full_pace=False, trace=True,
        firmware=None) -> Result:
    """Play a scenario to its end. observer: one more watcher (watchers.py), or None."""
    simulation = Simulation(scenario.with_seed(seed), firmware, app, full_pace, trace,
                            () if observer is None else (observer,))
    simulation.advance(scenario.duration_ms)
    return simulation.result()


__all__ = ["COLUMNS", "Result", "Simulation", "run"]
