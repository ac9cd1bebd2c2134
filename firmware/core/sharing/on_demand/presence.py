# SPDX-License-Identifier: MIT
"""Who is there, as a leader sees it, and by what a unit goes: for people."""

from core.sharing.lease import FALLBACK, LIVE, REST


def presence(leader, timing, now_ms: int) -> list:
    """Per unit, sorted: (unit, missing_ms or None, report or None, amount_ma). leader: a
    core.sharing.leader.Leader."""
    rows = []
    for account in leader.ledger.accounts:
        heard_ms = account.received_ms
        missing_ms = now_ms - (leader.boot_ms if heard_ms is None else heard_ms)
        if heard_ms is not None and missing_ms <= timing.silent_ms:
            missing_ms = None
        rows.append((account.unit, missing_ms, account.report, account.last_ma))
    return rows


def lease_state(follower, now_ms) -> str:
    """'live', 'fallback' or 'none', for traces and people."""
    group = follower.group
    kind = follower.lease.level(now_ms, group.fallback(now_ms), group.config.wired)[2]
    if kind == LIVE:
        return "live"
    return "fallback" if kind in (FALLBACK, REST) and group.takes else "none"
