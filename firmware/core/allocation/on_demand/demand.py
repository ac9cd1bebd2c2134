# SPDX-License-Identifier: MIT
"""What a DemandEstimator learns when its vehicle comes, goes, starts or stops (design 4)."""

from core.allocation.demand import LEAVES_MA, DemandEstimator
from core.allocation.on_demand.draw_cap import lock, new_draw_cap, start_charging
from core.connector.pilot_state import B
from micropython import const

# A plugged vehicle that does not charge: how long an offer it can use is kept for it.
_WHOLE_SHARE_MS = const(30000)
_SMALL_SHARE_MS = const(100000)
_OUR_CUT_MS = const(6000)  # a vehicle opens S2 within 5 s of losing its offer
_BRIEF_MS = const(120000)


def new_demand(rating_ma: int, least_ma: int):
    """A DemandEstimator without a vehicle; its class says what the parameters are."""
    demand = DemandEstimator()
    demand.rating_ma = rating_ma
    demand.least_ma = least_ma
    forget_vehicle(demand)
    return demand


def forget_vehicle(demand):
    """It is gone, and nothing of it counts for the next one."""
    demand.ask_ma = demand.spare_ma = 0
    demand.energy_as = 0
    demand.draw_cap = new_draw_cap(demand.least_ma)
    demand._energy_rest = 0  # mA ms not yet in energy_as
    demand._charging = demand._wants = False
    demand._last_ms = None
    demand._s2_ms = 0  # when S2 was closed
    demand._briefs = 0  # how often in a row it wanted current only briefly
    demand._nothing_ms = None  # since when it has drawn nothing
    demand._idle = False  # it keeps S2 closed without need


def begin(demand, now_ms, offer_ma):
    """A vehicle is plugged in."""
    demand._last_ms = now_ms
    demand._offer_ma = offer_ma
    demand._offer_ms = now_ms
    demand._cut_ms = demand._less_ms = now_ms
    _hope(demand)


def turn_s2(demand, now_ms, wants, charging):
    """It asks for current, or no longer."""
    demand._wants = wants
    if wants:
        demand._s2_ms = now_ms
        demand._idle = False
        demand._nothing_ms = None
        if not charging and not demand._doubted(now_ms):
            _hope(demand)  # whatever it did before, it wants current now
    elif now_ms - demand._cut_ms >= _OUR_CUT_MS:
        # It let go by itself. After a cut of ours it had to, and that is not held against it.
        brief = now_ms - demand._s2_ms < _BRIEF_MS
        demand._briefs = demand._briefs + 1 if brief else 0


def _hope(demand, whole_ms=_WHOLE_SHARE_MS, small_ms=_SMALL_SHARE_MS):
    # It may be about to start: ask for its share so long, then for a foothold. Only time
    # with an offer counts, a vehicle that was offered nothing had no chance yet.
    demand._tried_ms = 0
    demand._whole_ms = whole_ms
    demand._small_ms = small_ms


def start(demand, now_ms, charge):
    """It charges from now on."""
    demand._charging = True
    demand._window_ms = now_ms
    demand._charge_before = charge
    start_charging(demand.draw_cap, now_ms)


def stop(demand, now_ms, pilot_state):
    """It charges no longer."""
    demand._charging = False
    if pilot_state != B or now_ms - demand._cut_ms < _OUR_CUT_MS:
        # Not by itself: a fault, the contactor under a vehicle that is ready, or within the time
        # in which it follows a cut. As newly plugged: it wants to go on.
        _hope(demand)
    elif (demand._offer_ma < LEAVES_MA and now_ms - demand._less_ms < _OUR_CUT_MS
            and demand.draw_cap.cap_ma is not None):
        # Its offer had just sunk to what its cap left of it: it does not charge with so little.
        lock(demand.draw_cap, now_ms)
        _hope(demand)
    else:
        # By itself, with an offer all the time: it has what it wanted.
        _hope(demand, 0, 0)
