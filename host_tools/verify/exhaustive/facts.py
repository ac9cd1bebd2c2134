# SPDX-License-Identifier: MIT
"""What the states found have shown: that the search was deep enough to be worth its time."""

import numpy as np

from host_tools.verify.exhaustive.levels import Growing, split
from host_tools.verify.exhaustive.scale import LIMIT_MA

ENDED, ROSE, BOOTED, WAITING = 1, 2, 4, 8
_OUTLET, _FOLLOWER = 0, 1


def unit_facts(state) -> tuple:
    """(bits, mA that the vehicle may draw between two steps) of canonical.tuple_of a unit."""
    _, offered_ma, closed, *_ = state[_OUTLET]
    _, amount_ma, _, end, ever, *_ = state[_FOLLOWER][0]
    over = end <= 0
    bits = (ENDED if ever and over else 0) | (0 if ever else BOOTED)
    if over and offered_ma > amount_ma:  # above the rest level: nothing but the fallback
        bits |= ROSE
    return bits, offered_ma if closed else 0


class Facts:
    """Counts of states, by what is true in them."""

    def __init__(self, world):
        self._world = world
        self._leaders = Growing(self._leader, 2)
        self._places = Growing(self._place, 2)
        self.ended = self.rose = self.booted = self.full = self.waiting = 0

    def _leader(self, number):
        if not number:
            return (0, 0)
        return unit_facts(self._world.heads.things[self._world.leaders.things[number][0]])

    def _place(self, number):
        if not number:
            return (0, 0)
        follower, report, grant = self._world.places.things[number]
        bits, ma = unit_facts(self._world.followers.things[follower])
        return bits | (WAITING if report or grant else 0), ma

    def count(self, states):
        """Take in states that were not counted yet."""
        leaders, twos, threes = split(states)
        places = self._places.upto(len(self._world.places.things))
        rows = (self._leaders.upto(len(self._world.leaders.things))[leaders], places[twos],
                places[threes])
        bits = rows[0][:, 0] | rows[1][:, 0] | rows[2][:, 0]
        for name, bit in (("ended", ENDED), ("rose", ROSE), ("booted", BOOTED),
                          ("waiting", WAITING)):
            setattr(self, name, getattr(self, name) + int(np.count_nonzero(bits & bit)))
        self.full += int(np.count_nonzero(rows[0][:, 1] + rows[1][:, 1] + rows[2][:, 1]
                                          == LIMIT_MA))
