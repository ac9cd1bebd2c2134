# SPDX-License-Identifier: MIT
"""Did the circuit hold? Judged on the host, from what every unit said that it made possible.

A unit prints a change within 0.1 s, and the line reaches the host within some 20 ms. Both are
far below the seconds with which the ledger calculates, so lines are taken at their arrival. A
unit that is silent keeps what it said last until it is seen to start anew.
"""


def possible_over_time(units) -> list:
    """[(host second, {unit: possible mA on L1..L3})] at each line of any unit."""
    events = sorted(((fact["host_s"], unit.number, tuple(fact["possible_ma"]))
                     for unit in units for fact in unit.facts), key=lambda event: event[0])
    now, found = {}, []
    for at_s, number, possible_ma in events:
        now = dict(now, **{str(number): possible_ma})
        found.append((at_s, now))
    return found


def worst_ma(units, begin_s: float = 0) -> int:
    """The greatest sum on any phase since begin_s."""
    sums = [sum(possible[phase] for possible in now.values())
            for at_s, now in possible_over_time(units) if at_s >= begin_s for phase in range(3)]
    return max(sums, default=0)


def moments_over(units, limit_ma: int) -> list:
    """[(host second, phase, sum mA, who)] of every moment above the limit."""
    return [(at_s, phase + 1, total, now) for at_s, now in possible_over_time(units)
            for phase in range(3)
            for total in [sum(possible[phase] for possible in now.values())] if total > limit_ma]
