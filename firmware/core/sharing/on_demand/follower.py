# SPDX-License-Identifier: MIT
"""Makes a Follower, and the headers of what it says beside its reports."""

from core.load import load
from core.on_demand.serial import tag_of
from core.sharing import frames
from core.sharing.follower import Follower


def new_follower(config, group, timing, nonce, now_ms):
    """A Follower that has heard nothing. config: UnitConfig; group: group.Group of this unit;
    nonce: of this boot, 32 random bits."""
    follower = Follower()
    follower.group = group
    follower.nonce = nonce
    follower.lease = load("core", "sharing", "lease").new_lease(timing, now_ms)
    follower.demand = load("core", "allocation", "demand").new_demand(config.rating_ma,
                                                                      config.min_ma)
    follower._use = None
    if config.metered and config.wired & (config.wired - 1):  # of one, none can be left out
        from core.allocation.phase_use import PhaseUse  # stays, but only where it can do something
        follower._use = PhaseUse(config.wired)
    follower._timing = timing
    follower.tag = tag_of(config.serial)
    follower._number = 0
    # Epoch, sequence, leader's nonce, leader. After a boot those that are stored, so that a
    # leader with an older epoch learns why it is not followed.
    follower.heard = (group.epoch, group.sequence, 0, group.leader)
    follower.behind = False  # the leader does not seem to know the newest revision
    follower.heard_ms = now_ms  # since when no leader was heard
    follower.snapshot = None
    follower._state = None
    follower._demand_at_ms = None
    follower._last_report_ms = now_ms - timing.period_ms
    follower.report_at_ms = now_ms + timing.gap_ms
    follower._reported = None
    return follower


def hello_header(follower, now_ms):
    """Header of what is sent instead of a report while no revision names this unit."""
    follower._number += 1
    follower._last_report_ms = now_ms
    follower.report_at_ms = now_ms + follower._timing.period_ms
    return frames.Header(frames.HELLO, 0, follower.heard[0], follower.nonce, follower._number,
                         follower.tag)


def said_header(follower, kind):
    """Header of what is said beside reports: under the number of the last one, which stays the
    last."""
    return frames.Header(kind, follower.group.unit, follower.heard[0], follower.nonce,
                         follower._number, follower.tag)
