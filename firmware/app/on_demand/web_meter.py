# SPDX-License-Identifier: MIT
"""What clients of other makers read of a unit, in whole numbers (but currents: one digit more)."""

from app.on_demand.unit_rows import energy_wh
from app.on_demand.web_facts import facts

_PILOT_V = "A12B9C6D3"  # what a pilot shows in each state


def amps(ma) -> str:
    """16.4 for 16400 mA: a number of JSON, made without one that has a fraction."""
    return "%d.%d" % (ma // 1000, ma // 100 % 10)


def connected(row) -> bool:
    """Is there a vehicle?"""
    return row.state[0] in "BCD"


def own_phases(row) -> list:
    """What is drawn on the unit's own phases, three in mA; 0 on those that it has not."""
    drawn = [row.drawn_ma[p] for p in (0, 1, 2) if row.phases >> p & 1]
    return (drawn + [0, 0, 0])[:3]


def session(web, row) -> tuple:
    """(seconds, Wh) since the vehicle came; seconds are 0 where they are not known."""
    if row.me and web.session is not None:
        count = web.session.count
        return (web.clock_ms() - count.begun_ms) // 1000, count.energy_wh
    return 0, energy_wh(row, facts(web)[1])


def pilot_v(row) -> int:
    """High half of the pilot, by its state."""
    at = _PILOT_V.find(row.state[0])
    return 0 if at < 0 else int(_PILOT_V[at + 1:at + 3].rstrip("BCD"))
