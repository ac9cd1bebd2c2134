# SPDX-License-Identifier: MIT
"""The search: closed under loss, then with one other fault anywhere, then with two, and so on.

Frames may be lost at any time in any number. The other faults, a late frame, a doubled one, a
reboot, a vehicle that changes its mind, are counted along a path. Layer n holds the states that
need n of them at the least; it is searched breadth first until nothing new comes. So a violation
is found with the fewest faults, and among these in the fewest steps.
"""

import time

import numpy as np

from host_tools.verify.exhaustive.facts import Facts
from host_tools.verify.exhaustive.levels import MOST_COST, Levels, OutOfTime, Violation
from host_tools.verify.exhaustive.scale import ALL_MA, LITTLE_MA
from host_tools.verify.exhaustive.world import World

STARTS = ((ALL_MA, ALL_MA, ALL_MA), (ALL_MA, LITTLE_MA, ALL_MA), (ALL_MA, LITTLE_MA, LITTLE_MA))


class Known:
    """A growing set of numbers in few sorted arrays."""

    def __init__(self):
        self._runs = []

    def new(self, states):
        """Those of these sorted numbers that are not in the set."""
        for run in self._runs:
            at = np.searchsorted(run, states)
            at[at == len(run)] = 0
            states = states[run[at] != states]
        return states

    def add(self, states):
        """Take in sorted numbers that are not in the set."""
        if len(states):
            self._runs.append(states)
        while len(self._runs) > 1 and len(self._runs[-2]) < 2 * len(self._runs[-1]):
            last = self._runs.pop()
            # A stable sort merges what is sorted already.
            self._runs[-1] = np.sort(np.concatenate([self._runs[-1], last]), kind="stable")

    def __len__(self):
        return sum(len(run) for run in self._runs)


class Search:
    """One search. faults_max: but for losses; depth: steps after the start and after each of
    these faults, None: to the end; seconds: of the processor, then
    it stops where it is; starts: what the
    vehicles want at the start, mA; merged: states that differ in which follower is called 2 and
    which 3 are one; watch: called now and then with this object."""

    def __init__(self, faults_max=99, depth=None, seconds=None, watch=None, starts=STARTS,
                 merged=True):
        self.world = World()
        self.begun_s = time.process_time()
        self.levels = Levels(self.world, None if seconds is None else self.begun_s + seconds,
                             merged, None if watch is None else lambda: watch(self))
        self.facts = Facts(self.world)
        self.starts = starts
        self.layers = []  # of each: a list of sorted arrays, one for each step
        self.closed = 0  # layers that were searched to their end
        self.is_closed = False  # there are no states besides those found
        self.violation = None  # the state in which the step begins that breaks the rule
        self._known = Known()
        self._faults_max, self._depth = faults_max, depth

    def states(self) -> int:
        """Different states found."""
        return len(self._known)

    def depths(self) -> list:
        """Steps that were taken in each layer."""
        return [len(layer) - 1 for layer in self.layers]

    def run(self):
        """Search until all is known, a bound is reached or the rule is broken."""
        try:
            while len(self.layers) <= self._faults_max:
                first = self._known.new(self._first())
                if not len(first):
                    self.is_closed = self._depth is None
                    break
                self._layer(first)
        except OutOfTime:
            pass
        except Violation as violation:
            self.violation = violation.state
        return self

    def _first(self):
        if not self.layers:
            starts = [self.world.first(wants_ma) for wants_ma in self.starts]
            return np.unique(self.levels.numbers(*np.array(starts, np.int64).T))
        found = []
        number = len(self.layers)
        for cost in range(1, min(number, MOST_COST) + 1):
            for states in self.layers[number - cost]:
                found.append(self._known.new(self.levels.after(states, (cost,))))
            return np.unique(np.concatenate(found))

    def _layer(self, states):
        steps = []
        self.layers.append(steps)
        while len(states):
            steps.append(states)
            self._known.add(states)
            self.facts.count(states)
            if self._depth is not None and len(steps) > self._depth:
                return
            states = self._known.new(self.levels.after(states, (0,)))
        self.closed += 1

    def before(self, number, step, state):
        """(layer, step, state) of a state from which one step leads to this one, or None."""
        if step:
            candidates = [(number, step - 1, (0,))]
        else:
            candidates = [(number - cost, s, (cost,)) for cost in range(1, min(
                number, MOST_COST) + 1) for s in range(len(self.layers[number - cost]))]
        for layer, at, costs in candidates:
            found = self._among(self.layers[layer][at], costs, state)
            if found is not None:
                return layer, at, found
        return None

    def _among(self, states, costs, state):
        """One of these states that the step leads from."""
        for begin in range(0, len(states), 1 << 13):
            part = states[begin:begin + (1 << 13)]
            while len(part) and state in self.levels.after(part, costs):
                if len(part) == 1:
                    return int(part[0])
                half = part[:len(part) // 2]
                part = half if state in self.levels.after(half, costs) else part[len(half):]
        return None

    def place_of(self, state):
        """(layer, step) in which a state was found."""
        for number, layer in enumerate(self.layers):
            for step, states in enumerate(layer):
                at = np.searchsorted(states, state)
                if at < len(states) and states[at] == state:
                    return number, step
        raise KeyError(state)

    def path(self) -> list:
        """States from the start to that in which the breaking step begins."""
        self.levels.until_s = None
        state = self.violation
        states = [state]
        layer, step = self.place_of(state)
        while layer or step:
            layer, step, state = self.before(layer, step, state)
            states.append(state)
        return states[::-1]
