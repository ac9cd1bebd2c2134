# SPDX-License-Identifier: MIT
"""A change goes on without a unit, all that it may still use kept for it (rule 12)."""

from core.group.group import row_of
from core.group.on_demand.acknowledged import waiting_for
from core.group.on_demand.proposal import changed
from core.group.on_demand.revision import pin, rows_of
from core.load import load
from core.sharing.on_demand.new_revision import start_revision
from core.sharing.on_demand.proposing import next_number
from core.sharing.on_demand.unsure import kept_row, newest_of, pinned_rows
from core.sharing.on_demand.without import not_waited_for
from core.sharing.on_demand.writes import owner_changes


def go_on_without(member, unit, now_ms):
    """Let a change not wait for a unit: what it may use is kept."""
    if member.leader is None:
        return load("core", "sharing", "names").not_leader(member)
    return change_without(member.leader, unit, now_ms) or owner_changes(member, now_ms)


def change_without(leader, unit, now_ms):
    """Make the change that waits for a unit anew, with all that it may still use kept for it.
    None, or a refusal."""
    revisions = leader.revisions
    found = [account for account in leader.ledger.accounts
             if account.unit == unit and (account.serial in waiting_for(revisions)
                                          or [o for o in leader.others if o[2] == account.tag])]
    if not found:
        return not_waited_for(leader, unit)
    if revisions.in_force.leader != leader.unit:
        # Its owner may have promoted that one too, to go on without this one: nobody knows then
        # what the other may use.
        return "other_leader", unit
    account = found[0]
    others = tuple([o for o in leader.others if o[2] != account.tag])
    stored_ma = max([o[3] for o in leader.others if o[2] == account.tag] + [0])
    account.fallback_ma = max(account.fallback_ma, stored_ma)
    base = newest_of(leader)
    rows = [row for row in base.members if row.serial != account.serial]
    old = [row for row in rows_of(revisions) if row.serial == account.serial]
    joins = row_of(revisions.in_force, account.serial) is None and not [
        known for known in revisions.known if row_of(known, account.serial) is not None]
    pinned = pinned_rows(leader)
    if not joins:  # who has never been in force holds nothing: it stays outside
        # Another one may have its number by now.
        kept = kept_row(account, old[0], next_number(old[0].unit, rows))
        rows.append(kept)
        pinned = pinned + [kept]
    revision, error = changed(base, leader.heard_number, leader=leader.unit, members=rows,
                              pinned=pinned)
    if error:
        return error
    leader.others = others
    leader.handing_over = None  # whoever was to lead: this unit goes on
    if not joins:
        pin(revisions, account.serial)
    start_revision(leader, revision, now_ms)
    return None
