# SPDX-License-Identifier: MIT
"""What is checked and computed when a group is changed (rules 5, 12 and 13).

Pure functions: revisions and rows in, a revision or a refusal out.
"""

from core.group.on_demand.amounts import amps
from core.group.on_demand.limits import GroupUnit, check_group, fallback_ma
from core.sharing.frames import Revision, Row


def changed(base: Revision, above: int, limit_ma=None, enabled=None, fallback=None, leader=None,
            members=None, pinned=()) -> tuple:
    """(revision, None) that follows `base`, or (None, a refusal of refusal_words.py).

    What is not named stays. members: list of Row whose fallback_ma is computed here. above: the
    new number is larger. pinned: rows whose fallback_ma stays what it says, because their units
    may go by it and cannot be asked.
    """
    rows = list(members if members is not None else base.members)
    rows.sort()
    limit_ma = base.limit_ma if limit_ma is None else limit_ma
    enabled = base.enabled if enabled is None else bool(enabled)
    fallback = base.fallback if fallback is None else fallback
    leader = base.leader if leader is None else leader
    error = _check(rows, limit_ma, fallback, leader) or _pinned_error(rows, limit_ma, pinned)
    if error:
        return None, error
    return make(max(base.number, above) + 1, leader, enabled, fallback, limit_ma, rows,
                pinned), None


def _check(rows, limit_ma, fallback, leader):
    units = [GroupUnit(row.unit, "leader" if row.unit == leader else "follower",
                       row.nameplate_ma, row.rating_ma, row.min_ma) for row in rows]
    return check_group(limit_ma, units, fallback)


def _pinned_error(rows, limit_ma, pinned):
    kept_ma = 0
    units = []
    for row in rows:
        held = _held(pinned, row.serial)
        if held is not None:
            kept_ma += held.fallback_ma
            units.append(row.unit)
    if kept_ma <= limit_ma:
        return None
    return "held", units, amps(kept_ma), amps(limit_ma)


def _held(pinned, serial):
    for row in pinned:
        if row.serial == serial:
            return row
    return None


def make(number, leader, enabled, fallback, limit_ma, rows, pinned=()) -> Revision:
    """A revision whose fallbacks are computed and whose sum is within the limit (rule 5)."""
    held = [_held(pinned, row.serial) for row in rows]
    rest_ma = limit_ma - sum([row.fallback_ma for row in held if row is not None])
    shares = fallback_ma(fallback, rest_ma, [row.rating_ma for row, kept in zip(rows, held)
                                             if kept is None])
    if not enabled:
        shares = [0] * len(shares)
    members = []
    for row, kept in zip(rows, held):
        share_ma = shares.pop(0) if kept is None else kept.fallback_ma
        wired = row.wired if kept is None else kept.wired
        members.append(Row(row.unit, row.serial, share_ma, wired, row.rating_ma,
                           row.nameplate_ma, row.min_ma))
    return Revision(number, leader, enabled, fallback, limit_ma, tuple(members))
