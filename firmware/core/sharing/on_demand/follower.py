# SPDX-License-Identifier: MIT
"""Makes a Follower."""

from core.load import load
from core.on_demand.serial import tag_of
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
    follower.timing = timing
    follower.tag = tag_of(config.serial)
    follower.number = 0
    # Epoch, sequence, leader's nonce, leader. After a boot those that are stored, so that a
    # leader with an older epoch learns why it is not followed.
    follower.heard = (group.epoch, group.sequence, 0, group.leader)
    follower.behind = False  # the leader does not seem to know the newest revision
    follower.heard_ms = now_ms  # since when no leader was heard
    follower.snapshot = None
    follower._state = None
    follower._demand_at_ms = None
    follower.last_report_ms = now_ms - timing.period_ms
    follower.report_at_ms = now_ms + timing.gap_ms
    follower._reported = None
    return follower
