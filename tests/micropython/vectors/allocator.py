# SPDX-License-Identifier: MIT
"""Allocator: random groups of one to sixteen units, on one phase and on three, in any order."""

from core.allocation.allocator import Demand, allocate
from tests.micropython.dice import Dice

dice = Dice(4)
PHASES = (1, 2, 4, 7, 7, 3, 5, 6)


def demand(unit, masks):
    most_ma = dice.among((6000, 10000, 16000, 32000, 48000, 80000))
    ask_ma = dice.among((0, 5900, 6000, most_ma, dice.below(481) * 100))
    spare_ma = max(ask_ma, dice.among((0, 6000, most_ma)))
    since_ms = dice.among((0, 60000, 209900, 210000, 900000, 1 << 40))
    return Demand(unit, ask_ma, spare_ma, most_ma, dice.among(masks), dice.below(3),
                  dice.below(60000) * dice.below(60000), dice.below(2) == 1, since_ms,
                  dice.among((6000, 6000, 8000, 16000)))


for case in range(300):
    masks = (1,) if case % 2 else PHASES
    units = [1 + number * 7 for number in range(1 + dice.below(16))]
    demands = [demand(unit, masks) for unit in units]
    limits_ma = [dice.below(1200) * 100 for _ in range(3)]
    if dice.below(2):
        demands.reverse()
    print(case, limits_ma, allocate(limits_ma, demands))
