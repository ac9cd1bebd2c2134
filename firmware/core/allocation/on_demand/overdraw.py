# SPDX-License-Identifier: MIT
"""Room for what lasts beyond the amounts, where it would keep a unit waiting (design, section 4).

A unit that has nothing cannot be raised by less than is useful there: beside others that fill
the circuit and use a little more than their amounts (a meter that reads high, a phase left out)
it would wait for ever. Where the minimums of all just fit, that little is gone when all are at
theirs.
"""

from core.sharing.on_demand.account import overdraw_ma


def leaves_overdraw(accounts, rest_ma, demands, waiting, allocated, now_ms) -> bool:
    """Take it from `rest_ma` (what is to be allocated, mA per phase) if it is in the way of one of
    the demands `waiting`, units that have nothing yet. True if it was: allocate anew."""
    overdraws = [overdraw_ma(account, now_ms) for account in accounts]
    over_ma = [sum([vector[p] for vector in overdraws]) for p in (0, 1, 2)]
    most_ma = max(over_ma)
    if not [d for d in waiting if 0 < allocated[d.unit] < d.least_ma + most_ma]:
        return False
    for p in (0, 1, 2):
        needed_ma = sum([d.least_ma for d in demands if d.ask_ma and d.phases >> p & 1])
        rest_ma[p] = max(rest_ma[p] - over_ma[p], min(rest_ma[p], needed_ma))
    return True
