# SPDX-License-Identifier: MIT
"""The group as one object: its limit and how it is used, as a leader knows it; of a follower only
what its record says."""

from app.on_demand.web_facts import spoken
from app.on_demand.web_json import filled
from core.load import drop, load

_GROUP = '{"name":"","limit_ma":%s,"limit_next_ma":%s,"enabled":%s,"fallback":%s,' \
    '"possible_ma":%s,"held_ma":%s,"drawn_ma":%s,"phases":%s,"unsure":%s,"soft":'
_SOFT = '{"ma":%s,"left_ms":%s,"by":%s}}'
_CHANGE = '{"asked":%s,"text":%s,"by":%s,"since_ms":%s,"waits":%s}'


def group(unit, now_ms: int) -> str:
    """A piece of JSON; null for a unit without a group."""
    member = unit.member
    if getattr(member, "codec", None) is None:
        return "null"
    leader = member.leader
    if leader is None:
        revision = member.group.confirmed or member.group.revision
        if revision is None:
            return "null"
        return filled(_GROUP, revision.limit_ma, None, revision.enabled, revision.fallback, None,
                      None, None, _wired(revision), False) + "null}"
    in_force, pending = leader.revisions.in_force, leader.revisions.pending
    possible_ma, held_ma, drawn_ma = totals(unit, now_ms)
    next_ma = None
    if pending is not None and pending.limit_ma != in_force.limit_ma:
        next_ma = pending.limit_ma
    return filled(_GROUP, in_force.limit_ma, next_ma, in_force.enabled, in_force.fallback,
                  possible_ma, held_ma, drawn_ma, _wired(in_force),
                  leader.unsure()) + _soft(leader.caps, now_ms)


def _soft(caps, now_ms):
    if caps is None or caps.soft is None or caps.soft[1] <= now_ms:
        return "null}"
    soft_ma, until_ms, by = caps.soft
    return filled(_SOFT, soft_ma, until_ms - now_ms, by)


def totals(unit, now_ms: int) -> tuple:
    """(possible_ma, held_ma, drawn_ma) of a leader: the ledger's sums of what each unit may use
    and of those units that are not heard, and what is drawn; each a list of three."""
    leader = unit.member.leader
    possible_ma, held_ma, drawn_ma = [0, 0, 0], [0, 0, 0], [0, 0, 0]
    for account in leader.ledger.accounts:
        hold = account.hold(now_ms)
        floor = account.floor(now_ms, hold)
        report, heard_ms = account.report, account.received_ms
        missing = heard_ms is None or now_ms - heard_ms > unit.timing.silent_ms
        for p in (0, 1, 2):
            may_ma = max(hold[p], floor[p]) if missing else hold[p]
            possible_ma[p] += may_ma
            held_ma[p] += may_ma if missing else 0
            drawn_ma[p] += 0 if missing else report.draw_ma[p]
    return possible_ma, held_ma, drawn_ma


def change(unit, waiting) -> str:
    """The change that waits, a piece of JSON. waiting: of owner.py."""
    if waiting is None:
        return "null"
    words = load("core", "finding_words")
    units = waiting["units"]
    text = words.change_text(waiting["asked"])
    if units:
        text += ", waits for " + load("core", "phrases").units_text(units)
    drop("core", "finding_words")
    return filled(_CHANGE, waiting["asked"], spoken(unit, text), waiting["by"],
                  waiting["since_ms"], units)


def _wired(revision):
    phases = 0
    for row in revision.members:
        phases |= row.wired
    return phases
