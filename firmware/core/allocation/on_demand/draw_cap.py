# SPDX-License-Identifier: MIT
"""What changes a DrawCap: a vehicle, its charging, a cap that is set or followed, trials."""

from core.allocation.draw_cap import (
    CALM_WINDOWS, DIPS_MA, LOCK_MS, PROBE_FIRST_MS, RISEN_MA, TRIAL_MS, TRIES, UNUSED_MA,
    DrawCap)
from core.units import NEVER_MS
from micropython import const

_SAME_GAP_MA = const(80)
_PROBE_MA = const(1500)
_PROBE_LEAST_MA = const(1000)
_PROBE_LAST_MS = const(960000)
_PROBE_PARTIAL_MS = const(240000)


def new_draw_cap(least_ma: int):
    """A DrawCap of a vehicle of which nothing is known. least_ma: the smallest current that is
    useful to it."""
    cap = DrawCap()
    cap._least_ma = least_ma
    cap._follows = False  # its draw has followed a cap that was not its need
    cap._tries = 0  # caps that it has followed, and ...
    cap._lock_ms = 0  # ... when they are forgotten
    cap._leaves_ma = 0  # what it left of them
    cap.gap_ma = 0
    cap.gap_known = False
    cap._dips = []  # gaps seen in dips
    cap._probe_wait_ms = PROBE_FIRST_MS
    cap._probe_ms = 0
    cap._capped_draw_ma = cap._capped_offer_ma = 0
    start_charging(cap, 0)
    return cap


def start_charging(cap, now_ms: int):
    """The vehicle began to charge, or went on."""
    cap.settled = False
    cap.cap_ma = None
    cap._start_ms = now_ms
    cap._means = [0] * CALM_WINDOWS
    cap.windows = 0
    cap._settled_offer_ma = cap._settled_draw_ma = 0
    cap._held = False  # at its cap it has drawn what it did before
    cap._suspect_ma = None  # what it drew of a cap that it seems to have followed
    cap._full_windows = 0
    cap._trial_end_ms = 0
    cap._trial_ma = 0  # what is asked for to learn something, 0: nothing now


def lock(cap, now_ms: int):
    """What was capped was not its need: nothing is capped for a while."""
    cap._follows = True
    cap._tries = TRIES
    cap._lock_ms = now_ms + LOCK_MS
    cap._uncap()


def follow(cap, now_ms):
    """What it left of a cap that was not its need."""
    cap._follows = True
    if not cap._tries:  # from the first on: they are forgotten together
        cap._lock_ms = now_ms + LOCK_MS
    cap._tries += 1
    cap._leaves_ma = max(cap._leaves_ma, cap._suspect_offer_ma - cap._suspect_ma)
    cap._suspect_ma = None


def set_cap(cap, now_ms, offer_ma, draw_ma, cap_ma):
    """It does not use all that is on offer: it would take so much."""
    cap._uncap()
    cap.cap_ma = cap_ma
    if abs(draw_ma - cap._capped_draw_ma) > RISEN_MA:
        # Another need than at the last cap: what was tried then says nothing now.
        cap._probe_wait_ms = PROBE_FIRST_MS
        cap._probe_ms = now_ms + PROBE_FIRST_MS
        if len(cap._dips) < 2:
            cap._dips = []  # the gap of one need is not compared with that of another
    cap._capped_draw_ma = draw_ma
    cap._capped_offer_ma = offer_ma
    cap._held = False


def begin_trial(cap, now_ms, draw_ma):
    """Offer less, or more, for a while, to learn something."""
    # Offered a little less than it draws, it shows its gap; a second time, whether it has
    # steps. If so, its next step may not fit into the margin: from time to time it must be
    # offered more. So must one that cannot be offered less.
    cap._trial_end_ms = now_ms + TRIAL_MS
    dips = cap._dips
    if cap._may_dip(draw_ma):
        cap._trial_ma = (draw_ma - DIPS_MA[len(dips)]) // 100 * 100
    elif len(dips) < 2 or abs(dips[0] - dips[1]) > _SAME_GAP_MA:
        cap._trial_ma = cap.cap_ma + _PROBE_MA
    else:
        cap._probe_ms = NEVER_MS  # it has no steps


def end_trial(cap, now_ms, offer_ma, draw_ma, offered):
    """The trial is over; offered: it really had that offer."""
    probed = cap._trial_ma > cap.cap_ma
    cap._trial_ma = 0
    if offered and probed:
        # Settled with more on offer, and the cap still there: it needs no more. One that
        # was not really offered says less.
        full = offer_ma >= cap.cap_ma + _PROBE_LEAST_MA
        last_ms = _PROBE_LAST_MS if full else _PROBE_PARTIAL_MS
        cap._probe_wait_ms = max(cap._probe_wait_ms, min(2 * cap._probe_wait_ms, last_ms))
    elif offered:
        # Offered less than it drew, it was at its limit: what it left is its gap, and the cap
        # must have room for it.
        cap._dips.append(offer_ma - draw_ma)
        cap.gap_ma = max(cap.gap_ma, offer_ma - draw_ma)
        cap.gap_known = True
        cap.cap_ma = max(cap.cap_ma, cap._cap_for(cap._capped_draw_ma))
        if cap._capped_offer_ma - cap._capped_draw_ma <= cap.gap_ma + UNUSED_MA:
            cap._uncap()  # what looked like its need was the gap of a small offer
            return
    cap._probe_ms = now_ms + cap._probe_wait_ms
