# SPDX-License-Identifier: MIT
"""What is checked and computed when a group is changed (rules 5, 12 and 13).

Pure functions apart from the objects that run all the time: a change is rare, so boards load this
file only then.
"""

from core.frames import Revision, Row
from core.group import row_of
from core.limits import GroupUnit, check_group, fallback_ma


def changed(base: Revision, above: int, limit_ma=None, enabled=None, fallback=None, leader=None,
            members=None) -> tuple:
    """(revision, None) that follows `base`, or (None, one sentence why it cannot be).

    What is not named stays. members: list of Row whose fallback_ma is computed here. above: the
    new number is larger.
    """
    rows = list(members if members is not None else base.members)
    rows.sort(key=lambda row: row.unit)
    limit_ma = base.limit_ma if limit_ma is None else limit_ma
    enabled = base.enabled if enabled is None else bool(enabled)
    fallback = base.fallback if fallback is None else fallback
    leader = base.leader if leader is None else leader
    error = _check(rows, limit_ma, fallback, leader)
    if error:
        return None, error
    return make(max(base.number, above) + 1, leader, enabled, fallback, limit_ma, rows), None


def _check(rows, limit_ma, fallback, leader):
    units = [GroupUnit(row.unit, "leader" if row.unit == leader else "follower",
                       row.nameplate_ma, row.rating_ma) for row in rows]
    return check_group(limit_ma, units, fallback)


def make(number, leader, enabled, fallback, limit_ma, rows) -> Revision:
    """A revision whose fallbacks are computed and whose sum is within the limit (rule 5)."""
    shares = fallback_ma(fallback, limit_ma, [row.rating_ma for row in rows])
    if not enabled:
        shares = [0] * len(rows)
    members = tuple(Row(row.unit, share, row.wired, row.rating_ma, row.nameplate_ma)
                    for row, share in zip(rows, shares))
    return Revision(number, leader, enabled, fallback, limit_ma, members)


def cautious(known, newest, leader) -> Revision:
    """What a promoted leader must take to be in force: the old leader may have put the newest
    revision in force or not, so units may go by either fallback."""
    rows = []
    for row in known.members:
        other = row_of(newest, row.unit)
        fallback_ma = max(row.fallback_ma, 0 if other is None else other.fallback_ma)
        rows.append(Row(row.unit, fallback_ma, row.wired, row.rating_ma, row.nameplate_ma))
    for row in newest.members:
        if row_of(known, row.unit) is None:
            rows.append(row)
    rows.sort(key=lambda row: row.unit)
    return Revision(newest.number, leader, known.enabled and newest.enabled, newest.fallback,
                    min(known.limit_ma, newest.limit_ma), tuple(rows))


def promotion_error(group, silent_ms: int, least_ms: int, old_leader_has_no_power: bool):
    """None, or one sentence why a follower cannot become the leader (rule 13).

    silent_ms: since the leader was heard; least_ms: how long it must have been silent.
    """
    if group.revision is None or group.row() is None:
        return "this unit is in no group"
    if silent_ms < least_ms:
        return "the leader was heard %d s ago: wait until it has been silent for %d s" % (
            silent_ms // 1000, least_ms // 1000)
    if not old_leader_has_no_power:
        return "the owner must confirm that the old leader has no power"
    return None


def hand_over_error(revisions, leader: int, unit: int):
    """None, or one sentence why the leader cannot hand the group over to a unit (rule 13)."""
    if revisions.pending is not None:
        return "a change of the group is still waiting for units %s" % names(
            revisions.waiting_for())
    units = revisions.units()
    if unit == leader or unit not in units:
        return "unit %s cannot take over: must be another one of %s" % (unit, names(units))
    return None


def names(units) -> str:
    """Units for people."""
    return ", ".join([str(unit) for unit in units])
