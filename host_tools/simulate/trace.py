# SPDX-License-Identifier: MIT
"""The trace: one row per unit and second, and at each change of what a person would ask about.

Rows are looked at when all of one ms has happened, so a change that is over within it is not one.
What the vehicle may draw counts as a change, too, so that the newest rows of all units add up.
"""

import csv

from host_tools.simulate.clock import LOOK

COLUMNS = ("t_ms", "unit", "pilot_state", "contactor", "offered_ma", "possible_l1_ma",
           "possible_l2_ma", "possible_l3_ma", "drawn_l1_ma", "drawn_l2_ma", "drawn_l3_ma",
           "demand_ma", "lease", "reason")
_SECOND_MS = 1000


class Trace:
    """Collects rows as tuples in the order of COLUMNS."""

    def __init__(self, clock, nodes, firmware, circuit_rule):
        self._clock, self._nodes, self._firmware = clock, nodes, firmware
        self._circuit_rule = circuit_rule
        self._last = {node.id: None for node in nodes}
        self._asked_ms = {node.id: None for node in nodes}
        self._written_ms = dict(self._last)
        self._by_id = {node.id: node for node in nodes}
        self._names = {}
        self.rows = []
        circuit_rule.listen(self.contact_changed)
        clock.at(0, LOOK, self._second, None)

    def offer_changed(self, board):
        """The pilot advertises something else."""
        self.look(board.id)

    def pilot_changed(self, board):
        """The pilot may be in another state."""
        self.look(board.id)

    def contact_changed(self, board):
        """The contactor."""
        self.look(board.id)

    def program_changed(self, board):
        """Started, hung, stopped: lease and reason change with it."""
        self.look(board.id)

    def look(self, unit: int):
        """Look at the end of this ms whether there is a row to write."""
        if self._asked_ms[unit] != self._clock.now_ms:
            self._asked_ms[unit] = self._clock.now_ms
            self._clock.at(self._clock.now_ms, LOOK, self._compare, unit)

    def write(self, path):
        """As a CSV file."""
        with open(path, "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows(self.rows)

    def _second(self, _):
        for node in self._nodes:
            self._add(node, self._state(node))
        self._clock.at(self._clock.now_ms + _SECOND_MS, LOOK, self._second, None)

    def _compare(self, unit):
        node = self._by_id[unit]
        state = self._state(node)
        if state[0] != self._last[unit]:
            self._add(node, state)

    def _state(self, node):
        """((pilot_state, contactor, offered_ma, lease, reason, possible_ma), demand_ma)."""
        board, firmware = node.board, self._firmware
        if node.program is None:
            demand_ma, lease, reason = 0, "none", "down" if board.powered else "no_power"
        elif board.hung:
            demand_ma, lease, reason = 0, "none", "hung"
        else:
            demand_ma, lease, number = firmware.opinion(node.program, node.local_ms())
            reason = self._names.get(number)
            if reason is None:
                reason = self._names[number] = firmware.reason_name(number)
        state = (board.pilot_state, int(board.contact), board.offer_ma, lease, reason,
                 self._circuit_rule.possible_ma(node.id))
        return state, demand_ma

    def _add(self, node, state):
        (pilot_state, contactor, offered_ma, lease, reason, possible_ma), demand_ma = state
        row = (self._clock.now_ms, node.id, pilot_state, contactor, offered_ma,
               *possible_ma, *node.board.draw_ma, demand_ma, lease,
               reason)
        if self._last[node.id] == state[0] and self._written_ms[node.id] == row[0]:
            return
        self._last[node.id], self._written_ms[node.id] = state[0], row[0]
        self.rows.append(row)
