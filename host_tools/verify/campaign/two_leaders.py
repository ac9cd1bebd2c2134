# SPDX-License-Identifier: MIT
"""Rule 13 as the air shows it: two units never grant amounts side by side for longer than a lease,
where each hears the other."""

from host_tools.simulate.checkers.checker import Checker
from host_tools.simulate.leases import GRANT, amounts_ma, kind_of

_ROUND_MS = 2500  # who grants does so once a second; two may be lost
_LEASE_MS = 10102
_WELL_LOSS, _WELL_DELAY_MS = 0.3, 400


class TwoLeaders(Checker):
    """Looks at each frame of amounts as it leaves. air, nodes: of the simulation."""

    name = "two_leaders"

    def __init__(self, clock, air, nodes):
        super().__init__(clock)
        self._air, self._nodes = air, nodes
        self._granted_ms = {}  # unit: when it last granted an amount
        self._since_ms = None  # since when two do
        self.longest_ms = 0
        air.listen(self._hear)
        air.watch(self._changed)

    def program_changed(self, board):
        """Started, hung, stopped: what it granted before is over."""
        self._granted_ms.pop(board.id, None)
        self._since_ms = None

    def _changed(self):
        self._since_ms = None  # they may hear each other only now

    def _hear(self, source, _, payload):
        if kind_of(payload) != GRANT or not any(amounts_ma(payload)):
            return
        now_ms = self._clock.now_ms
        self._granted_ms[source] = now_ms
        beside = [unit for unit, at_ms in self._granted_ms.items()
                  if unit != source and now_ms - at_ms < _ROUND_MS]
        others = [unit for unit in beside if self._hear_each(unit, source)]
        if not beside:
            self._since_ms = None
        if not others:
            return
        if self._since_ms is None:
            self._since_ms = now_ms
        lasts_ms = now_ms - self._since_ms
        self.longest_ms = max(self.longest_ms, lasts_ms)
        if lasts_ms > _LEASE_MS:
            self.violated(source, f"grants beside unit {others[0]} for {lasts_ms} ms")

    def _hear_each(self, first, second):
        return (self._air.connects(first, second, _WELL_LOSS, _WELL_DELAY_MS)
                and self._nodes[first].running)
