# SPDX-License-Identifier: MIT
"""What begins anew for a DrawCap: a vehicle, its charging, a time without caps."""

from core.allocation.draw_cap import CALM_WINDOWS, LOCK_MS, PROBE_FIRST_MS, TRIES


def begin(cap, least_ma: int):
    """See DrawCap."""
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


def start_charging(cap, now_ms: int):
    """The vehicle began to charge, or went on."""
    cap.settled = False
    cap.cap_ma = None
    cap._start_ms = now_ms
    cap._means = [0] * CALM_WINDOWS
    cap._windows = 0
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
