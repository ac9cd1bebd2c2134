# SPDX-License-Identifier: MIT
"""What the group may be going by: fallbacks and leaders of the start and of all changes since.

A unit that cannot be told goes by what it was told last, so a checker must allow for both ends.
"""

from host_tools.simulate.leases import REVISION, kind_of, rows_of

_MINIMUM_MA = 6000


class Terms:
    """Least and most fallback of each unit, mA; units that lead or ever did."""

    def __init__(self, leader: int, units, fallbacks: dict):
        self.leaders = {leader}
        self.least_ma = {unit: fallbacks.get(unit, 0) for unit in units}
        self.most_ma = dict(self.least_ma)

    def allow(self, fallbacks: dict):
        """Another revision has been asked for; a unit that it does not name has none."""
        for unit in self.most_ma:
            amount_ma = fallbacks.get(unit, 0)
            self.most_ma[unit] = max(self.most_ma[unit], amount_ma)
            self.least_ma[unit] = min(self.least_ma[unit], amount_ma)

    def follow(self, air, boards):
        """Allow what every revision on the air says: who is in the group, and what is kept for
        those it goes on without, is not the owner's wish alone."""
        units = {bytes.fromhex(board.spec.serial): board.id for board in boards}

        def hear(_, __, payload):
            if kind_of(payload) == REVISION:
                self.allow({units[serial]: fallback_ma
                            for _, serial, fallback_ma in rows_of(payload) if serial in units})
        air.listen(hear)

    def leads(self, unit: int):
        """A unit is to lead from now on."""
        self.leaders.add(unit)


def fallbacks_ma(mode: str, limit_ma: int, units) -> dict:
    """Fallback of each unit as rule 5 defines it, mA."""
    share_ma = {"equal": limit_ma // len(units) // 100 * 100, "minimum": _MINIMUM_MA,
                "stop": 0}[mode]
    return {unit.id: min(share_ma, unit.rating_ma) for unit in units}
